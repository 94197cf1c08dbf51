import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { FICTIONAL, FROM_THE_RECORD, type Rehearsal } from './rehearsal.ts';
import { continued } from './show-summary.ts';

/** Writes what the reader opens first: rehearsal.json, README.txt, and again.sh, which asks every gate again. */
export async function handOver(rehearsal: Rehearsal, hauntedEntry: string): Promise<void> {
  const at = (file: string): string => path.join(rehearsal.folder, file);
  await writeFile(at('rehearsal.json'), `${JSON.stringify(rehearsal, null, 2)}\n`);
  await writeFile(at('README.txt'), readme(rehearsal));
  await writeFile(at('again.sh'), againScript(rehearsal, hauntedEntry));
  await chmod(at('again.sh'), 0o755);
}

function readme({ checks }: Rehearsal): string {
  return [
    'A rehearsal of 1 August 2012 at Knight Capital, made by `haunted rehearse knight-2012`.',
    '',
    'rehearsal.json   counts of the market, verdicts, and how to ask for them again',
    'timeline.ndjson  one fact a line; source says whether it is from the record, our story, measured, or said by haunted',
    'flags/           what the flag means in each of the two executables and to the gateway; manifests are made from these',
    'manifests/       what each version is, bare and signed by the builder; keyring.json holds the public keys',
    'evidence/        the signed proofs of the eight servers at four moments',
    'plans/           the uninstall as a rollback plan',
    'verdicts/        the four answers of `haunted check`, as JSON',
    'programs/        the source of both routers, of the gateway, of the market, and of the door that the guard stands in',
    'logs/            what the processes wrote to stderr; empty when nothing went wrong',
    'again.sh         asks the four gates again, judged as of the same time',
    '',
    'The private keys and the install folders of the servers were deleted at the end.',
    '',
    'From the record (SEC release 34-70694 of 16 October 2013, paragraphs):',
    ...FROM_THE_RECORD.map((line) => `- ${line}`),
    '',
    'Fictional:',
    ...FICTIONAL.map((line) => `- ${line}`),
    '',
    'By hand, in this folder:',
    ...checks.flatMap(({ command }) => continued(command, 120)),
    '',
  ].join('\n');
}

function againScript({ checks }: Rehearsal, hauntedEntry: string): string {
  const program = [process.execPath, hauntedEntry]
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(' ');
  return [
    '#!/bin/sh',
    '# Asks the gates of this rehearsal again. 0 allow or proven, 2 block, 3 hold, 4 quarantine, 1 could not evaluate.',
    'cd "$(dirname "$0")" || exit 1',
    `haunted() { ${program} "$@"; }`,
    ...checks.flatMap(({ command }) => [`echo "\\$ ${command}"`, command, 'echo "exit $?"']),
    '',
  ].join('\n');
}
