import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testIo } from '../../../test/fixtures/test-io.ts';
import { joinWith } from '../../../test/world/haunted-agent.ts';
import type { AgentSetting } from '../../../test/world/haunted-agent.ts';
import { smallControlPlane } from '../../../test/world/small-control-plane.ts';
import type { SmallControlPlane } from '../../../test/world/small-control-plane.ts';
import { Membership } from '../../model/membership.ts';
import { COMMANDS } from '../commands.ts';
import { runCommandLine } from '../run.ts';
import { readMembership } from './membership-file.ts';

let folder: string;
let control: SmallControlPlane;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-join-'));
  control = await smallControlPlane();
});
afterEach(async () => {
  await control.stop();
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

function setting(hostname = 'smars-04'): AgentSetting {
  return { folder, server: control.url, cluster: 'smars', hostname, service: {} };
}

const kept = (): string[] => readdirSync(path.join(folder, 'state'));

describe('joining', () => {
  it('keeps the key that was pinned, for its owner alone, and shows no secret', async () => {
    const token = control.token('smars', 'smars-04');
    const { code, stdout, stderr } = await joinWith(token, setting());
    const joined = JSON.parse(stdout) as { keyid: string };
    const [file = ''] = kept();
    const text = readFileSync(path.join(folder, 'state', file), 'utf8');
    const membership = Membership.parse(JSON.parse(text));
    expect(code).toBe(0);
    expect(membership.keyid).toBe(joined.keyid);
    expect(statSync(path.join(folder, 'state', file)).mode & 0o777).toBe(0o600);
    for (const secret of [token, membership.session, membership.key.private_key])
      expect(stdout + stderr).not.toContain(secret);
    expect(text).not.toContain(token);
    expect(await readMembership(path.join(folder, 'state'), setting())).toEqual(membership);
  });

  it('again needs a new token, and keeps what was there when it has none', async () => {
    const token = control.token('smars', 'smars-04');
    await joinWith(token, setting());
    const [file = ''] = kept();
    const before = readFileSync(path.join(folder, 'state', file), 'utf8');
    const again = await joinWith(token, setting());
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('needs a new token. The membership from before is kept. [NO_PERMISSION]');
    expect(kept()).toEqual([file]);
    expect(readFileSync(path.join(folder, 'state', file), 'utf8')).toBe(before);
    expect(await joinWith(control.token('smars', 'smars-04'), setting())).toMatchObject({ code: 0 });
    expect(readFileSync(path.join(folder, 'state', file), 'utf8')).not.toBe(before);
  });

  it('takes a token that was made for another server for none, and leaves nothing behind', async () => {
    const { code, stderr } = await joinWith(control.token('smars', 'smars-05'), setting());
    expect([code, kept()]).toEqual([1, []]);
    expect(stderr).toContain('[NO_PERMISSION]');
  });

  it('does not use up a token when there is nowhere to keep the key', async () => {
    writeFileSync(path.join(folder, 'state'), 'a file');
    const token = control.token('smars', 'smars-04');
    expect((await joinWith(token, setting())).stderr).toContain('[CANNOT_WRITE]');
    rmSync(path.join(folder, 'state'));
    expect(await joinWith(token, setting())).toMatchObject({ code: 0 });
  });

  it.each([
    ['is short', 'short', 'BAD_INPUT'],
    ['is nothing', '', 'BAD_INPUT'],
    ['has no end', 'x'.repeat(100_000), 'BAD_INPUT'],
    ['holds a line break', `one-line-of-a-token\nand another`, 'BAD_INPUT'],
  ])('refuses a token that %s, before anybody is asked', async (_what, token, code) => {
    const answer = await joinWith(token, setting());
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining(`[${code}]`) as string });
  });

  it.each([
    ['http://gate.example:7420', 'in the clear'],
    ['https://user:secret@gate.example', 'password'],
    ['https://gate.example/v1', 'is not an address'],
    ['gate.example', 'is not an address'],
    ['ftp://127.0.0.1', 'is not an address'],
  ])('speaks to no %s', async (server, sentence) => {
    const answer = await joinWith('a-token-of-sixteen', { ...setting(), server });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain(sentence);
    expect(answer.stderr).not.toContain('secret@');
  });

  it('says that nobody answers, and that nothing was changed', async () => {
    const answer = await joinWith('a-token-of-sixteen', { ...setting(), server: 'http://127.0.0.1:1' });
    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toContain('nobody listens there. Nothing was changed here');
    expect(kept()).toEqual([]);
  });

  it('takes no token from a file that others may read', async () => {
    const file = path.join(folder, 'token');
    writeFileSync(file, control.token('smars', 'smars-04'));
    chmodSync(file, 0o644);
    const { io, stderr } = testIo({ cwd: folder });
    const words = [
      '--cluster',
      'smars',
      '--hostname',
      'smars-04',
      '--server',
      control.url,
      '--state',
      'state',
    ];
    expect(
      await runCommandLine(['agent', 'join', ...words, '--token-file', 'token'], COMMANDS, '0', io),
    ).toBe(1);
    expect(stderr()).toContain('[KEY_UNSAFE]');
  });
});

describe('a membership', () => {
  it.each([
    ['of a server that has not joined', () => {}, 'NOT_FOUND'],
    ['that others may read', (file: string) => chmodSync(file, 0o640), 'KEY_UNSAFE'],
    ['that was cut', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 100)), 'BAD_INPUT'],
    ['that is empty', (file: string) => writeFileSync(file, ''), 'BAD_INPUT'],
  ] as const)('%s is none', async (what, spoil, code) => {
    await joinWith(control.token('smars', 'smars-04'), setting());
    const hostname = what.startsWith('of') ? 'smars-05' : 'smars-04';
    spoil(path.join(folder, 'state', kept()[0] ?? ''));
    await expect(
      readMembership(path.join(folder, 'state'), { cluster: 'smars', hostname }),
    ).rejects.toMatchObject({ code });
  });
});
