import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const REQUIRED = /require\('\.\/([a-z-]+\.cjs)'\)/g;

/** Where a program of the rehearsal lies. The build copies the folder `programs` beside the bundle, so both find it here. */
export function programPath(file: string): string {
  return fileURLToPath(new URL(`./programs/${file}`, import.meta.url));
}

/** The text of a program with every program it requires written into it, as a single executable needs it. */
export function wholeProgram(file: string): string {
  return readFileSync(programPath(file), 'utf8').replaceAll(REQUIRED, (_, required: string) =>
    [
      '(() => {',
      'const module = { exports: {} };',
      wholeProgram(required),
      'return module.exports;',
      '})()',
    ].join('\n'),
  );
}

/** Where a function lives in a program, as a flag ownership table says it. Throws when the program has no such function. */
export function codeSite(file: string, symbol: string): { file: string; line: number; symbol: string } {
  const lines = readFileSync(programPath(file), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(`function ${symbol}(`)) + 1;
  if (line === 0) throw new Error(`${file} has no function ${symbol}`);
  return { file, line, symbol };
}
