import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NODES, team } from '../world/pressed.ts';
import type { Team } from '../world/pressed.ts';
import { HAS_COMPILER } from '../world/service-binary.ts';

// Without a C compiler there are no two executables that differ; the check before says so.
describe.skipIf(!HAS_COMPILER)(
  'the button, with real servers and a real ledger',
  { timeout: 120_000 },
  () => {
    let world: Team;

    beforeAll(async () => {
      world = await team();
      const adopted = await world.haunted(['adopt', '--manifest', 'm1.json'], true);
      if (adopted.code !== 0) throw new Error(adopted.err);
      copyFileSync(path.join(world.folder, 'ledger.db'), path.join(world.folder, 'clean.db'));
    });
    afterAll(() => world.close());
    // A ledger that was killed leaves its log beside it.
    const cleanLedger = (): void => {
      for (const rest of ['-wal', '-shm'])
        rmSync(path.join(world.folder, `ledger.db${rest}`), { force: true });
      copyFileSync(path.join(world.folder, 'clean.db'), path.join(world.folder, 'ledger.db'));
    };
    beforeEach(async () => {
      cleanLedger();
      const runs = NODES.map((node) =>
        readFileSync(path.join(world.folder, node, 'svc')).equals(
          readFileSync(path.join(world.folder, 'svc1')),
        ),
      );
      if (runs.includes(false)) await run('./go.sh', '1', ...NODES);
    });
    afterEach(async () => {
      // Whatever happened, the history is whole.
      const verified = await world.haunted(['ledger', 'verify']);
      if (verified.code !== 0) throw new Error(`${verified.out}${verified.err}`);
    });

    const press = async (...words: string[]) => await world.haunted(words, true);
    const deploy = (...command: string[]) => press('deploy', '--manifest', 'm2.json', '--', ...command);
    const begin = (...command: string[]) =>
      world.start(['deploy', '--manifest', 'm2.json', '--ask', './ask.sh', '--', ...command]);
    const run = async (...command: string[]): Promise<void> => {
      const { execFile } = await import('node:child_process');
      await new Promise(
        (resolve) => void execFile(command[0] ?? '', command.slice(1), { cwd: world.folder }, resolve),
      );
    };

    it('deploys, knows the way back, rolls back, and keeps out what was rolled back from', async () => {
      const deployed = await deploy('./go.sh', '2', ...NODES);
      expect(deployed.code).toBe(0);
      expect(deployed.out).toMatch(/^copied 2 to n1 n2 n3\nPROVEN\n/);
      expect(deployed.out).toContain('would get ALLOW_ROLLBACK');
      const back = await press('rollback', '--to', 'm1.json', '--', './go.sh', '1', ...NODES);
      expect(back.code).toBe(0);
      expect(back.out).toContain('rollback    clean');
      expect((await world.haunted(['ledger', 'show'])).out).toMatch(
        /change_begun .*: rollback to [0-9a-f]{12}… by /,
      );
      const again = await press('deploy', '--manifest', 'm2.json', '--dry-run');
      expect([again.code, again.out]).toEqual([2, expect.stringContaining('rollback_target_refused')]);
      const draft = readFileSync(path.join(world.folder, 'draft2.json'), 'utf8');
      const { manifest_sha256: sha } = JSON.parse(draft) as { manifest_sha256: string };
      const free = await world.haunted([
        'manifest',
        'release',
        sha.slice(0, 8),
        '--key',
        'operator.key',
        '--reason',
        'fixed',
      ]);
      expect(free.code).toBe(0);
      expect((await press('deploy', '--manifest', 'm2.json', '--dry-run')).code).toBe(0);
    });

    it('puts the cluster into quarantine when one server was left behind, and ends it by proof', async () => {
      const deployed = await deploy('./go.sh', '2', 'n1', 'n2');
      expect(deployed.code).toBe(4);
      expect(deployed.err).toContain('PAGE: Cluster smars is in quarantine');
      expect((await world.haunted(['quarantine', 'list'])).code).toBe(4);
      expect((await world.haunted(['quarantine', 'show'])).out).toContain(
        'Mend the servers, then: haunted resume',
      );
      expect((await press('deploy', '--manifest', 'm3.json', '--dry-run')).out).toContain(
        'BLOCK quarantined',
      );
      await run('./go.sh', '2', 'n3');
      expect((await press('resume')).code).toBe(0);
      expect((await world.haunted(['quarantine', 'list'])).code).toBe(0);
    });

    it('lets an operator end a quarantine, and gives nobody a lease for it', async () => {
      await deploy('./go.sh', '2', 'n1', 'n2');
      const words = ['quarantine', 'release', '--key', 'operator.key', '--reason', 'n3 is powered off'];
      expect((await world.haunted(words)).code).toBe(0);
      const shown = await world.haunted(['quarantine', 'show']);
      expect([shown.code, /leases held {3}(.*)/.exec(shown.out)?.[1]]).toEqual([0, 'n1, n2']);
      const builder = ['quarantine', 'release', '--key', 'builder.key', '--reason', 'x'];
      expect(await world.haunted(builder)).toMatchObject({ code: 1 });
    });

    it('writes nothing and runs nothing in a dry run, with the same verdict and exit code', async () => {
      const before = readFileSync(path.join(world.folder, 'ledger.db'));
      const dry = await press('deploy', '--manifest', 'm2.json', '--dry-run', '--', './go.sh', '2', ...NODES);
      expect([dry.code, dry.out.split('\n')[0]]).toEqual([0, 'ALLOW_DEPLOY']);
      expect((await world.haunted(['ledger', 'show', '--last', '1'])).out).not.toContain('deploy');
      expect(readFileSync(path.join(world.folder, 'ledger.db')).equals(before)).toBe(true);
    });

    it.each([
      ['fails', ['sh', '-c', 'exit 7'], 1, 'The command ended with 7. Every server proves the manifest'],
      ['is killed', ['sh', '-c', 'kill -9 $$'], 1, 'The command was ended by SIGKILL. Every server proves'],
      ['fails half-way', ['sh', '-c', './go.sh 2 n1; exit 3'], 4, 'PAGE: Cluster smars is in quarantine'],
      [
        'fails when all is done',
        ['sh', '-c', './go.sh 2 n1 n2 n3; exit 3'],
        1,
        'Every server proves the manifest',
      ],
    ])('never ends with 0 when the command %s', async (_, command, code, said) => {
      const pressed = await deploy(...command);
      expect([pressed.code, pressed.err]).toEqual([code, expect.stringContaining(said)]);
      expect((await world.haunted(['ledger', 'show'])).out).toContain('failed');
    });

    it.each([
      ['is not there', ['./nothing'], 'The command "./nothing" is not there'],
      ['is no program', ['./flags.yaml'], 'may not be run'],
      ['is missing', [], 'Which command does it?'],
    ])('begins nothing when the command %s', async (_, command, said) => {
      const pressed = await deploy(...command);
      expect([pressed.code, pressed.err]).toEqual([1, expect.stringContaining(said)]);
      expect((await world.haunted(['ledger', 'show'])).out).not.toContain('change_begun');
    });

    it('passes output through byte for byte, and keeps it away from a machine’s answer', async () => {
      const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7) % 256));
      writeFileSync(path.join(world.folder, 'bytes'), bytes);
      const child = begin('cat', 'bytes');
      const chunks: Buffer[] = [];
      child.stdout?.on('data', (data: Buffer) => chunks.push(data));
      await once(child, 'close');
      expect(Buffer.concat(chunks).subarray(0, bytes.length).equals(bytes)).toBe(true);
      cleanLedger();
      const json = await press('deploy', '--manifest', 'm2.json', '--format', 'json', '--', 'echo', 'hello');
      expect(json.err).toContain('hello');
      expect(JSON.parse(json.out)).toMatchObject({
        schema: 'haunted.press/v1',
        command: { exit_status: 0, signal: null },
        settled: { verdict: { verdict: 'QUARANTINE' } },
      });
      expect(json.code).toBe(4);
    });

    it('passes a signal on, waits for the command, and writes down what became of it', async () => {
      const script = 'trap "kill \\$!; echo got it; exit 5" TERM; sleep 60 & echo started; wait';
      const child = begin('sh', '-c', script);
      let [out, err] = ['', ''];
      child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
      child.stdout?.on('data', (data: Buffer) => {
        if (out === '') child.kill('SIGTERM');
        out += data.toString();
      });
      const [code] = (await once(child, 'close')) as [number];
      expect(out).toContain('started\ngot it\n');
      expect([code, err]).toEqual([1, expect.stringContaining('SIGTERM: passed on to the command')]);
      expect((await world.haunted(['ledger', 'show'])).out).toContain('interrupted');
    });

    it('killed while the command runs, leaves an open change, and the next command says how to go on', async () => {
      const script = 'touch running; while [ -e running ]; do sleep 0.05; done';
      const child = begin('sh', '-c', script);
      await expect.poll(() => existsSync(path.join(world.folder, 'running')), { timeout: 30_000 }).toBe(true);
      child.kill('SIGKILL');
      // Its output stays open: the command has it, and goes on.
      await once(child, 'exit');
      await run('rm', 'running');
      const held = await press('deploy', '--manifest', 'm2.json', '--', 'true');
      expect([held.code, held.out]).toEqual([3, expect.stringMatching(/HOLD {2}not_proven/)]);
      const asked = await press('resume');
      const [, how = ''] = /haunted resume (--abandon \S+)`/.exec(asked.err) ?? [];
      expect([asked.code, how]).toEqual([3, expect.stringMatching(/^--abandon deploy-/)]);
      const ended = await press('resume', ...how.split(' '), '--reason', 'the laptop died');
      expect([ended.code, ended.out.split('\n')[0]]).toEqual([0, 'PROVEN']);
    });

    it('lets one of two who press at once through', async () => {
      const until = ['sh', '-c', 'until [ -e go ]; do sleep 0.05; done'];
      const both = [deploy(...until), deploy(...until)];
      // The one that was let through waits for a word; the other is told at once, while the change is open.
      const first = await Promise.race(both);
      expect([first.code, first.out]).toEqual([3, expect.stringContaining('not_proven')]);
      writeFileSync(path.join(world.folder, 'go'), '');
      // Its command did nothing, so it ends in quarantine.
      expect(
        (await Promise.all(both)).map(({ code }) => code).toSorted((a, b) => Number(a) - Number(b)),
      ).toEqual([3, 4]);
      const kinds = (await world.haunted(['ledger', 'show'])).out.match(/change_begun/g);
      expect(kinds).toHaveLength(1);
    });

    it('lets findings pass under an operator’s signature, and repeats it', async () => {
      await run('./go.sh', '3', 'n3');
      expect((await press('deploy', '--manifest', 'm2.json', '--dry-run')).code).toBe(2);
      const words = [
        'bypass',
        'new',
        '--cluster',
        'smars',
        '--code',
        'all',
        '--reason',
        'money burns',
        '--for',
        '1h',
      ];
      expect((await world.haunted([...words, '--key', 'builder.key'])).code).toBe(1);
      expect((await world.haunted([...words, '--key', 'operator.key', '--out', 'bypass.json'])).code).toBe(0);
      const go = ['--bypass', 'bypass.json', '--', './go.sh', '2', ...NODES];
      const pressed = await press('deploy', '--manifest', 'm2.json', ...go);
      expect([pressed.code, pressed.out]).toEqual([0, expect.stringContaining('bypass_active')]);
      expect((await press('rollback', '--to', 'm1.json', '--dry-run')).out).toContain('bypass_active');
    });
  },
);
