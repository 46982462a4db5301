'use strict';
/* The page of a check: which pairs are shown, and which of their texts. */
(() => {
  const pairs = [...document.querySelectorAll('.pair')];
  const name = document.getElementById('name');
  const open = document.getElementById('open');
  const chosen = group => document.querySelector(`input[name=${group}]:checked`).value;

  const show = () => {
    const wanted = name.value.toLowerCase(), which = chosen('show');
    for (const pair of pairs) {
      const named = pair.querySelector('.key').textContent.toLowerCase().includes(wanted);
      pair.hidden = !named || (which !== '' && !pair.classList.contains(which));
    }
    const seen = pairs.filter(pair => !pair.hidden);
    document.getElementById('found').textContent = `${seen.length} of ${pairs.length}`;
    open.textContent = seen.length && seen.every(pair => pair.open) ? 'Close all' : 'Open all';
  };

  for (const input of document.querySelectorAll('input[name=view]'))
    input.addEventListener('change', () => { document.body.dataset.view = chosen('view'); });
  for (const input of document.querySelectorAll('input[name=show]')) input.addEventListener('change', show);
  name.addEventListener('input', show);
  open.addEventListener('click', () => {
    const opening = open.textContent === 'Open all';
    for (const pair of pairs) if (!pair.hidden) pair.open = opening;
    show();
  });
  // a browser that goes back to the page keeps what was chosen
  document.body.dataset.view = chosen('view');
  show();
  document.getElementById('bar').hidden = false;
})();
