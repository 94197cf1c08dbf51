import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { testIo } from '../../../test/fixtures/test-io.ts';
import { proverWorld, sha256 } from '../../../test/world/prover.ts';
import { COMMANDS } from '../commands.ts';
import { runCommandLine } from '../run.ts';

const { now, place, a, b, start, write, prove, report } = proverWorld();

describe('the memory between two runs', () => {
  it('numbers the reports and keeps the first sighting', async () => {
    const { pid } = await start(a().file, a().words);
    const first = await report(['--pid', String(pid)]);
    const second = await report(['--pid', String(pid)], { now: now + 60_000 });
    expect(second.sequence).toBeGreaterThan(first.sequence);
    expect(second.first_seen_on_this_binary).toBe(first.observed_at);
    const third = await report(['--pid', String(pid), '--rehash'], { now: now - 60_000 });
    expect(third.sequence).toBeGreaterThan(second.sequence);
  });

  it('is not believed when it is damaged, and then made anew', async () => {
    const { pid } = await start(a().file, a().words);
    await prove(['--pid', String(pid)]);
    const [name] = readdirSync(path.join(place(), 'state'));
    const file = path.join(place(), 'state', name ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').replace(sha256(a().file), sha256(b().file)), {
      mode: 0o600,
    });
    const { reports, err } = await prove(['--pid', String(pid)]);
    expect(reports[0]?.binary_sha256).toBe(sha256(a().file));
    expect(err).toContain('is not used: its digest does not match its content');
    expect((await prove(['--pid', String(pid)])).err).not.toContain('is not used');
  });

  it.each([
    ['the folder', (state: string) => chmodSync(state, 0o777), 'may be written to by others'],
    [
      'the file',
      (state: string) => chmodSync(path.join(state, readdirSync(state)[0] ?? ''), 0o666),
      'others could have written to it',
    ],
  ])('is not believed when others may write to %s', async (_what, open, sentence) => {
    const { pid } = await start(a().file, a().words);
    await prove(['--pid', String(pid)]);
    open(path.join(place(), 'state'));
    const { code, err } = await prove(['--pid', String(pid)]);
    expect(code).toBe(0);
    expect(err).toContain(sentence);
  });

  it('is not needed', async () => {
    const { pid } = await start(a().file, a().words);
    write('state', 'a file, not a folder');
    const { code, reports, err } = await prove(['--pid', String(pid)]);
    expect(code).toBe(0);
    expect(err).toContain('nothing is remembered between two runs');
    expect(reports[0]?.sequence).toBeGreaterThan(0);
  });

  it.each<[string, Record<string, string>, string]>([
    ['HAUNTED_STATE', { HAUNTED_STATE: 'h', STATE_DIRECTORY: 's', XDG_STATE_HOME: 'x' }, 'h'],
    ['what systemd gives', { STATE_DIRECTORY: 's:t', XDG_STATE_HOME: 'x' }, 's'],
  ])('lies in %s', async (_what, env, expected) => {
    const { pid } = await start(a().file, a().words);
    const absolute = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [
        name,
        value
          .split(':')
          .map((each) => path.join(place(), each))
          .join(':'),
      ]),
    );
    await prove(['--pid', String(pid)], { env: absolute });
    expect(readdirSync(path.join(place(), expected))).toHaveLength(1);
  });
});

describe('haunted.yaml', () => {
  it('says how to find the service, and words beat it', async () => {
    const { pid, port } = await start(a().file, [...a().words, 'listen', '0']);
    mkdirSync(path.join(place(), 'conf'));
    write('conf/flags.json', '{"rlp": true}');
    write(
      'haunted.yaml',
      `service:\n  port: ${port}\n  traffic_ports: [1]\n  flag_files: [conf/flags.json]\n`,
    );
    expect(await report([])).toMatchObject({
      process: { pid },
      taking_live_traffic: false,
      bound_flags: [{ flag: 'rlp', value: true, source: `file:${place()}/conf/flags.json` }],
    });
    const other = await start(b().file, b().words);
    expect(await report(['--pid', String(other.pid), '--traffic-port', '2'])).toMatchObject({
      process: { pid: other.pid },
      bound_flags: [{ flag: 'rlp' }],
    });
  });

  it('may name the cluster', async () => {
    const { pid } = await start(a().file, a().words);
    write('haunted.yaml', 'cluster: from-the-file\n');
    const { io, stdout } = testIo({ cwd: place(), now: now });
    const words = ['prove', '--pid', String(pid), '--hostname', 'x', '--state', path.join(place(), 'state')];
    expect(await runCommandLine(words, COMMANDS, '0', io)).toBe(0);
    expect(JSON.parse(stdout())).toMatchObject({ cluster: 'from-the-file' });
  });
});

describe('a wrong word', () => {
  it.each<[string[], string]>([
    [[], 'does not know which process'],
    [['--pid', '1', '--port', '2'], 'not 2: --port, --pid'],
    [['--pid', '0'], '--pid "0"'],
    [['--pid', '1e3'], '--pid "1e3"'],
    [['--port', '65536'], '--port "65536"'],
    [['--traffic-port', 'http', '--pid', '1'], '--traffic-port "http"'],
    [['--command', ''], 'would match every process'],
    [['--pid', '1', '--event', 'e'], '--event and --nonce belong together'],
    [['--pid', '1', '--nonce', 'n'], '--event and --nonce belong together'],
    [['--pid', '1', '--event', 'e\u0007', '--nonce', 'n'], '--event'],
    [['--pid', '1', '--hostname', 'two words'], '--hostname'],
    [['--pid', '1', '--cluster', ''], '--cluster'],
    [['--pid', '1', '--taking-live-traffic', 'maybe'], '--taking-live-traffic "maybe"'],
    [['--pid', '1', '--format', 'xml'], '--format "xml"'],
    [['--self-report', '-', '--tree', '.'], 'two answers to one question'],
    [['--pid', '1', 'more'], 'takes no "more"'],
    [['--pid', '1', '--config', 'none.yaml'], 'none.yaml'],
  ])('%j is one sentence, no report, and nothing touched', async (words, sentence) => {
    const { code, out, err } = await prove(words);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(sentence);
    expect(err.trimEnd()).not.toContain('\n');
    expect(existsSync(path.join(place(), 'state'))).toBe(false);
  });
});
