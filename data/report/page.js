'use strict';
/* The page of one document. The text is there already; this adds views, filters, decisions and what can be saved.
   Text is only ever set as text: nothing here parses markup. */
(() => {
  const $ = id => document.getElementById(id);
  const data = JSON.parse($('data').textContent);
  const edits = data.edits;
  const article = $('article');
  const card = $('card');
  const spans = []; // of each edit: its place in the text, and its twin once there are two sides
  for (const span of article.querySelectorAll('.e')) spans[+span.dataset.e] = [span];

  /* ---- decisions: {d: 'accept' | 'reject' | 'keep' | 'edit', t: text of an edit} ---- */

  const store = 'unspin ' + data.hash;
  let decisions = {};
  try {
    decisions = JSON.parse(localStorage.getItem(store)) || {};
  } catch (e) { /* a browser that keeps nothing for files */ }

  const remember = () => {
    try {
      localStorage.setItem(store, JSON.stringify(decisions));
    } catch (e) { /* the page works without */ }
  };
  const decided = i => decisions[i] ? decisions[i].d : '';
  const now = i => decided(i) === 'edit' ? decisions[i].t : edits[i].a;
  const refused = i => decided(i) === 'reject' || decided(i) === 'keep';

  const show = i => {
    for (const span of spans[i]) {
      span.classList.toggle('no', refused(i));
      span.classList.toggle('yes', decided(i) === 'accept' || decided(i) === 'edit');
      const ins = span.lastElementChild;
      if (decided(i) === 'edit' || ins.dataset.changed) {
        ins.textContent = now(i);
        ins.dataset.changed = 'yes';
      }
    }
  };

  const decide = (i, d, t) => {
    if (d) decisions[i] = t === undefined ? {d} : {d, t};
    else delete decisions[i];
    show(i);
    remember();
    if (i === current) fill(i);
    tell();
  };

  /* ---- filter ---- */

  const low = $('low'), high = $('high');
  const shown = i => !spans[i][0].classList.contains('off');

  const filter = () => {
    const from = +low.value / 100, to = +high.value / 100;
    edits.forEach((edit, i) => {
      const off = edit.p !== null && (edit.p < from - .005 || edit.p > to + .005);
      for (const span of spans[i]) span.classList.toggle('off', off);
    });
    $('span').textContent = `${low.value}–${high.value} %`;
    tell();
  };

  let waiting = 0;
  const soon = () => {
    if (!waiting) waiting = requestAnimationFrame(() => { waiting = 0; filter(); });
  };
  low.addEventListener('input', () => { if (+low.value > +high.value) high.value = low.value; soon(); });
  high.addEventListener('input', () => { if (+high.value < +low.value) low.value = high.value; soon(); });

  const tell = () => {
    const seen = edits.filter((e, i) => shown(i)).length;
    const no = edits.filter((e, i) => refused(i)).length;
    const done = Object.keys(decisions).length;
    $('count').textContent = (seen === edits.length ? `${seen} edits` : `${seen} of ${edits.length} edits`) +
      (done ? `, ${done} decided` : '') + (no ? `, ${no} refused` : '');
    $('save-protect').disabled = !edits.some((e, i) => refused(i));
    $('save-table').disabled = !edits.some((e, i) => refused(i) || decided(i) === 'edit');
    $('save-decisions').disabled = !done;
  };

  /* ---- views ---- */

  const sides = () => {
    if (article.dataset.sides) return;
    article.dataset.sides = 'yes';
    for (const line of article.querySelectorAll('.l')) {
      const was = line.firstElementChild.cloneNode(true);
      was.className = 'was';
      line.prepend(was);
      for (const span of was.querySelectorAll('.e')) {
        span.removeAttribute('tabindex');
        span.removeAttribute('role');
        spans[+span.dataset.e].push(span);
      }
    }
  };
  for (const radio of document.getElementsByName('view')) {
    radio.addEventListener('change', () => {
      if (radio.value === 'sides') sides();
      document.body.dataset.view = radio.value;
      if (current >= 0) spans[current][0].scrollIntoView({block: 'center'});
      place();
    });
  }

  /* ---- the card ---- */

  const narrow = matchMedia('(max-width: 45rem)');
  let current = -1;  // the edit that keys act on
  let pinned = false; // by click or key: it does not go when the pointer does
  const percent = p => p === null ? 'unknown' : `${Math.round(p * 100)} %`;
  const signed = x => (x > 0 ? '+' : x < 0 ? '−' : '') + Math.abs(x).toFixed(2);

  const fill = i => {
    const edit = edits[i];
    $('card-was').textContent = edit.b || '∅';
    $('card-now').textContent = (refused(i) ? edit.b : now(i)) || '∅';
    $('card-meter').value = edit.p || 0;
    $('card-confidence').textContent = percent(edit.p);
    $('card-gain').textContent = edit.g ? `${signed(edit.g)} (log10)` : 'not asked, or indifferent';
    $('card-row').textContent = (edit.r || 'unknown') + (edit.s ? `, ${edit.s}` : '');
    $('card-why').textContent = edit.w.map(w => `${w[0]} ${signed(w[1])}`).join(', ') || '–';
    $('card-place').textContent = `${edit.l}, column ${edit.c}`;
    const others = $('card-others');
    others.textContent = '';
    edit.o.forEach((other, n) => {
      const button = document.createElement('button'), key = document.createElement('kbd');
      key.textContent = n + 1;
      button.type = 'button';
      button.title = `${other[1] || ''} ${other[2] === null ? '' : signed(other[2])}`.trim();
      button.append(key, other[0] || '∅');
      button.setAttribute('aria-pressed', decided(i) === 'edit' && now(i) === other[0]);
      button.addEventListener('click', () => decide(i, 'edit', other[0]));
      others.append(button);
    });
    for (const d of ['accept', 'reject', 'keep']) $(d).setAttribute('aria-pressed', decided(i) === d);
    $('own-text').value = decided(i) === 'edit' ? now(i) : '';
  };

  const place = () => {
    if (card.hidden || current < 0) return;
    const span = spans[current].find(s => s.getClientRects().length) || spans[current][0];
    const word = (span.getClientRects()[0] || span.getBoundingClientRect());
    const room = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(word.left, room - card.offsetWidth - 8));
    const below = word.bottom + 8 + card.offsetHeight < innerHeight || word.top < card.offsetHeight + 8;
    card.style.left = `${left + scrollX}px`;
    card.style.top = `${(below ? word.bottom + 8 : word.top - card.offsetHeight - 8) + scrollY}px`;
  };

  const mark = i => {
    if (current >= 0) for (const span of spans[current]) span.classList.remove('at');
    current = i;
    if (i >= 0) for (const span of spans[i]) span.classList.add('at');
  };
  const open = (i, pin) => {
    mark(i);
    pinned = pin;
    fill(i);
    card.hidden = false;
    place();
  };
  const close = () => {
    card.hidden = true;
    pinned = false;
    if (current >= 0) for (const span of spans[current]) span.classList.remove('at');
  };
  const focusOn = i => {
    const span = spans[i].find(s => s.getClientRects().length) || spans[i][0];
    for (const old of article.querySelectorAll('.e[tabindex="0"]')) old.tabIndex = -1;
    span.tabIndex = 0;
    span.setAttribute('role', 'button');
    span.focus({preventScroll: true});
    open(i, true);
    span.scrollIntoView({block: narrow.matches ? 'start' : 'center'}); // the card lies below, or at the bottom
    place();
  };
  const step = by => {
    for (let i = current + by, n = 0; n < edits.length; n++, i += by) {
      i = (i + edits.length) % edits.length;
      if (shown(i)) return focusOn(i);
    }
  };

  const editAt = node => {
    const span = node.closest && node.closest('.e');
    return span && !span.classList.contains('off') ? +span.dataset.e : -1;
  };
  let timer = 0;
  const after = (ms, what) => {
    clearTimeout(timer);
    timer = setTimeout(what, ms);
  };
  article.addEventListener('pointerover', event => {
    if (event.pointerType !== 'mouse' || pinned) return;
    const i = editAt(event.target);
    if (i >= 0) after(120, () => open(i, false));
    else if (!card.hidden) after(400, close);
    else clearTimeout(timer);
  });
  card.addEventListener('pointerenter', () => clearTimeout(timer));
  card.addEventListener('pointerleave', () => { if (!pinned && !card.contains(document.activeElement)) after(400, close); });
  document.addEventListener('click', event => {
    const i = editAt(event.target);
    if (i >= 0) {
      clearTimeout(timer);
      focusOn(i);
    } else if (!card.hidden && !card.contains(event.target) && event.target.isConnected && !$('bar').contains(event.target)) close();
  });
  article.addEventListener('focusin', event => {
    const i = editAt(event.target);
    if (i >= 0 && (i !== current || card.hidden)) open(i, true);
  });
  addEventListener('resize', place);

  for (const d of ['accept', 'reject', 'keep']) $(d).addEventListener('click', () => decide(current, decided(current) === d ? '' : d));
  $('close').addEventListener('click', close);
  $('own').addEventListener('submit', event => {
    event.preventDefault();
    if ($('own-text').value.trim()) decide(current, 'edit', $('own-text').value.trim());
  });
  $('next').addEventListener('click', () => step(1));
  $('previous').addEventListener('click', () => step(-1));

  const keys = {
    n: () => step(1), p: () => step(-1), ArrowRight: () => step(1), ArrowLeft: () => step(-1),
    a: () => decide(current, 'accept'), r: () => decide(current, 'reject'), k: () => decide(current, 'keep'),
    u: () => decide(current, ''), Enter: () => $('accept').focus(), ' ': () => $('accept').focus(),
  };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, .strip')) {
      if (event.key !== 'Escape' || !card.contains(event.target)) return;
    }
    if (event.key === 'Escape') {
      const back = card.contains(document.activeElement);
      if (!card.hidden && current >= 0) {
        if (back) spans[current][0].focus({preventScroll: true});
        else close();
      }
      return;
    }
    const onEdit = event.target.classList.contains('e'), open = !card.hidden && current >= 0;
    if (!onEdit && !/^[npark u1-6]$/.test(event.key)) return;
    if (event.key === ' ' && !onEdit) return;
    if (/^[1-6]$/.test(event.key) && open && edits[current].o[event.key - 1]) {
      decide(current, 'edit', edits[current].o[event.key - 1][0]);
    } else if (keys[event.key] && (open || /^[np]$/.test(event.key))) {
      keys[event.key]();
    } else return;
    event.preventDefault();
  });

  /* ---- the strip ---- */

  const strip = $('strip'), bars = [...strip.children];
  if (bars.length) bars[0].tabIndex = 0;
  strip.addEventListener('keydown', event => {
    const by = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1}[event.key];
    const bar = bars[bars.indexOf(document.activeElement) + by];
    if (!bar) return;
    event.preventDefault();
    document.activeElement.tabIndex = -1;
    bar.tabIndex = 0;
    bar.focus();
  });

  /* ---- favourites ---- */

  const favourites = () => {
    const groups = new Map();
    edits.forEach((edit, i) => {
      if (edit.r === 'repair') return;
      const key = `${edit.b.toLowerCase()}\n${edit.a.toLowerCase()}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(i);
    });
    return [...groups.values()].sort((a, b) => b.length - a.length || a[0] - b[0]);
  };
  const FEW = 12;
  const list = favourites();
  const addRows = (from, to) => {
    const body = $('favourites').querySelector('tbody');
    for (const group of list.slice(from, to)) {
      const row = body.insertRow(), edit = edits[group[0]];
      const jump = document.createElement('button'), refuse = document.createElement('button');
      jump.type = refuse.type = 'button';
      jump.textContent = '›';
      refuse.textContent = '×';
      jump.title = jump.ariaLabel = 'go to the next of these';
      refuse.title = refuse.ariaLabel = 'reject all of these';
      jump.addEventListener('click', event => {
        event.stopPropagation();
        focusOn(group.find(i => i > current) ?? group[0]);
      });
      refuse.addEventListener('click', () => {
        const all = group.every(i => decided(i) === 'reject');
        for (const i of group) {
          if (all) delete decisions[i];
          else decisions[i] = {d: 'reject'};
          show(i);
        }
        remember();
        refuse.setAttribute('aria-pressed', !all);
        tell();
      });
      for (const text of [edit.b.toLowerCase() || '∅', edit.a.toLowerCase() || '∅', group.length]) row.insertCell().textContent = text;
      row.insertCell().append(jump, ' ', refuse);
    }
  };
  addRows(0, FEW);
  $('favourites').hidden = !list.length;
  $('more').hidden = list.length <= FEW;
  $('more').addEventListener('click', () => {
    $('more').hidden = true;
    addRows(FEW, list.length);
  });

  /* ---- saving ---- */

  /* The bytes of the text with all decisions made; bytes that are no text stand in elements that name them. */
  const bytesOf = () => {
    const encoder = new TextEncoder(), parts = [];
    const walk = node => {
      if (node.nodeType === Node.TEXT_NODE) parts.push(encoder.encode(node.data));
      else if (node.dataset.x !== undefined) parts.push(Uint8Array.from(node.dataset.x.match(/../g), pair => parseInt(pair, 16)));
      else if (node.classList.contains('e')) (refused(+node.dataset.e) ? node.firstChild : node.lastChild).childNodes.forEach(walk);
      else node.childNodes.forEach(walk);
    };
    for (const line of article.querySelectorAll('.l')) {
      walk(line.lastElementChild);
      if (line.dataset.open === undefined) parts.push(encoder.encode('\n'));
    }
    return parts;
  };

  /* What stood around edit I in the spun text. */
  const around = i => {
    const line = spans[i][0].closest('.l').lastElementChild;
    let before = '', after = '', seen = false;
    for (const node of line.childNodes) {
      const mine = node.dataset && +node.dataset.e === i;
      if (mine) seen = true;
      else {
        const text = node.classList && node.classList.contains('e') ? node.firstChild.textContent : node.textContent;
        if (seen) after += text;
        else before += text;
      }
    }
    return [before.slice(-200), after.slice(0, 200)];
  };

  const lower = text => /^\p{Lu}\p{Ll}/u.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
  const unique = lines => [...new Set(lines)].join('\n') + '\n';
  const plain = text => text.replace(/\s+/g, ' ').trim();

  /* Both sides lose a capital only together: it is the sentence's then, not the word's. */
  const rowOf = i => {
    const was = plain(edits[i].b), better = plain(now(i));
    const capital = lower(was) !== was && lower(better) !== better;
    return `${capital ? lower(was) : was}\t${capital ? lower(better) : better}\tx\t4\t\tput right in a report`;
  };
  /* Edits that no single row made name what did instead. */
  const isRow = id => /^[0-9a-hjkmnp-tv-z]{8}$/.test(id || '');
  const made = {
    'save-text': () => bytesOf(),
    'save-protect': () => [`# kept in ${plain(data.name)}\n` + unique(edits.filter((e, i) => refused(i) && plain(e.b)).map(e => plain(e.b)))],
    'save-table': () => {
      const lines = [`# put right in ${plain(data.name)}`];
      edits.forEach((edit, i) => {
        if (decided(i) === 'edit' && plain(edit.b) && plain(now(i)) && plain(edit.b) !== plain(now(i))) lines.push(rowOf(i));
        if (refused(i)) {
          const off = isRow(edit.r) ? `; to switch the row off: unspin phrases disable ${edit.r}` : '';
          lines.push(`# refused: ${plain(edit.b)} -> ${plain(edit.a)}${off}`);
        }
      });
      return [unique(lines)];
    },
    'save-decisions': () => [edits.map((edit, i) => {
      if (!decided(i) || !edit.b) return '';
      const [before, after] = around(i);
      const object = {spun: edit.b, plain: edit.a, decision: decided(i) === 'keep' ? 'reject' : decided(i), before, after};
      if (decided(i) === 'edit') object.instead = now(i);
      if (isRow(edit.r)) object.row = edit.r;
      return JSON.stringify(object) + '\n';
    }).join('')],
  };
  const base = data.name.split('/').pop().replace(/[^\w.-]+/g, '_') || 'text';
  const names = {'save-text': `restored-${base}`, 'save-protect': `${base}.protect.txt`, 'save-table': `${base}.rows.tsv`, 'save-decisions': `${base}.decisions.jsonl`};
  for (const id of Object.keys(made)) {
    $(id).addEventListener('click', () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(made[id](), {type: 'application/octet-stream'}));
      link.download = names[id];
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      $('save').open = false;
    });
  }

  /* ---- begin ---- */

  for (const i of Object.keys(decisions)) {
    if (spans[i]) show(+i);
    else delete decisions[i];
  }
  if (spans.length) {
    spans[0][0].tabIndex = 0;
    spans[0][0].setAttribute('role', 'button');
  }
  $('bar').hidden = !edits.length;
  $('keys').hidden = !edits.length;
  tell();
})();
