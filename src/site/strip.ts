import type { ReplayRun, ReplayServer, ServerState } from '../model/replay-run.ts';
import { LETTER_BY_STATE } from '../model/replay-run.ts';
import { type Html, html } from './html.ts';
import { counted, moodOfVerdict, STATE_MEANINGS } from './words.ts';

const [COLUMN, ROW, BOX, TOP, FOOT] = [48, 27, 21, 40, 44];
/** The picture is shown a little larger than it is drawn where there is room. */
const SCALE = 1.3;
const [LETTER, LONGEST, SHORTEST] = [7, 18, 13];
/** From so many servers on those that fare alike share a line. */
const MANY = 16;

type Line = { readonly name: string; readonly states: readonly (ServerState | null)[] };

/** Every server at every moment, as one picture: lines are servers, columns are moments; the moment of the button is marked. */
export function stripOf({ id, title, moments }: ReplayRun): Html {
  const lines = linesOf(moments.map(({ servers }) => servers));
  const longest = Math.max(SHORTEST, ...lines.map(({ name }) => shortened(name).length));
  const gutter = longest * LETTER + 14;
  const width = gutter + moments.length * COLUMN + 8;
  const bottom = TOP + lines.length * ROW;
  const height = bottom + FOOT;
  const centre = (at: number): number => gutter + at * COLUMN + COLUMN / 2;
  const columns = moments.map(({ marks, verdict }, at) => {
    const x = centre(at);
    return html`<text x="${x}" y="${bottom + 16}" class="centre soft">${at + 1}</text
      >${flagAt(marks, x, bottom)}<text x="${x}" y="${bottom + 35}" class="verdict ${moodOfVerdict(verdict)}"
        >${SIGNS[moodOfVerdict(verdict)]}</text
      >`;
  });
  const boxes = lines.map(({ name, states }, row) => {
    const y = TOP + row * ROW + (ROW - BOX) / 2;
    const cells = states.map((state, at) => (state === null ? null : boxAt(state, centre(at) - BOX / 2, y)));
    return html`<text x="${gutter - 10}" y="${y + BOX / 2 + 4}" class="end">${shortened(name)}</text
      >${cells}`;
  });
  return html`<svg
    class="strip"
    viewBox="0 0 ${width} ${height}"
    width="${Math.round(width * SCALE)}"
    height="${Math.round(height * SCALE)}"
    role="img"
    aria-labelledby="${id}-strip ${id}-told"
  >
    <title id="${id}-strip">${title}, server by server</title>
    <desc id="${id}-told">${told(moments)}</desc>
    ${columns}${boxes}
    <text x="${gutter - 10}" y="${bottom + 16}" class="end soft">moment</text>
    <text x="${gutter - 10}" y="${bottom + 35}" class="end soft">the gate says</text>
  </svg>`;
}

// Words are too long for a column; the moments below have them.
const SIGNS = { good: 'yes', bad: 'no', poor: 'hold', open: '–' } as const;

function flagAt(marks: ReplayRun['moments'][number]['marks'], x: number, bottom: number): Html | null {
  if (marks === 'none') return null;
  const line = html`<line
    x1="${x}"
    x2="${x}"
    y1="26"
    y2="${bottom}"
    class="${marks === 'button' ? 'at' : 'harm'}"
  />`;
  return marks === 'button'
    ? html`${line}<rect x="${x - 24}" y="6" width="48" height="20" rx="3" class="flag" /><text
          x="${x}"
          y="20"
          class="onflag"
          >button</text
        >`
    : html`${line}<text x="${x}" y="20" class="harmword">harm</text>`;
}

function boxAt(state: ServerState, x: number, y: number): Html {
  const radius = { right: 4, haunted: 0, silent: 4, out: BOX / 2 }[state];
  return html`<rect
      x="${x}"
      y="${y}"
      width="${BOX}"
      height="${BOX}"
      rx="${radius}"
      class="box ${state}"
    /><text x="${x + BOX / 2}" y="${rounded(y + BOX / 2 + 4.3)}" class="letter on-${state}"
      >${LETTER_BY_STATE[state]}</text
    >`;
}

/** Sums of fractions have tails that nobody sees. */
function rounded(place: number): number {
  return Math.round(place * 10) / 10;
}

function shortened(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 1)}…`;
}

function linesOf(moments: readonly (readonly ReplayServer[])[]): readonly Line[] {
  const names = [...new Set(moments.flatMap((servers) => servers.map(({ hostname }) => hostname)))];
  const lines = names.map((name) => ({
    name,
    states: moments.map((servers) => servers.find(({ hostname }) => hostname === name)?.state ?? null),
  }));
  if (lines.length <= MANY) return lines;
  const alike = new Map<string, { name: string; states: Line['states']; count: number }>();
  for (const { name, states } of lines) {
    const key = states.join(' ');
    const found = alike.get(key);
    if (found === undefined) alike.set(key, { name, states, count: 1 });
    else found.count += 1;
  }
  return [...alike.values()].map(({ name, states, count }) => ({
    states,
    name: count === 1 ? name : counted(count, 'server'),
  }));
}

/** The picture in words, for those who cannot see it. */
function told(moments: ReplayRun['moments']): string {
  return moments
    .map(({ servers, marks }, at) => {
      const counts = (Object.keys(STATE_MEANINGS) as ServerState[]).flatMap((state) => {
        const count = servers.filter((server) => server.state === state).length;
        return count === 0 ? [] : [`${count} ${state}`];
      });
      return `Moment ${at + 1}${marks === 'none' ? '' : ` (the ${marks})`}: ${counts.join(', ') || 'no server'}.`;
    })
    .join(' ');
}
