import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judgeCheckLine, runCheckLine } from '../../../test/fixtures/check-line.ts';
import type { CheckRun } from '../../../test/fixtures/check-line.ts';
import { exampleFolder, writeInto } from '../../../test/fixtures/example-folder.ts';
import type { Verdict } from '../../model/verdict.ts';

const PROOF =
  'check proof --manifest manifests/42.json --event deploy-42 --nonce b1946ac92492d234 --evidence';

let folder: string;
beforeEach(() => {
  folder = exampleFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(line: string): Promise<CheckRun> {
  return await runCheckLine(line, { cwd: folder });
}

async function judge(line: string): Promise<Verdict & { exit: number }> {
  return await judgeCheckLine(line, { cwd: folder });
}

describe('a plan', () => {
  it('finds its target in the history', async () => {
    const verdict = await judge(
      'check rollback --plan plans/withdraw-first.json --current manifests/42-reused-flag.json --history manifests --evidence reports/one-left-behind.ndjson',
    );
    expect(verdict).toMatchObject({ exit: 0, rollback: { servers_wrong_now: 1, servers_wrong_after: 0 } });
  });

  it('whose target nobody has is blocked', async () => {
    const verdict = await judge(
      'check rollback --plan plans/uninstall.json --current manifests/42.json --evidence reports/after.ndjson',
    );
    expect(verdict).toMatchObject({ exit: 2, verdict: 'BLOCK_ROLLBACK' });
    expect(verdict.findings.map((finding) => finding.code)).toContain('rollback_target_unknown');
  });

  it.each([
    'check rollback --to manifests/41.json',
    'check deploy --manifest manifests/42.json --current manifests/41.json',
    `${PROOF} reports`,
  ])('for another cluster ends the check: %s', async (line) => {
    const plan = readFileSync(path.join(folder, 'plans/uninstall.json'), 'utf8').replace(
      '"smars"',
      '"smars-test"',
    );
    writeInto(folder, 'other.json', plan);
    const { exit, stderr } = await run(
      `${line} --plan other.json --evidence reports/after.ndjson --accept-unsigned`,
    );
    expect([exit, stderr()]).toEqual([
      1,
      'haunted: The plan is for the cluster "smars-test", and the manifest is for "smars": one of the two files is the wrong one. [BAD_INPUT]\n',
    ]);
  });
});

describe('a rollback that does not say what it leaves', () => {
  const ROLLBACK = 'check rollback --to manifests/41.json --evidence';

  it('leaves the newest manifest given, when servers run it', async () => {
    const history = '--history manifests/41.json --history manifests/42.json';
    expect(await judge(`${ROLLBACK} reports/after.ndjson ${history}`)).toMatchObject({ exit: 0 });
    const reused = '--history manifests/41.json --history manifests/42-reused-flag.json';
    expect(await judge(`${ROLLBACK} reports/one-left-behind.ndjson ${reused}`)).toMatchObject({ exit: 2 });
  });

  it.each([
    [
      'two are the newest',
      'reports/after.ndjson --history manifests',
      'Two of the manifests given are of generation 42',
    ],
    [
      'a server runs what none describes',
      'reports/one-left-behind.ndjson --history manifests/41.json',
      'smars-01 runs the binary 686be4b2b584, which no manifest given describes',
    ],
    [
      'no server runs the newest',
      'reports/before.ndjson --history manifests/41.json --history manifests/42.json',
      'No server runs the newest manifest given (generation 42)',
    ],
  ])('is not judged when %s', async (_, words, sentence) => {
    const { exit, stdout, stderr } = await run(`${ROLLBACK} ${words} --accept-unsigned`);
    expect([exit, stdout()]).toEqual([1, '']);
    expect(stderr()).toContain(`haunted: ${sentence}`);
    expect(stderr()).toMatch(/ name the manifest being left with --current, .* \[AMBIGUOUS\]\n$/);
  });

  it('is judged all the same when the manifest being left is named', async () => {
    const line = `${ROLLBACK} reports/one-left-behind.ndjson --history manifests --current manifests/42-reused-flag.json`;
    expect(await judge(line)).toMatchObject({
      exit: 2,
      rollback: { servers_wrong_now: 1, servers_wrong_after: 3 },
    });
  });
});
