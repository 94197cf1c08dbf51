import { verify } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePrivateKey } from '../../adapters/files/key-file.ts';
import { exampleFolder } from '../../../test/fixtures/example-folder.ts';
import { testIo } from '../../../test/fixtures/test-io.ts';
import { keyringOf } from '../../../test/world/trust.ts';
import { Verdict } from '../../model/verdict.ts';
import { readEnvelope } from '../../seal/envelope.ts';
import { newPrivateKey, signingKey } from '../../seal/keys.ts';
import type { SigningKey } from '../../seal/keys.ts';
import { pendingSignature } from '../../seal/signature.ts';
import { PREDICATES, readStatement } from '../../seal/statement.ts';
import { sha256Hex } from '../../seal/digest.ts';

import { COMMANDS } from '../commands.ts';
import { runCommandLine } from '../run.ts';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const ACTIVATE =
  'check activate --manifest manifests/42.json --history manifests/41.json --accept-unsigned --format json --evidence';

let folder: string;
beforeEach(() => {
  folder = exampleFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

async function makeKey(role: SigningKey['role']): Promise<SigningKey> {
  const document = newPrivateKey({ role, name: `${role}-1`, hostname: null }, NOW);
  await writePrivateKey(path.join(folder, `${role}.key`), document);
  return signingKey(document, 'the key');
}

async function run(line: string): Promise<{ exit: number; stdout: string; stderr: string }> {
  const session = testIo({ cwd: folder, now: NOW });
  const exit = await runCommandLine(line.split(' '), COMMANDS, '0.1.0', session.io);
  return { exit, stdout: session.stdout(), stderr: session.stderr() };
}

type Summary = Record<string, unknown> & { inputAttestations: { uri: string; digest: { sha256: string } }[] };

function openVerdict(key: SigningKey): { subjects: readonly string[]; summary: Summary } {
  const envelope = readEnvelope(JSON.parse(readFileSync(path.join(folder, 'verdict.json'), 'utf8')));
  if (!envelope.ok) throw new Error(envelope.detail);
  const pending = pendingSignature(envelope, { role: 'gate', keyring: keyringOf(key), now: NOW });
  if (!pending.ok) throw new Error(pending.detail);
  expect(verify(null, pending.pae, pending.key.publicKey(), pending.sig)).toBe(true);
  const statement = readStatement(envelope.payload, PREDICATES.verdict);
  if (!statement.ok) throw new Error(statement.detail);
  return { subjects: statement.subjects, summary: statement.predicate as Summary };
}

describe('a signed verdict', () => {
  it('is the printed one, about the manifest’s binary, with everything it rests on', async () => {
    const key = await makeKey('gate');
    const { exit, stdout } = await run(
      `${ACTIVATE} reports/after.ndjson --sign-with gate.key --verdict-out verdict.json`,
    );
    expect(exit).toBe(0);
    const { subjects, summary } = openVerdict(key);
    const manifest = readFileSync(path.join(folder, 'manifests/42.json'));
    expect(subjects).toEqual([(JSON.parse(manifest.toString()) as { binary_sha256: string }).binary_sha256]);
    expect(summary['verificationResult']).toBe('PASSED');
    expect(Verdict.parse(summary['https://haunted-server-detector.dev/ns/verdict/v1'])).toEqual(
      JSON.parse(stdout),
    );
    // The reports are from 08:59:00 and good for 300 s.
    expect(summary['https://haunted-server-detector.dev/ns/expires']).toBe('2026-03-02T09:04:00.000Z');
    expect(summary.inputAttestations.map(({ uri }) => uri)).toEqual([
      'manifests/42.json',
      'haunted:smars/manifest/41',
      'haunted:smars/report/smars-01/17',
      'haunted:smars/report/smars-02/17',
      'haunted:smars/report/smars-03/17',
    ]);
    expect(summary.inputAttestations[0]?.digest).toEqual({ sha256: sha256Hex(manifest) });
  });

  it('says FAILED for whatever is not a yes, also when the manifest itself was refused', async () => {
    const key = await makeKey('gate');
    const sign = '--sign-with gate.key --verdict-out verdict.json';
    expect((await run(`${ACTIVATE} reports/one-silent.ndjson ${sign}`)).exit).toBe(3);
    expect(openVerdict(key).summary).toMatchObject({
      verificationResult: 'FAILED',
      verifiedLevels: ['FAILED'],
    });
    const refused = await run(
      `check activate --manifest manifests/42.json --evidence reports/after.ndjson ${sign}`,
    );
    expect(refused.exit).toBe(2);
    expect(openVerdict(key).subjects).toEqual([
      sha256Hex(readFileSync(path.join(folder, 'manifests/42.json'))),
    ]);
  });

  it.each<[string, string, string]>([
    ['builder', 'BAD_INPUT', 'is a builder key, and only a gate key signs a verdict'],
    ['absent', 'NOT_FOUND', 'absent.key does not exist'],
    ['open', 'KEY_UNSAFE', 'is open to other users (mode 644)'],
  ])('is not made with the key %s', async (name, code, sentence) => {
    await makeKey('builder');
    await makeKey('gate');
    writePublicCopy();
    const { exit, stdout, stderr } = await run(
      `${ACTIVATE} reports/after.ndjson --sign-with ${name}.key --verdict-out verdict.json`,
    );
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(new RegExp(` \\[${code}\\]\\n$`));
    expect(existsSync(path.join(folder, 'verdict.json'))).toBe(false);
  });

  it('that cannot be written ends the check before anything is printed', async () => {
    await makeKey('gate');
    const { exit, stdout, stderr } = await run(
      `${ACTIVATE} reports/after.ndjson --sign-with gate.key --verdict-out absent/verdict.json`,
    );
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/its folder does not exist.* \[CANNOT_WRITE\]\n$/);
  });
});

function writePublicCopy(): void {
  const file = path.join(folder, 'open.key');
  writeFileSync(file, readFileSync(path.join(folder, 'gate.key')));
  chmodSync(file, 0o644);
}
