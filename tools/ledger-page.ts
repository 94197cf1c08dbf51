import { createPrivateKey } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { memoryLedger } from '../src/ledger/memory.ts';
import type { Fact } from '../src/model/entry.ts';
import { signCheckpoint } from '../src/seal/checkpoint.ts';
import { sha256Hex } from '../src/seal/digest.ts';
import { signingKey, trustedKey } from '../src/seal/keys.ts';
import * as world from '../test/world/facts.ts';
import { consoleBlocks, withOutputs } from './console-blocks.ts';
import { type Printed, runExamples } from './run-examples.ts';

const DOCS = path.join(import.meta.dirname, '..', 'docs');
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The page about the ledger. */
export const LEDGER_PAGE = path.join(DOCS, 'ledger.md');
/** The folder with its examples. */
export const LEDGER_EXAMPLES = path.join(DOCS, 'examples', 'ledger');

const OLD = sha256Hex('the manifest of 41');
const NEW = sha256Hex('the manifest of 42');
const BAD = {
  binary_sha256: sha256Hex('the binary of 2003'),
  accepted: false,
  findings: ['binary_mismatch'],
};

/** 1 August 2012 as a ledger with a gate would have told it: seven servers prove the new manifest, the eighth does not. */
const STORY: readonly (readonly [string, Fact])[] = [
  ['2012-07-01T08:00:00Z', named('smars_2012_07_01', 41, world.accepted(OLD, 'in_force'))],
  ['2012-07-01T08:00:10Z', world.verdict('PROVEN', OLD)],
  ['2012-07-31T21:00:00Z', named('smars_2012_08_01', 42, world.accepted(NEW))],
  ['2012-07-31T21:00:05Z', world.begun('deploy-42', NEW)],
  ['2012-07-31T21:04:00Z', world.ended('deploy-42')],
  ...Array.from({ length: 7 }, (_, at): readonly [string, Fact] => [
    `2012-07-31T21:04:0${at + 1}Z`,
    world.proof(`smars-0${at + 1}`, { manifest_sha256: NEW, observed_at: `2012-07-31T21:04:0${at + 1}Z` }),
  ]),
  [
    '2012-07-31T21:04:08Z',
    world.proof('smars-08', { ...BAD, manifest_sha256: NEW, observed_at: '2012-07-31T21:04:08Z' }),
  ],
  ['2012-07-31T21:04:09Z', world.verdict('QUARANTINE', NEW)],
  ['2012-07-31T21:04:10Z', world.quarantined('deploy-42', ['smars-08'], NEW)],
];

function named(deployment_id: string, generation: number, fact: Fact): Fact {
  return { ...fact, body: { ...fact.body, deployment_id, generation } } as Fact;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** The files of the examples by name, the same in every run. */
export async function ledgerExamples(): Promise<ReadonlyMap<string, string>> {
  const ledger = memoryLedger('5d7c8f3e-0d5e-4d0e-9d3c-1f3a5c2b7e42');
  for (const [time, fact] of STORY) await ledger.append([fact], { expected: 'any', now: Date.parse(time) });
  const lines = (await Array.fromAsync(ledger.read(1))).flat();
  const { count, hash } = await ledger.head();
  const seed = Buffer.concat([PKCS8_ED25519, Buffer.from(sha256Hex('the gate of the example'), 'hex')]);
  const pem = createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' }).export({
    type: 'pkcs8',
    format: 'pem',
  });
  const key = signingKey(
    {
      schema: 'haunted.private-key/v1',
      role: 'gate',
      name: 'gate',
      created_at: '2012-07-01T08:00:00Z',
      private_key: String(pem),
    },
    'the example key',
  );
  const what = { ledger: ledger.id, count, head: hash ?? '', time: '2012-07-31T22:00:00Z' };
  const keys = [trustedKey(key, { from: null, until: null })];
  return new Map([
    ['smars.jsonl', text(lines)],
    ['changed.jsonl', text(lines.map((line) => line.replace('"accepted":false', '"accepted":true')))],
    ['cut.jsonl', text(lines.slice(0, -2))],
    ['checkpoint.json', signCheckpoint({ schema: 'haunted.ledger-checkpoint/v1', ...what }, key)],
    ['keyring.json', `${JSON.stringify({ schema: 'haunted.keyring/v1', keys }, null, 2)}\n`],
  ]);
}

/** What the worked examples of the page print, run one after another in a copy of the folder that the page tells the reader to enter. */
export async function runLedgerPage(page: string): Promise<readonly Printed[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-manual-'));
  try {
    cpSync(LEDGER_EXAMPLES, folder, { recursive: true });
    return await runExamples(
      consoleBlocks(page).map(({ words }) => words),
      folder,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// `node tools/ledger-page.ts` writes the examples, and what they print now into the page. Read the difference before committing.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  mkdirSync(LEDGER_EXAMPLES, { recursive: true });
  for (const [name, text] of await ledgerExamples()) writeFileSync(path.join(LEDGER_EXAMPLES, name), text);
  const page = readFileSync(LEDGER_PAGE, 'utf8');
  writeFileSync(LEDGER_PAGE, withOutputs(page, await runLedgerPage(page)));
}
