'use strict';
/* The index of a batch: a table that sorts by a click on its heads, and shows the names that are looked for. */
(() => {
  const body = document.querySelector('#all tbody');
  const heads = [...document.querySelectorAll('#all th')];
  const rows = [...body.rows];
  const value = (row, column) => {
    const text = row.cells[column].textContent;
    return heads[column].classList.contains('n') ? parseFloat(text.replace(/[, %]/g, '')) || 0 : text.toLowerCase();
  };
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const number = head.classList.contains('n');
      const down = head.ariaSort ? head.ariaSort === 'ascending' : number; // the greatest number is what one looks for
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const keyed = rows.map((row, at) => ({row, at, key: value(row, column)}));
      keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (down ? -1 : 1) || a.at - b.at);
      body.append(...keyed.map(entry => entry.row));
    });
  });
  const name = document.getElementById('name');
  name.addEventListener('input', () => {
    const wanted = name.value.toLowerCase();
    for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
    const seen = rows.filter(row => !row.hidden).length;
    document.getElementById('found').textContent = wanted ? `${seen} of ${rows.length}` : '';
  });
  document.getElementById('find').hidden = rows.length < 2;
})();
