import process from 'node:process';
import { readEvidence } from '../../src/adapters/files/read-evidence.ts';
import { decide } from '../../src/decide/decide.ts';
import { DEFAULT_POLICY } from '../../src/model/policy.ts';
import type { Evidence } from '../../src/model/verified.ts';
import { openManifest } from '../../src/seal/open.ts';
import type { Door } from '../../src/seal/open.ts';
import { median, printRows } from './measure.ts';
import type { Row } from './measure.ts';
import { manifestOf, NOW, removeFleet, writeFleet } from './world.ts';

const FLAGS = 50;
const NODES = [1_000, 10_000, 100_000];
const ROUNDS = 9;
const AT = Date.parse(NOW);
const DOOR: Door = { keyring: null, acceptUnsigned: true, acceptTransport: [], now: AT };

/** How long does the judge alone take, with the evidence in memory, and does it stay linear? */
async function measureDecide(): Promise<Row[]> {
  const times: number[] = [];
  const rows: Row[] = [];
  for (const nodes of NODES) {
    const ms = await timeOfJudge(nodes);
    times.push(ms);
    rows.push({
      row: `the judge alone, ${nodes.toLocaleString('en')} nodes x ${FLAGS} flags`,
      ours: ms,
      peer: null,
      unit: 'ms',
      ratio: null,
      goal: nodes === 100_000 ? '<= 150' : '',
      note: '',
    });
  }
  const [least = 0, , most = 0] = times;
  rows.push({
    row: 'the judge alone, time for a node at 100,000 beside 1,000',
    ours: most / 100,
    peer: least,
    unit: 'us',
    ratio: most / 100 / least,
    goal: '<= 2',
    note: 'linear would be 1; caches hold 1,000 nodes and not 100,000',
  });
  return rows;
}

async function timeOfJudge(nodes: number): Promise<number> {
  const fleet = writeFleet({ nodes, flags: FLAGS });
  const read = await readEvidence([fleet.reports], DOOR, () => process.stdin);
  removeFleet(fleet);
  const evidence: Evidence = { ...read, history: [] };
  const bytes = new TextEncoder().encode(JSON.stringify(manifestOf({ nodes, flags: FLAGS })));
  const manifest = openManifest(bytes, 'The manifest', DOOR);
  const judge = (): number => {
    const start = process.hrtime.bigint();
    const verdict = decide(evidence, { gate: 'activate', manifest, current: null }, DEFAULT_POLICY, AT);
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    if (verdict.verdict !== 'BLOCK_DEPLOY') throw new Error(`the judge said ${verdict.verdict}`);
    return ms;
  };
  judge();
  return median(Array.from({ length: ROUNDS }, judge));
}

if (process.argv[1] === import.meta.filename) printRows(await measureDecide());
