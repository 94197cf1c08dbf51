import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha } from '../world/documents.ts';
import { manifestFile, servedTeam } from '../world/served.ts';
import type { Serve, Served } from '../world/served.ts';
import type { WireAgent } from '../world/wire-agent.ts';

const HOSTS = ['n1', 'n2', 'n3'];
const old = manifestFile(1, sha('a'));
const next = manifestFile(2, sha('b'), { rollback_target_manifest_sha256: old.sha256 });

/** Says that it runs, and waits until it may end. */
const COMMAND = '#!/bin/sh\ntouch running\nuntil [ -e may-end ]; do sleep 0.05; done\n';

let team: Served;
let serve: Serve;
let agents: readonly WireAgent[];

const there = (): string[] => ['--server', serve.url, '--token-file', 'serve/operators.token'];

async function everybody(): Promise<void> {
  const joined: WireAgent[] = [];
  for (const host of HOSTS) joined.push(await team.join(serve, host, sha('a')));
  agents = joined;
  for (const agent of agents) agent.runs = { binary_sha256: sha('a'), config_sha256: null };
  const adopted = await team.haunted('adopt', '--manifest', 'm1.json', ...there());
  if (adopted.code !== 0) throw new Error(adopted.err + adopted.out);
}

const onNext = (): void => {
  for (const agent of agents) agent.runs = { binary_sha256: sha('b'), config_sha256: null };
};

beforeEach(async () => {
  team = servedTeam();
  team.write('m1.json', old.text);
  team.write('m2.json', next.text);
  chmodSync(team.write('go.sh', COMMAND), 0o755);
  serve = await team.serve();
});
afterEach(async () => await team.close());

describe('a button that is pressed elsewhere', { timeout: 120_000 }, () => {
  it('is proven by every server through its agent, and everybody can be listed', async () => {
    await everybody();
    const pressed = team.start('deploy', '--manifest', 'm2.json', ...there(), '--', './go.sh');
    await expect.poll(() => team.exists('running'), { timeout: 30_000 }).toBe(true);
    onNext();
    team.write('may-end', '');
    const { code, out } = await pressed.said;
    expect([code, out]).toEqual([0, expect.stringContaining('PROVEN')]);
    expect(out).toContain('leases      n1, n2, n3');
    for (const agent of agents)
      await expect.poll(() => agent.answers.at(-1)?.lease?.binary_sha256).toBe(sha('b'));
    const listed = await team.haunted('agent', 'list', '--format', 'json', ...there());
    const { members } = JSON.parse(listed.out) as { members: readonly Record<string, unknown>[] };
    expect(
      members.map(({ hostname, connected, last_problem }) => [hostname, connected, last_problem]),
    ).toEqual(HOSTS.map((host) => [host, true, null]));
    expect((await team.haunted('agent', 'list', ...there())).out).toMatch(/^CLUSTER +HOST +CONNECTED/);
    expect((await team.haunted('resume', ...there())).code).toBe(0);
    expect((await team.haunted('ledger', 'verify')).code).toBe(0);
    expect(serve.journal()).not.toContain('"event":"bug"');
    expect(serve.journal()).not.toMatch(/h[oj]_[\w-]{20}/);
  });

  it('ends with 1 when the control plane is killed before the end, and resume goes on', async () => {
    await everybody();
    const pressed = team.start('deploy', '--manifest', 'm2.json', ...there(), '--', './go.sh');
    await expect.poll(() => team.exists('running'), { timeout: 30_000 }).toBe(true);
    serve.child.kill('SIGKILL');
    await serve.ended;
    onNext();
    team.write('may-end', '');
    const { code, err } = await pressed.said;
    expect([code, err]).toEqual([1, expect.stringContaining('[UNREACHABLE]')]);
    serve = await team.serve();
    const held = await team.haunted('resume', ...there());
    expect([held.code, held.err]).toEqual([3, expect.stringContaining('[CHANGE_UNDER_WAY]')]);
    const change = /resume --abandon (\S+?)`/.exec(held.err)?.[1] ?? '';
    // Nobody has come back yet: what the servers run is not known.
    const lost = await team.haunted('resume', '--abandon', change, ...there());
    expect([lost.code, lost.out]).toEqual([4, expect.stringContaining('not connected')]);
  });

  it('is let end when the control plane is told to stop meanwhile', async () => {
    await everybody();
    const [first] = agents;
    if (first !== undefined) first.manner = 'only acknowledges';
    // A beat may come at any time, and is no question.
    const questions = (): number => first?.lines.filter(({ type }) => type === 'challenge').length ?? 0;
    const asked = questions();
    const pressed = team.start('resume', ...there());
    await expect.poll(() => questions() > asked, { timeout: 30_000 }).toBe(true);
    serve.child.kill('SIGTERM');
    const [{ code, out }, ended] = await Promise.all([pressed.said, serve.ended]);
    expect([code, ended]).toEqual([4, [0, null]]);
    expect(out).toContain('sent no proof');
    expect(serve.journal()).toContain('"event":"stopping"');
    const away = await team.haunted('resume', ...there());
    expect([away.code, away.err]).toEqual([1, expect.stringContaining('nobody listens there')]);
  });
});

describe('what is refused in one sentence', { timeout: 120_000 }, () => {
  it.each([
    [['--listen', '0.0.0.0:0'], 'BAD_USAGE'],
    [['--listen', 'nowhere'], 'BAD_USAGE'],
    [['--tls-cert', 'haunted.yaml'], 'BAD_USAGE'],
    [['--keyring', 'nowhere.json'], 'NOT_FOUND'],
    [['--ledger', 'keyring.json'], 'BAD_INPUT'],
    [['--challenge-timeout', '0'], 'BAD_USAGE'],
    [['--state', 'serve'], 'BAD_USAGE'],
  ])('haunted serve %j', async (words, code) => {
    const own = words[0] === '--state' ? words : ['--state', 'other', ...words];
    const listen = words[0] === '--listen' ? [] : ['--listen', '127.0.0.1:0'];
    const { code: exit, err, out } = await team.haunted('serve', ...own, ...listen);
    expect([exit, out]).toEqual([1, '']);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toContain(`[${code}]`);
  });

  it('haunted serve beside members that cannot be read, and it ends', async () => {
    mkdirSync(path.join(team.folder, 'damaged'), { mode: 0o700 });
    team.write('damaged/members.db', 'no store');
    const { code, err } = await team.haunted('serve', '--state', 'damaged', '--listen', '127.0.0.1:0');
    expect([code, err]).toEqual([1, expect.stringContaining('[BAD_INPUT]')]);
  });

  it.each([
    [['--server', 'http://gate.example:7420'], 'BAD_USAGE'],
    [['--server', 'nonsense'], 'BAD_USAGE'],
    [['--server', 'http://127.0.0.1:1'], 'UNREACHABLE'],
  ])('a button with %j', async (words, code) => {
    const { code: exit, err } = await team.haunted(
      'resume',
      ...words,
      '--token-file',
      'serve/operators.token',
    );
    expect([exit, err]).toEqual([1, expect.stringContaining(`[${code}]`)]);
  });

  it('a button with another token, or one that others may read', async () => {
    const words = ['resume', '--server', serve.url, '--token-file', 'other.token'];
    chmodSync(team.write('other.token', 'ho_somebody-elses-token\n'), 0o600);
    expect((await team.haunted(...words)).err).toContain(
      'The operators’ token that was shown does not count here; take the one from the token file that this control plane named when it started. [NOT_ADMITTED]',
    );
    chmodSync(path.join(team.folder, 'other.token'), 0o644);
    expect((await team.haunted(...words)).err).toContain('[KEY_UNSAFE]');
  });

  it('a token for no cluster name, and a list of nobody', async () => {
    const state = ['--state', 'serve'];
    expect((await team.haunted('agent', 'token', '--hostname', 'n 1', ...state)).err).toContain(
      '[BAD_USAGE]',
    );
    expect((await team.haunted('agent', 'list', ...state)).out).toBe('No server has joined.\n');
  });
});

describe('with TLS', { timeout: 120_000 }, () => {
  it('answers to who trusts its certificate, and takes a new one without a restart', async () => {
    const make = (): void => {
      const subject = ['-subj', '/CN=gate', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'tls.key'];
      execFileSync('openssl', ['req', '-x509', ...key, '-out', 'tls.crt', '-days', '2', ...subject], {
        cwd: team.folder,
        stdio: 'ignore',
      });
      chmodSync(path.join(team.folder, 'tls.key'), 0o600);
    };
    make();
    const secure = await team.serve(['--state', 'secure', '--tls-cert', 'tls.crt', '--tls-key', 'tls.key']);
    const words = ['agent', 'list', '--server', secure.url, '--token-file', 'secure/operators.token'];
    expect(await team.haunted(...words, '--ca-file', 'tls.crt')).toMatchObject({ code: 0 });
    expect((await team.haunted(...words)).err).toContain('--ca-file');
    make();
    secure.child.kill('SIGHUP');
    await expect.poll(() => secure.journal(), { timeout: 30_000 }).toContain('"event":"reloaded"');
    expect(await team.haunted(...words, '--ca-file', 'tls.crt')).toMatchObject({ code: 0 });
  });
});

describe('on a disk that runs full', { timeout: 120_000 }, () => {
  it('refuses proofs with 507, gives no lease for them, and stays up', async () => {
    serve.child.kill('SIGTERM');
    await serve.ended;
    // In blocks of 512 or 1,024 bytes, as the shell has it.
    serve = await team.serve([], 'ulimit -f 500');
    await everybody();
    const [first] = agents;
    let last: Awaited<ReturnType<WireAgent['prove']>> | undefined;
    for (let turn = 0; turn < 2_000 && (last === undefined || last.status === 200); turn += 1)
      last = await first?.prove();
    expect(last).toMatchObject({ status: 507, body: { code: 'CANNOT_WRITE' } });
    expect((await team.haunted('agent', 'list', ...there())).code).toBe(0);
    serve.child.kill('SIGTERM');
    expect(await serve.ended).toEqual([0, null]);
    expect((await team.haunted('ledger', 'verify')).code).toBe(0);
  });
});
