import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { proverWorld, sha256 } from '../../../test/world/prover.ts';

const { place, a, start, write, prove, report } = proverWorld();

describe('switches and config', () => {
  it('are reported with their sources, sorted, each once', async () => {
    const { pid } = await start(a().file, [...a().words, '--feature-gates=B=true,A=false'], {
      env: { SMARS_RLP: 'true', OTHER: 'x' },
    });
    write('flags.json', '{"power_peg": {"value": true, "meaning": "m:peg"}}');
    write('more.yaml', 'smars:\n  rlp: true\n');
    write('f.toml', 'toml_flag = 1\n');
    write('.env.local', 'DOTENV_FLAG=false\n');
    write('f.properties', 'prop.flag=yes\n');
    const files = ['flags.json', 'more.yaml', 'f.toml', '.env.local', 'f.properties', 'flags.json'].flatMap(
      (name) => ['--flag-file', name],
    );
    const found = await report(['--pid', String(pid), ...files, '--flag-env-prefix', 'SMARS_']);
    expect(found.bound_flags).toEqual([
      { flag: 'A', value: false, source: 'arg:--feature-gates' },
      { flag: 'B', value: true, source: 'arg:--feature-gates' },
      { flag: 'DOTENV_FLAG', value: false, source: `file:${place()}/.env.local` },
      { flag: 'SMARS_RLP', value: true, source: 'env:SMARS_RLP' },
      { flag: 'power_peg', meaning: 'm:peg', value: true, source: `file:${place()}/flags.json` },
      { flag: 'prop.flag', value: 'yes', source: `file:${place()}/f.properties` },
      { flag: 'smars.rlp', value: true, source: `file:${place()}/more.yaml` },
      { flag: 'toml_flag', value: 1, source: `file:${place()}/f.toml` },
    ]);
  });

  it.each([
    ['flags.json', '{"a": true, "a": false}', 'BAD_INPUT', 'twice'],
    ['flags.json', '{"a": tru', 'BAD_INPUT', 'line 1'],
    ['flags.json', '', 'BAD_INPUT', 'is empty'],
    ['flags.json', '[1]', 'BAD_INPUT', 'not a list'],
    ['flags.json', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`, 'BAD_INPUT', 'nesting'],
    ['flags.yaml', 'a: 1\nb: [', 'BAD_INPUT', 'flags.yaml line 2'],
    [
      'flags.yaml',
      `a: &a [x, x]\n${Array.from({ length: 100 }, (_item, at) => `b${at}: *a\n`).join('')}`,
      'BAD_INPUT',
      'aliases',
    ],
    ['flags.yaml', 'a: !!js/function x', 'BAD_INPUT', 'flags.yaml line 1'],
    ['flags.yaml', 'a: 1\n---\na: 2', 'BAD_INPUT', 'flags.yaml line'],
    ['flags.toml', 'a = 1\na = 2', 'BAD_INPUT', 'flags.toml line 2'],
    ['flags.env', 'A=1\nB', 'BAD_INPUT', 'flags.env line 2'],
    ['flags.properties', '=1', 'BAD_INPUT', 'flags.properties line 1'],
    ['flags.ini', '[a]', 'BAD_INPUT', 'its name must end in'],
    ['flags.json', ' '.repeat(4 * 1024 * 1024 + 1), 'TOO_LARGE', '4 MiB'],
  ])('are not guessed from a broken %s (%#)', async (name, text, code, sentence) => {
    write(name, text);
    const { pid } = await start(a().file, a().words);
    const answer = await prove(['--pid', String(pid), '--flag-file', name]);
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toContain(`[${code}]`);
    expect(answer.err).toContain(sentence);
  });

  it('have one digest, which a shell can repeat', async () => {
    const one = write('one.conf', 'a');
    const two = write('two.conf', 'b');
    const { pid } = await start(a().file, a().words);
    expect((await report(['--pid', String(pid), '--config-file', one])).config_sha256).toBe(sha256(one));
    const lines = [`${sha256(one)}  ${one}\n`, `${sha256(two)}  ${two}\n`].sort().join('');
    const both = createHash('sha256').update(lines).digest('hex');
    expect(
      (await report(['--pid', String(pid), '--config-file', two, '--config-file', one])).config_sha256,
    ).toBe(both);
    expect((await prove(['--pid', String(pid), '--config-file', 'none'])).err).toContain('[NOT_FOUND]');
    expect((await prove(['--pid', String(pid), '--config-file', '.'])).err).toContain('[BAD_INPUT]');
  });

  it('that came in messages are what the service says', async () => {
    const received = [
      { flag: 'rlp', meaning: 'm:rlp', sender: 'order-gateway', last_seen_at: '2012-08-01T13:30:00Z' },
    ];
    write('received.json', JSON.stringify(received));
    write('odd.json', JSON.stringify([{ flag: 'rlp', sender: 'x', last_seen_at: 'now' }]));
    const { pid } = await start(a().file, a().words);
    expect((await report(['--pid', String(pid), '--received', 'received.json'])).received_flags).toEqual(
      received,
    );
    expect((await prove(['--pid', String(pid), '--received', 'odd.json'])).err).toContain('last_seen_at');
    expect((await prove(['--pid', String(pid), '--received', 'none.json'])).err).toContain('[NOT_FOUND]');
  });
});

describe('state on other clocks', () => {
  it('is what the service says that it holds', async () => {
    const holds = [{ state: 'jobs.rows', version: 'form 2' }];
    write('holds.json', JSON.stringify(holds));
    write('odd-holds.json', JSON.stringify([{ state: 'jobs.rows' }]));
    const { pid } = await start(a().file, a().words);
    expect((await report(['--pid', String(pid), '--holds', 'holds.json'])).holds).toEqual(holds);
    expect((await report(['--pid', String(pid)])).holds).toBeUndefined();
    expect((await prove(['--pid', String(pid), '--holds', 'odd-holds.json'])).err).toContain('version');
    expect((await prove(['--pid', String(pid), '--holds', 'none.json'])).err).toContain('[NOT_FOUND]');
  });
});

describe('the weakest method', () => {
  it('tells the config in use from the one on disk', async () => {
    const file = write('disk.conf', 'as it lies there');
    const inUse = { config_sha256: 'c'.repeat(64), holds: [{ state: 'rows', version: '1' }] };
    write('in-use.json', JSON.stringify({ binary_sha256: 'a'.repeat(64), ...inUse }));
    const said = await report(['--self-report', 'in-use.json', '--config-file', file]);
    expect(said).toMatchObject({ ...inUse, config_on_disk_sha256: sha256(file) });
    write('silent.json', JSON.stringify({ binary_sha256: 'a'.repeat(64) }));
    const silent = await report(['--self-report', 'silent.json', '--config-file', file]);
    expect(silent.config_sha256).toBe(sha256(file));
    expect(silent.config_on_disk_sha256).toBeUndefined();
  });

  const own = { binary_sha256: 'a'.repeat(64), bound_flags: [{ flag: 'rlp', value: true, source: 'self' }] };

  it('is the service’s own word, and it says so', async () => {
    write('own.json', JSON.stringify(own));
    expect(await report(['--self-report', 'own.json'])).toMatchObject({
      method: 'self_report',
      binary_sha256: own.binary_sha256,
      binary_on_disk_sha256: null,
      process: null,
      traffic: null,
      taking_live_traffic: true,
      bound_flags: own.bound_flags,
    });
  });

  it('can come through a pipe, and beside what the kernel says of sockets', async () => {
    const { pid, port } = await start(a().file, [...a().words, 'listen', '0']);
    expect(
      await report(['--self-report', '-', '--pid', String(pid)], { stdin: JSON.stringify(own) }),
    ).toMatchObject({
      method: 'self_report',
      process: { pid },
      traffic: { listening: [`127.0.0.1:${port}`] },
    });
  });

  it.each([
    ['{}', 'binary_sha256'],
    [JSON.stringify({ ...own, binary_sha256: 'A'.repeat(64) }), 'binary_sha256'],
    [JSON.stringify({ ...own, method: 'proc_exe' }), 'method'],
    ['nonsense', 'strict JSON'],
    ['', 'strict JSON'],
  ])('is not guessed from %j', async (stdin, sentence) => {
    const answer = await prove(['--self-report', '-'], { stdin });
    expect(answer).toMatchObject({ code: 1, out: '', err: expect.stringContaining('[BAD_INPUT]') });
    expect(answer.err).toContain(sentence);
  });
});
