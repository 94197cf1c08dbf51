import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';
import { STYLE } from './style.ts';
import { TABLE_SCRIPT } from './table-script.ts';

/** One page before its frame is put around it. */
export type Page = {
  /** Where it lies in the folder, with slashes. */
  readonly path: string;
  /** The heading, and the name of the window. */
  readonly title: string;
  /** One sentence on what it shows, for those who list pages. */
  readonly about: string;
  readonly body: Html;
  /** Whether it has the table that can be sorted. */
  readonly hasTable?: boolean;
};

/** The pages that every page leads to, in their order. */
const SECTIONS = [
  ['index.html', 'Incidents'],
  ['second-specimen.html', 'Is Knight the only one?'],
  ['checks.html', 'Which checks pay'],
  ['types.html', 'Rollback types'],
  ['fog.html', 'Fog'],
] as const;

// Eight servers, one of them wrong: the sign of the project, as a picture that no request has to be made for.
const SIGN = [0, 1, 2, 3, 4, 5, 6, 7].map((at) => ({ x: (at % 4) * 9, y: Math.floor(at / 4) * 9 }));
const ICON = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -9 34 34">${SIGN.map(({ x, y }, at) => `<rect x="${x}" y="${y}" width="7" height="7" fill="${at === 7 ? '#b3261e' : '#6b7680'}"/>`).join('')}</svg>`,
)}`;

function digestOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** What a browser may load for a page: the style and the script that stand in it, and nothing from anywhere. */
function securityPolicy(hasTable: boolean): string {
  return [
    `default-src 'none'`,
    `style-src ${digestOf(STYLE)}`,
    ...(hasTable ? [`script-src ${digestOf(TABLE_SCRIPT)}`] : []),
    'img-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

/** The whole text of a page, the same for the same page. */
export function pageText({ path, title, about, body, hasTable = false }: Page): string {
  const root = '../'.repeat(path.split('/').length - 1);
  const style: Html = { markup: `<style>${STYLE}</style>` };
  const script: Html = { markup: hasTable ? `<script>${TABLE_SCRIPT}</script>\n` : '' };
  const links = SECTIONS.map(([to, name]) =>
    to === path
      ? html`<li><a href="${root}${to}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${root}${to}">${name}</a></li>`,
  );
  const whole = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${securityPolicy(hasTable)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content="${about}" />
        <title>${title} &middot; Haunted Server Detector</title>
        <link rel="icon" href="${ICON}" />
        ${style}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the page</a>
        <header>
          <a class="name" href="${root}index.html">${sign()}<span>Rollbacks on record</span></a>
          <nav aria-label="Pages">
            <ul>
              ${links}
            </ul>
          </nav>
        </header>
        <main id="main" tabindex="-1">${body}</main>
        <footer>
          <p>
            Facts and figures are told in our own words, each with the address of its source. Which check
            would have stopped what, and every rank, is a judgement with its reason beside it.
          </p>
          <p>
            Made by <code>haunted incidents site</code> from the records; no file is loaded from anywhere
            else.
          </p>
        </footer>
        ${script}
      </body>
    </html> `;
  return `${whole.markup.trimEnd()}\n`;
}

function sign(): Html {
  const servers = SIGN.map(
    ({ x, y }, at) =>
      html`<rect x="${x}" y="${y}" width="7" height="7" class="${at === 7 ? 'one' : 'well'}" />`,
  );
  return html`<svg viewBox="0 0 34 16" aria-hidden="true" focusable="false">${servers}</svg>`;
}
