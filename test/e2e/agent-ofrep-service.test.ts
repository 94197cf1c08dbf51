import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FlagOwnership } from '../../src/model/flag.ts';
import { GuardReport } from '../../src/model/guard-report.ts';
import { trustedKey } from '../../src/seal/keys.ts';
import { signManifest } from '../../src/seal/sign.ts';
import { flag } from '../world/documents.ts';
import { FLAGD, ofrepNode } from '../world/ofrep-node.ts';
import { sha256 } from '../world/prover.ts';
import { ALWAYS, newKey } from '../world/trust.ts';

const { place, binary, start, writeManifest, agent, agentFor, sdkAt } = ofrepNode();

function untyped(name: string): FlagOwnership {
  const { type: _, ...row } = flag(name);
  return row;
}

describe('haunted agent ofrep as a service of its own', () => {
  it('keeps the last good flags and says why when a new file is broken, and takes the next good one', async () => {
    writeManifest('A');
    const { pid } = await start(binary('A').file, binary('A').words);
    const running = await agentFor(pid);
    const client = await sdkAt(running.url);
    writeFileSync(path.join(place(), 'flags.yaml'), 'flags: { greeting: ');
    running.child.kill('SIGHUP');
    expect((await running.next('flags_refused')).sentence).toContain('stay in use');
    expect(await client.getStringValue('greeting', 'none')).toBe('hello');
    writeFileSync(path.join(place(), 'flags.yaml'), FLAGD.replace('"hello"', '"good day"'));
    await running.next('flags_changed');
    expect(await client.getStringValue('greeting', 'none')).toBe('good day');
  });

  it('keeps the manifest in force when the new one is refused', async () => {
    writeManifest('A');
    const { pid } = await start(binary('A').file, binary('A').words);
    const running = await agentFor(pid);
    const client = await sdkAt(running.url);
    writeManifest('A', { cluster: 'another' });
    expect((await running.next('manifest_refused')).sentence).toContain('is of the cluster "another"');
    expect(await client.getStringValue('greeting', 'none')).toBe('hello');
  });

  it('ends with 0 on SIGTERM and leaves a guard report behind', async () => {
    writeManifest('A');
    const { pid } = await start(binary('A').file, binary('A').words);
    const running = await agentFor(pid, ['--report', 'report.json']);
    const client = await sdkAt(running.url);
    await client.getStringValue('greeting', 'none');
    await client.getBooleanValue('power_peg', false);
    running.child.kill('SIGTERM');
    expect(await running.ended).toEqual([0, null]);
    const report = GuardReport.parse(JSON.parse(readFileSync(path.join(place(), 'report.json'), 'utf8')));
    expect(report).toMatchObject({
      binary_sha256: sha256(binary('A').file),
      method: 'proc_exe',
      process: { pid },
      flags: [
        { flag: 'greeting', evaluated: 1, refused: {} },
        { flag: 'power_peg', evaluated: 1, refused: { flag_shackled: 1 } },
      ],
    });
  });

  it('guards an upstream OFREP service, which knows nothing of binaries', async () => {
    const { pid } = await start(binary('A').file, binary('A').words);
    // Our own endpoint plays the upstream service, with a manifest that owns everything.
    writeManifest('A', { flag_ownership_table: ['rlp', 'greeting', 'power_peg', 'stranger'].map(untyped) });
    renameSync(path.join(place(), 'manifest.json'), path.join(place(), 'all.json'));
    writeManifest('A');
    const shared = ['--accept-unsigned', '--listen', '127.0.0.1:0', '--pid', String(pid)];
    const behind = await agent(['--manifest', 'all.json', '--flagd', 'flags.yaml', ...shared]);
    const { url } = await agent(['--manifest', 'manifest.json', '--upstream', behind.url, ...shared]);
    const client = await sdkAt(url);
    expect(await client.getStringValue('greeting', 'none')).toBe('hello');
    expect(await client.getBooleanDetails('power_peg', false)).toMatchObject({
      value: false,
      errorMessage: expect.stringContaining('is shackled'),
    });
    behind.child.kill('SIGKILL');
    await behind.ended;
    expect(await client.getStringDetails('greeting', 'none')).toMatchObject({
      value: 'none',
      errorCode: 'GENERAL',
      errorMessage: expect.stringContaining('cannot be asked'),
    });
  });

  it('takes a signed manifest by its keyring, and no other', async () => {
    writeManifest('A');
    const manifest: unknown = JSON.parse(readFileSync(path.join(place(), 'manifest.json'), 'utf8'));
    const key = newKey('builder', 'ci');
    writeFileSync(path.join(place(), 'signed.json'), signManifest(manifest, 'The manifest', key));
    const keyring = { schema: 'haunted.keyring/v1', keys: [trustedKey(key, ALWAYS)] };
    writeFileSync(path.join(place(), 'keyring.json'), JSON.stringify(keyring));
    const { pid } = await start(binary('A').file, binary('A').words);
    const shared = ['--keyring', 'keyring.json', '--flagd', 'flags.yaml', '--pid', String(pid)];
    const words = [...shared, '--listen', '127.0.0.1:0'];
    const { url } = await agent(['--manifest', 'signed.json', ...words]);
    expect(await (await sdkAt(url)).getStringValue('greeting', 'none')).toBe('hello');
    await expect(agent(['--manifest', 'manifest.json', ...words])).rejects.toThrow(
      'was refused: it carries no signature',
    );
  });

  it.each([
    ['no way to find the service', [], 'does not know which process'],
    [
      'an address others can reach',
      ['--pid', '1', '--listen', '0.0.0.0:0'],
      'needs --token-file, and --tls-cert',
    ],
    [
      'a cluster that is not the manifest’s',
      ['--pid', '1', '--cluster', 'other'],
      'is of the cluster "smars"',
    ],
  ])('does not start with %s', async (_, words, sentence) => {
    writeManifest('A');
    const all = ['--manifest', 'manifest.json', '--accept-unsigned', '--flagd', 'flags.yaml'];
    await expect(agent([...all, ...words])).rejects.toThrow(sentence);
  });
});
