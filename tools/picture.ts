import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

/**
 * Draws what a terminal showed as an SVG for the README: `node tools/picture.ts OUTPUT.txt PICTURE.svg [COMMAND]`. The text is the
 * recorded output, colours and all; nothing is added but the prompt line.
 */

const COLOURS: Record<string, string> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '34': '#79c0ff',
  '35': '#d2a8ff',
  '36': '#76e3ea',
  '90': '#8b949e',
};
const LINE = 18;
const CHAR = 7.8;

type Run = { readonly text: string; readonly colour: string; readonly isBold: boolean };

function runsOf(line: string): Run[] {
  const runs: Run[] = [];
  let colour = '#c9d1d9';
  let isBold = false;
  // oxlint-disable-next-line no-control-regex
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    // oxlint-disable-next-line no-control-regex
    const codes = /^\u001b\[([0-9;]*)m$/.exec(part)?.[1];
    if (codes === undefined) {
      if (part !== '') runs.push({ text: part, colour, isBold });
      continue;
    }
    for (const code of codes.split(';')) {
      if (code === '' || code === '0') [colour, isBold] = ['#c9d1d9', false];
      else if (code === '1') isBold = true;
      else if (code === '2') colour = '#8b949e';
      else if (code === '22') isBold = false;
      else if (code === '39') colour = '#c9d1d9';
      else colour = COLOURS[code] ?? colour;
    }
  }
  return runs;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const [, , from, to, command] = process.argv;
if (from === undefined || to === undefined) {
  process.stderr.write('usage: node tools/picture.ts OUTPUT.txt PICTURE.svg [COMMAND]\n');
  process.exitCode = 1;
} else {
  const recorded = readFileSync(from, 'utf8').trimEnd().split('\n');
  const lines = command === undefined ? recorded : [`\u001b[90m$\u001b[0m ${command}`, '', ...recorded];
  const parsed = lines.map(runsOf);
  const columns = Math.max(...parsed.map((runs) => runs.reduce((sum, run) => sum + run.text.length, 0)));
  const width = Math.ceil(columns * CHAR + 32);
  const height = lines.length * LINE + 32;
  const body = parsed.map((runs, at) => {
    const spans = runs.map(
      (run) =>
        `<tspan fill="${run.colour}"${run.isBold ? ' font-weight="bold"' : ''}>${escapeXml(run.text)}</tspan>`,
    );
    return `<text x="16" y="${28 + at * LINE}" xml:space="preserve">${spans.join('')}</text>`;
  });
  const style = 'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13"';
  writeFileSync(
    to,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${style}><rect width="100%" height="100%" rx="8" fill="#0d1117"/>${body.join('')}</svg>\n`,
  );
}
