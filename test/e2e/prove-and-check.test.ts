import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { manifestDigest } from '../../src/seal/digest.ts';
import { testIo } from '../fixtures/test-io.ts';
import { manifest } from '../world/documents.ts';
import { proverWorld, sha256 } from '../world/prover.ts';

const { a, b, now, place, prove, start, write } = proverWorld();

/** What the gate answers about the one server of a cluster that must run binary A. */
async function gate(...words: string[]): Promise<{ exit: number; said: string }> {
  const { io, stdout, stderr } = testIo({ cwd: place(), now });
  const trust = words.includes('--keyring') ? [] : ['--accept-unsigned'];
  const manifest = words.includes('--manifest') ? [] : ['--manifest', 'manifest.json'];
  const line = ['check', 'activate', ...manifest, '--evidence', 'evidence', ...trust, ...words];
  const exit = await runCommandLine([...line, '--format', 'json'], COMMANDS, '0', io);
  return { exit, said: stdout() + stderr() };
}

beforeEach(() => {
  const draft = manifest({
    generation: 42,
    binary_sha256: sha256(a().file),
    config_sha256: null,
    cluster_inventory: ['smars-04'],
  });
  write('manifest.json', JSON.stringify({ ...draft, manifest_sha256: manifestDigest(draft) }));
  mkdirSync(path.join(place(), 'evidence'));
});

describe('what the prover found, before the gate', () => {
  it('allows the server that runs the manifest’s binary', async () => {
    const { pid } = await start(a().file, a().words);
    expect((await prove(['--pid', String(pid), '--out', 'evidence/smars-04.json'])).code).toBe(0);
    expect((await gate()).exit).toBe(0);
  });

  it('blocks the server whose new file waits on disk while the old code runs', async () => {
    const smars = path.join(place(), 'smars');
    copyFileSync(b().file, smars);
    const { pid } = await start(smars, b().words);
    copyFileSync(a().file, `${smars}.new`);
    renameSync(`${smars}.new`, smars);
    await prove(['--pid', String(pid), '--out', 'evidence/smars-04.json']);
    const { exit, said } = await gate();
    expect(exit).toBe(2);
    expect(said).toContain('stale_process');
    expect(said).toContain('binary_mismatch');
  });

  it('blocks the server that runs the right code while another file waits on disk', async () => {
    const smars = path.join(place(), 'smars');
    copyFileSync(a().file, smars);
    const { pid } = await start(smars, a().words);
    copyFileSync(b().file, `${smars}.new`);
    renameSync(`${smars}.new`, smars);
    await prove(['--pid', String(pid), '--out', 'evidence/smars-04.json']);
    const { exit, said } = await gate();
    expect(exit).toBe(2);
    expect(said).toContain('stale_process');
  });

  it('never allows a server whose worker runs another binary, whichever way it is asked', async () => {
    const { port } = await start(a().file, [...a().words, 'worker-of', b().file, 'listen', '0']);
    const one = await prove(['--port', String(port), '--out', 'evidence/smars-04.json']);
    expect(one.code).toBe(1);
    // An empty evidence folder is no evidence at all: the gate could not judge.
    expect((await gate()).exit).toBe(1);

    const each = await prove(['--port', String(port), '--all', '--out', 'evidence/smars-04.ndjson']);
    expect(each.code).toBe(0);
    const contradicted = await gate();
    expect(contradicted.exit).toBe(2);
    expect(contradicted.said).toContain('equivocation');
    expect(contradicted.said).toContain('binary_mismatch');
  });

  it('holds on a service’s own word, as the policy says by default', async () => {
    write('own.json', JSON.stringify({ binary_sha256: sha256(a().file) }));
    await prove(['--self-report', 'own.json', '--out', 'evidence/smars-04.json']);
    const { exit, said } = await gate();
    expect(exit).toBe(3);
    expect(said).toContain('self_report');
  });

  it('blocks a switch that is set where nobody declared it', async () => {
    const { pid } = await start(a().file, [...a().words, '--feature-gates=PowerPeg=false']);
    await prove(['--pid', String(pid), '--out', 'evidence/smars-04.json']);
    const { exit, said } = await gate();
    expect(exit).toBe(2);
    expect(said).toContain('PowerPeg');
  });
});

/** Makes a role key; its public half goes into keyring.json. */
async function keys(...words: string[]): Promise<number> {
  const { io } = testIo({ cwd: place(), now });
  return await runCommandLine(['keys', 'new', ...words, '--keyring', 'keyring.json'], COMMANDS, '0', io);
}

describe('a signed proof', () => {
  it('is let in by the server’s own key', async () => {
    const { pid } = await start(a().file, a().words);
    expect(await keys('--role', 'node', '--name', 'smars-04', '--out', 'node.key.json')).toBe(0);
    expect(await keys('--role', 'builder', '--name', 'ci', '--out', 'builder.key.json')).toBe(0);
    const { io } = testIo({ cwd: place(), now });
    const signed = ['manifest', 'sign', 'manifest.json', '--key', 'builder.key.json', '--out', 'signed.json'];
    expect(await runCommandLine(signed, COMMANDS, '0', io)).toBe(0);
    const words = ['--pid', String(pid), '--key', 'node.key.json', '--out', 'evidence/smars-04.json'];
    expect((await prove(words)).code).toBe(0);
    expect(await gate('--keyring', 'keyring.json', '--manifest', 'signed.json')).toMatchObject({ exit: 0 });
  });

  it.each([
    ['a builder', ['--role', 'builder', '--name', 'smars-04'], 'only a node key signs a proof'],
    ['another server', ['--role', 'node', '--name', 'smars-05'], 'cannot sign for smars-04'],
  ])('is not made with the key of %s', async (_what, words, sentence) => {
    const { pid } = await start(a().file, a().words);
    await keys(...words, '--out', 'some.key.json');
    const { code, out, err } = await prove(['--pid', String(pid), '--key', 'some.key.json']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(sentence);
  });
});
