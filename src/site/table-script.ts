/**
 * What makes the table of incidents answer: sorting by a column, choosing rows, and both in the address so that a choice can be sent
 * to somebody. Everything is there without it. It only ever moves and hides rows, and never writes markup.
 */
export const TABLE_SCRIPT = `
'use strict';
(() => {
  const form = document.getElementById('choose');
  const table = document.getElementById('incidents');
  const shown = document.getElementById('shown');
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const fields = [...form.elements].filter((field) => field.name !== '');
  const inOrder = new Intl.Collator('en', { numeric: true }).compare;
  let sort = { column: 0, way: 'descending' };

  const keyOf = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();

  const arrange = () => {
    const turn = sort.way === 'descending' ? -1 : 1;
    const sorted = rows.toSorted((a, b) => turn * inOrder(keyOf(a, sort.column), keyOf(b, sort.column)) || rows.indexOf(a) - rows.indexOf(b));
    body.append(...sorted);
    heads.forEach((head, at) => {
      if (at === sort.column) head.setAttribute('aria-sort', sort.way);
      else head.removeAttribute('aria-sort');
    });
  };

  const isWanted = (row) =>
    fields.every(({ name, value }) => {
      const wanted = value.trim().toLowerCase();
      if (wanted === '') return true;
      if (name === 'find') return wanted.split(/\\s+/).every((word) => row.textContent.toLowerCase().includes(word));
      return row.dataset[name] === value;
    });

  const choose = () => {
    const wanted = rows.filter((row) => {
      row.hidden = !isWanted(row);
      return !row.hidden;
    });
    shown.textContent = wanted.length === rows.length ? 'All ' + rows.length + ' are shown.' : wanted.length + ' of ' + rows.length + ' are shown.';
  };

  const remember = () => {
    const words = new URLSearchParams(fields.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]));
    if (sort.column !== 0 || sort.way !== 'descending') words.set('sort', (sort.way === 'descending' ? '-' : '') + heads[sort.column].dataset.key);
    history.replaceState(null, '', words.size === 0 ? location.pathname + location.search : '#' + words);
  };

  const recall = () => {
    const words = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) {
      field.value = words.get(field.name) ?? '';
      if (field.value === '' && field.tagName === 'SELECT') field.selectedIndex = 0;
    }
    const [, minus, key] = /^(-?)(.*)$/.exec(words.get('sort') ?? '-date');
    const column = heads.findIndex((head) => head.dataset.key === key);
    sort = column === -1 ? { column: 0, way: 'descending' } : { column, way: minus === '' ? 'ascending' : 'descending' };
    choose();
    arrange();
  };

  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const isSame = sort.column === column;
      const first = head.dataset.key === 'date' ? 'descending' : 'ascending';
      sort = { column, way: !isSame ? first : sort.way === 'ascending' ? 'descending' : 'ascending' };
      arrange();
      remember();
    });
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    choose();
    remember();
  });
  form.addEventListener('reset', () => setTimeout(() => {
    choose();
    remember();
  }));
  addEventListener('hashchange', recall);
  form.hidden = false;
  shown.hidden = false;
  table.classList.add('sortable');
  recall();
})();
`;
