import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { INCIDENTS } from './stories/all.ts';
import { filesOf } from './stories/files.ts';
import type { Incident } from './stories/incident.ts';
import { replay } from './stories/replay.ts';

/**
 * The graded corpus under incidents/. Without a word: writes the documents of every folder. `--check`: fails when a folder is not what
 * it would write. `--accept NAME`: writes the expected verdicts of one folder too; read them against the design before committing.
 */

export const FOLDER = path.join(import.meta.dirname, '..', 'incidents');

const PAGE = path.join(FOLDER, 'README.md');

/** The graded record of a real incident. It may lie beside a story of the same name, and no story writes it. */
const RECORD = 'record.yaml';

/** Its replay, which is written by hand. */
const REPLAY = `replay${path.sep}`;

/** The expected verdicts of an incident as they come out now, by file name. */
function verdictTexts(incident: Incident): Map<string, string> {
  const files = filesOf(incident);
  return new Map(
    incident.story.cases.map((each) => {
      const verdict = replay(each, `incidents/${incident.name}`, (name) =>
        Buffer.from(files.get(name) ?? ''),
      );
      return [each.expected, `${JSON.stringify(verdict, null, 2)}\n`];
    }),
  );
}

/** The page that lists the corpus. */
function corpusPage(): string {
  const rows = INCIDENTS.map(({ name, title, story }) => {
    const words = story.cases.map(({ gate }) => gate);
    return `| [${name}](${name}/README.md) | ${words.join(', ')} | ${title} |`;
  });
  return `${[
    '# Graded incidents',
    'Two things live here, and a folder may hold both. A `record.yaml` is the graded record of an incident that happened, with its sources: `haunted incidents list` lists them, [docs/incidents.md](../docs/incidents.md) says how to read and add one, and `fog.yaml` holds the claims that no record could be made of. A `replay/` beside it plays the incident through the gate: `haunted incidents replay`, [docs/replays.md](../docs/replays.md). A `case.json` is a test of the gate:',
    '## Tests of the gate',
    'One folder each: the documents, the question in `case.json`, and the whole verdict the gate must give. A test replays every one through the door and the judge, and once through `haunted check`; and for each that is blocked or held it shows that the same documents without the one wrong fact are allowed.',
    'The documents are written by `tools/incidents.ts` from the stories in `tools/stories/`. Apart from knight-2012 every cluster and server is fictional; a README says which public record a story reminds of.',
    ['| folder | gate | what |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n')}\n`;
}

/** What is wrong with the generated files of one folder: missing, stale, or not of this corpus. */
export function staleFiles(incident: Incident): string[] {
  const wanted = filesOf(incident);
  const there = globSync('**/*', { cwd: path.join(FOLDER, incident.name), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(path.join(FOLDER, incident.name), path.join(entry.parentPath, entry.name)));
  const expected = new Set(incident.story.cases.map((each) => each.expected));
  const missing = [...wanted.keys(), ...expected].filter((name) => !there.includes(name));
  const strange = there.filter((name) => !isByHand(name) && !wanted.has(name) && !expected.has(name));
  const stale = there.filter(
    (name) =>
      wanted.has(name) && wanted.get(name) !== readFileSync(path.join(FOLDER, incident.name, name), 'utf8'),
  );
  return [...missing, ...strange, ...stale].map((name) => `incidents/${incident.name}/${name}`);
}

function isByHand(name: string): boolean {
  return name === RECORD || name.startsWith(REPLAY);
}

function write(incident: Incident, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    const file = path.join(FOLDER, incident.name, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function main(words: readonly string[]): number {
  if (words.includes('--check')) {
    const stale = [...INCIDENTS.flatMap(staleFiles), ...(isPageStale() ? ['incidents/README.md'] : [])];
    for (const file of stale)
      console.error(`${file} is missing, stale or strange; run node tools/incidents.ts`);
    return stale.length === 0 ? 0 : 1;
  }
  if (words.length === 0) writeFileSync(PAGE, corpusPage());
  const accepted = new Set(words.filter((word) => word !== '--accept'));
  for (const incident of INCIDENTS) {
    if (words.length === 0) {
      for (const file of staleFiles(incident)) rmStale(incident, file);
      write(incident, filesOf(incident));
    }
    if (words.includes('--accept') && accepted.has(incident.name)) write(incident, verdictTexts(incident));
  }
  return 0;
}

export function isPageStale(): boolean {
  return !existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== corpusPage();
}

/** A file that no description makes any more goes; an expected verdict stays. */
function rmStale(incident: Incident, file: string): void {
  const name = path.relative(path.join('incidents', incident.name), file);
  const isExpected = incident.story.cases.some((each) => each.expected === name);
  if (!isExpected) rmSync(path.join(FOLDER, incident.name, name), { force: true });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = main(process.argv.slice(2));
