import { copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { proverWorld, sha256 } from '../../../test/world/prover.ts';
import { HAS_COMPILER } from '../../../test/world/service-binary.ts';
import { NodeReport } from '../../model/node-report.ts';

const { now, place, a, b, start, prove, report } = proverWorld();

describe('haunted prove', () => {
  it('reports one server, whole', async () => {
    const smars = path.join(place(), 'smars');
    copyFileSync(a().file, smars);
    const { pid, port } = await start(smars, [...a().words, 'listen', '0']);
    const found = await report(['--port', String(port), '--event', 'deploy-42', '--nonce', 'n-1']);
    expect(found).toEqual({
      schema: 'haunted.node-report/v1',
      cluster: 'smars',
      hostname: 'smars-04',
      observed_at: new Date(now).toISOString(),
      sequence: expect.any(Number),
      boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      challenge: { event_id: 'deploy-42', nonce: 'n-1' },
      binary_sha256: sha256(smars),
      binary_on_disk_sha256: sha256(smars),
      binary_path: smars,
      method: 'proc_exe',
      process: { pid, started_at: expect.any(String) },
      config_sha256: null,
      bound_flags: [],
      received_flags: [],
      taking_live_traffic: true,
      traffic: { listening: [`127.0.0.1:${port}`], established: 0, leased: null },
      first_seen_on_this_binary: new Date(now).toISOString(),
      last_deploy_touched: expect.any(String),
    });
  });

  it('knows when a process started, to a moment', async () => {
    const before = Date.now();
    const { pid } = await start(a().file, a().words);
    const now = Date.now();
    const found = await report(['--pid', String(pid)], { now });
    const startedAt = Date.parse(found.process?.started_at ?? '');
    expect(startedAt).toBeGreaterThan(before - 50);
    expect(startedAt).toBeLessThan(now + 50);
  });

  it('shows the stale process: new file on disk, old code in memory', async () => {
    const smars = path.join(place(), 'smars');
    copyFileSync(a().file, smars);
    const { pid } = await start(smars, a().words);
    copyFileSync(b().file, `${smars}.new`);
    renameSync(`${smars}.new`, smars);
    const { reports, err } = await prove(['--pid', String(pid)]);
    expect(reports).toMatchObject([
      { binary_sha256: sha256(a().file), binary_on_disk_sha256: sha256(b().file), binary_path: smars },
    ]);
    expect(err).toContain(`process ${pid} runs`);
  });

  it('compares with the file that --path names', async () => {
    const { pid } = await start(a().file, a().words);
    expect(await report(['--pid', String(pid), '--path', b().file])).toMatchObject({
      binary_sha256: sha256(a().file),
      binary_on_disk_sha256: sha256(b().file),
      binary_path: b().file,
    });
    expect(await prove(['--pid', String(pid), '--path', 'none'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('[NOT_FOUND]'),
    });
  });

  it('writes one line for machines and many for people', async () => {
    const { pid } = await start(a().file, a().words);
    expect((await prove(['--pid', String(pid)])).out.trimEnd()).not.toContain('\n');
    expect((await prove(['--pid', String(pid)], { isStdoutTty: true })).out).toContain('\n  "schema"');
    expect(
      (await prove(['--pid', String(pid), '--format', 'json'], { isStdoutTty: true })).out.trimEnd(),
    ).not.toContain('\n');
  });

  it('writes to a file and then nothing to stdout', async () => {
    const { pid } = await start(a().file, a().words);
    expect(await prove(['--pid', String(pid), '--out', 'report.json'])).toMatchObject({ code: 0, out: '' });
    expect(
      NodeReport.parse(JSON.parse(readFileSync(path.join(place(), 'report.json'), 'utf8'))).hostname,
    ).toBe('smars-04');
  });
});

describe('several processes of one service', () => {
  it('make one report when they run one binary', async () => {
    const { pid } = await start(a().file, [...a().words, 'workers', '3', 'listen', '0']);
    expect(await report(['--command', a().file])).toMatchObject({
      process: { pid },
      binary_sha256: sha256(a().file),
    });
  });

  it('make none when a worker runs another binary: the worker would go unseen', async () => {
    const { pid, port } = await start(a().file, [...a().words, 'worker-of', b().file, 'listen', '0']);
    const { code, out, err } = await prove(['--port', String(port)]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('[AMBIGUOUS]');
    expect(err).toContain(`${sha256(a().file).slice(0, 12)}… (${a().file}) in process ${pid}`);
    expect(err).toContain(`${sha256(b().file).slice(0, 12)}… (${b().file})`);
  });

  it('make one report each with --all, of one instant and one number, so that none of them can stand for the server', async () => {
    const { port } = await start(a().file, [...a().words, 'worker-of', b().file, 'listen', '0']);
    const { code, reports } = await prove(['--port', String(port), '--all']);
    expect(code).toBe(0);
    expect(new Set(reports.map((each) => each.binary_sha256))).toEqual(
      new Set([sha256(a().file), sha256(b().file)]),
    );
    expect(new Set(reports.map((each) => `${each.observed_at} ${each.sequence} ${each.hostname}`)).size).toBe(
      1,
    );
  });

  it('may have helpers, when the operator names each of them', async () => {
    const { port } = await start(a().file, [...a().words, 'worker-of', b().file, 'listen', '0']);
    const { code, err, reports } = await prove(['--port', String(port), '--ignore-exe', b().file]);
    expect({ code, binary: reports[0]?.binary_sha256 }).toEqual({ code: 0, binary: sha256(a().file) });
    expect(err).toContain(`runs ${b().file} and is left out`);
    expect(
      (await prove(['--port', String(port), '--ignore-exe', b().file, '--ignore-exe', a().file])).err,
    ).toContain('[NO_PROCESS]');
  });

  it('show the one whose file was replaced, when they run the same', async () => {
    const one = path.join(place(), 'one');
    const two = path.join(place(), 'two');
    copyFileSync(a().file, one);
    copyFileSync(a().file, two);
    await start(one, [...a().words, 'name', `twins-of-this-test-${process.pid}`]);
    const second = await start(two, [...a().words, 'name', `twins-of-this-test-${process.pid}`]);
    rmSync(two);
    copyFileSync(b().file, two);
    expect(await report(['--command', `twins-of-this-test-${process.pid}`])).toMatchObject({
      process: { pid: second.pid },
      binary_sha256: sha256(a().file),
      binary_on_disk_sha256: sha256(b().file),
    });
  });

  it.skipIf(!HAS_COMPILER)('bind all the switches that any of them has', async () => {
    await start(a().file, ['name', `two-minds-of-this-test-${process.pid}`], { env: { FF_RLP: 'true' } });
    await start(a().file, ['name', `two-minds-of-this-test-${process.pid}`], { env: { FF_RLP: 'false' } });
    const found = await report([
      '--command',
      `two-minds-of-this-test-${process.pid}`,
      '--flag-env-prefix',
      'FF_=',
    ]);
    expect(found.bound_flags).toEqual([
      { flag: 'rlp', value: false, source: 'env:FF_RLP' },
      { flag: 'rlp', value: true, source: 'env:FF_RLP' },
    ]);
  });
});

describe('live traffic', () => {
  it.each([
    ['yes', ['--traffic-port', '1', '--taking-live-traffic', 'yes'], true],
    ['no', ['--taking-live-traffic', 'no'], false],
  ])(
    'is %s when the operator says so, and stderr says what the kernel says',
    async (_what, words, expected) => {
      const { pid } = await start(a().file, a().words);
      const { err, reports } = await prove(['--pid', String(pid), ...words]);
      expect(reports[0]?.taking_live_traffic).toBe(expected);
      expect(err).toContain('because you said so');
    },
  );

  it('is what the declared port says, on loopback too', async () => {
    const { pid, port } = await start(a().file, [...a().words, 'listen', '0']);
    expect((await report(['--pid', String(pid), '--traffic-port', String(port)])).taking_live_traffic).toBe(
      true,
    );
    expect((await report(['--pid', String(pid), '--traffic-port', '1'])).taking_live_traffic).toBe(false);
  });
});
