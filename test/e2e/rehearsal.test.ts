import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Manifest } from '../../src/model/manifest.ts';
import { RollbackPlan } from '../../src/model/plan.ts';
import { Verdict } from '../../src/model/verdict.ts';
import type { NamedFlow, Rehearsal } from '../../src/rehearsal/rehearsal.ts';
import { EIGHTH, SAFETY_CAP, SERVER_NAMES } from '../../src/rehearsal/servers.ts';
import type { TimedFact } from '../../src/rehearsal/timeline.ts';
import { processesIn } from './live-processes.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const MINUTES = 5 * 60_000;

let scratch = '';
let out = '';
let run: ReturnType<typeof haunted>;
let rehearsal: Rehearsal;

function haunted(words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [path.join(ROOT, 'bin', 'haunted.js'), ...words], { encoding: 'utf8' });
}

function read(file: string): string {
  return readFileSync(path.join(out, file), 'utf8');
}

function flowOf(name: string): NamedFlow['flow'] {
  const named = rehearsal.flows.find((flow) => flow.name === name);
  if (named === undefined) throw new Error(`there is no flow ${name}`);
  return named.flow;
}

function runawaysOf(name: string): string[] {
  return flowOf(name)
    .servers.filter((server) => server.ran_away)
    .map((server) => server.hostname);
}

beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'haunted-e2e-'));
  out = path.join(scratch, 'out');
  run = haunted(['rehearse', 'knight-2012', '--out', out, '--format', 'json']);
  if (run.status !== 0) throw new Error(`the rehearsal ended with ${run.status}:\n${run.stderr}`);
  rehearsal = JSON.parse(run.stdout) as Rehearsal;
}, MINUTES);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the rehearsal of 1 August 2012', () => {
  it('leaves no process, no install folder and no private key behind', () => {
    expect(processesIn(out)).toEqual([]);
    for (const gone of ['servers', 'private-keys', 'prover-state'])
      expect(existsSync(path.join(out, gone))).toBe(false);
  });

  it('runs two truly different executables', () => {
    const [old, rlp] = rehearsal.executables;
    expect(old?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(rlp?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(old?.sha256).not.toBe(rlp?.sha256);
  });

  describe('act 1, without a gate', () => {
    it('fills usual orders with two child orders each', () => {
      expect(flowOf('usual')).toMatchObject({ orders: 96, flags: [], child_orders: 192 });
      expect(runawaysOf('usual')).toEqual([]);
    });

    it('lets one server run away while seven run RLP', () => {
      expect(runawaysOf('before_uninstall')).toEqual([EIGHTH]);
      for (const server of flowOf('before_uninstall').servers)
        expect(server).toMatchObject(
          server.hostname === EIGHTH
            ? { orders: 12, child_orders: 12 * SAFETY_CAP, at_retail_venue: 0 }
            : { orders: 12, child_orders: 24, at_retail_venue: 24 },
        );
    });

    it('lets all eight run away after the uninstall', () => {
      expect(runawaysOf('after_uninstall')).toEqual(SERVER_NAMES);
      expect(flowOf('after_uninstall').child_orders).toBe(96 * SAFETY_CAP);
    });
  });

  describe('act 2, with the gate', () => {
    it('blocks the copy, the activation and the rollback, and proves the way out', () => {
      expect(rehearsal.checks.map(({ gate, exit, verdict }) => [gate, exit, verdict])).toEqual([
        ['deploy', 2, 'BLOCK_DEPLOY'],
        ['activate', 2, 'BLOCK_DEPLOY'],
        ['rollback', 2, 'BLOCK_ROLLBACK'],
        ['proof', 0, 'PROVEN'],
      ]);
      expect(rehearsal.went_as_it_must).toBe(true);
    });

    it('blocks the copy because the flag is reused and the way back would corrupt', () => {
      const { findings, rollback } = Verdict.parse(JSON.parse(read('verdicts/deploy.json')));
      const codes = findings.filter(({ effect }) => effect === 'block').map(({ code }) => code);
      expect(codes).toContain('flag_reused');
      expect(codes).toContain('rollback_would_corrupt_cluster');
      expect(rollback?.rollback_would_corrupt_cluster).toBe(true);
    });

    it('names the eighth server, and it alone, before the activation', () => {
      const { pre_deploy_check } = Verdict.parse(JSON.parse(read('verdicts/activate.json')));
      expect(pre_deploy_check).toMatchObject({
        cluster_size: 8,
        servers_on_manifest_binary: 7,
        servers_without_evidence: [],
      });
      expect(pre_deploy_check.servers_on_other_binary).toEqual([
        expect.objectContaining({
          hostname: EIGHTH,
          binary_sha256: rehearsal.executables[0]?.sha256,
          bound_flags: ['power_peg'],
          taking_live_traffic: true,
        }),
      ]);
    });

    it('foresees that the uninstall would make eight of one', () => {
      const { rollback } = Verdict.parse(JSON.parse(read('verdicts/rollback.json')));
      expect(rollback).toMatchObject({
        mechanism: 'uninstall_latest',
        withdraw_flags: [],
        servers_wrong_now: 1,
        servers_wrong_after: 8,
        rollback_would_corrupt_cluster: true,
      });
    });

    it('shows the same runaway as without the gate when it is forced', () => {
      expect(runawaysOf('forced_on')).toEqual([EIGHTH]);
    });
  });

  describe('act 3, the way out', () => {
    it('sends the drained server nothing', () => {
      const eighth = flowOf('drained').servers.find(({ hostname }) => hostname === EIGHTH);
      expect(eighth).toMatchObject({ orders: 0, child_orders: 0 });
      expect(runawaysOf('drained')).toEqual([]);
    });

    it('ends with the volume that was meant, at the venue that was meant, on all eight', () => {
      for (const server of flowOf('proven').servers)
        expect(server).toMatchObject({ orders: 12, child_orders: 24, at_retail_venue: 24, ran_away: false });
    });
  });

  describe('act 4, the guard', () => {
    it('lets the un-updated server refuse every flagged order, and the others none', () => {
      for (const server of flowOf('guarded').servers)
        expect(server).toMatchObject(
          server.hostname === EIGHTH
            ? { orders: 12, child_orders: 0, ran_away: false }
            : { orders: 12, child_orders: 24, at_retail_venue: 24 },
        );
    });

    it('tells the gateway why', () => {
      const { refusals } = flowOf('guarded');
      expect(refusals).toHaveLength(12);
      for (const { hostname, code, flag, sentence } of refusals) {
        expect([hostname, code, flag]).toEqual([EIGHTH, 'flag_reused', 'power_peg']);
        expect(sentence).toContain('update this server first');
      }
    });
  });

  describe('the folder', () => {
    it('holds the documents, and each is what it says', () => {
      for (const name of ['smars-old', 'smars-rlp', 'order-gateway'])
        expect(Manifest.parse(JSON.parse(read(`manifests/${name}.unsigned.json`))).deployment_id).toBe(name);
      expect(RollbackPlan.parse(JSON.parse(read('plans/uninstall.json'))).mechanism).toBe('uninstall_latest');
      expect(JSON.parse(read('rehearsal.json'))).toEqual(rehearsal);
      for (const occasion of [
        'before-the-copy',
        'before-the-activation',
        'before-the-rollback',
        'after-the-mending',
      ])
        expect(readdirSync(path.join(out, 'evidence', occasion))).toEqual(
          SERVER_NAMES.map((name) => `${name}.json`),
        );
      for (const log of readdirSync(path.join(out, 'logs')))
        expect([log, statSync(path.join(out, 'logs', log)).size]).toEqual([log, 0]);
    });

    it('tells the story fact by fact, and says of each where it comes from', () => {
      const facts = read('timeline.ndjson')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as TimedFact);
      expect(facts.length).toBeGreaterThan(25);
      expect([...new Set(facts.map(({ act }) => act))]).toEqual([0, 1, 2, 3, 4]);
      for (const fact of facts) expect(fact.paragraphs.length > 0).toBe(fact.source === 'record');
    });

    it('can be asked again by hand, with the same answers', () => {
      const again = spawnSync('sh', [path.join(out, 'again.sh')], { encoding: 'utf8' });
      expect(again.stdout.match(/^exit \d+$/gm)).toEqual(['exit 2', 'exit 2', 'exit 2', 'exit 0']);
    });
  });
});
