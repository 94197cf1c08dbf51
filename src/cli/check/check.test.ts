import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleFolder, writeInto } from '../../../test/fixtures/example-folder.ts';
import { parseXml } from '../../../test/fixtures/parse-xml.ts';
import { judgeCheckLine, runCheckLine } from '../../../test/fixtures/check-line.ts';
import type { CheckRun } from '../../../test/fixtures/check-line.ts';
import type { testIo } from '../../../test/fixtures/test-io.ts';
import { FINDINGS } from '../../model/finding.ts';
import { Verdict } from '../../model/verdict.ts';

const ACTIVATE = 'check activate --manifest manifests/42.json --evidence reports/after.ndjson';
const SILENT = 'check activate --manifest manifests/42.json --evidence reports/one-silent.ndjson';
const LEFT =
  'check activate --manifest manifests/42-reused-flag.json --history manifests/41.json --evidence reports/one-left-behind.ndjson';
const PROOF =
  'check proof --manifest manifests/42.json --event deploy-42 --nonce b1946ac92492d234 --evidence';

let folder: string;
beforeEach(() => {
  folder = exampleFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

type Given = Parameters<typeof testIo>[0];

async function run(line: string, given: Given = {}): Promise<CheckRun> {
  return await runCheckLine(line, { cwd: folder, ...given });
}

async function judge(line: string, given: Given = {}): Promise<Verdict & { exit: number }> {
  return await judgeCheckLine(line, { cwd: folder, ...given });
}

async function isColoured(given: Given): Promise<boolean> {
  return (await run(`${LEFT} --accept-unsigned`, given)).stdout().includes('\u001b[');
}

function modifiedTimes(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => `${name} ${statSync(path.join(folder, name)).mtimeMs}`);
}

describe('who presses', () => {
  const BACK =
    'check rollback --to manifests/41.json --current manifests/42.json --history manifests/41.json --evidence reports/after.ndjson';
  const UNINSTALL =
    'check rollback --plan plans/uninstall.json --current manifests/42.json --history manifests/41.json --evidence reports/after.ndjson';

  it.each([BACK, `${BACK} --actor operator`, `${BACK} --actor automation`])(
    'makes no difference where there is no ledger: %s',
    async (line) => {
      expect(await judge(line)).toMatchObject({ exit: 0, verdict: 'ALLOW_ROLLBACK' });
    },
  );

  it('is told in one way: the plan and the command line may not disagree', async () => {
    const plan = {
      ...(JSON.parse(readFileSync(path.join(folder, 'plans/uninstall.json'), 'utf8')) as object),
    };
    writeInto(folder, 'plans/uninstall.json', JSON.stringify({ ...plan, actor: 'operator' }));
    const agreed = await judge(`${UNINSTALL} --actor operator`);
    expect(agreed.gate).toBe('rollback');
    const session = await run(`${UNINSTALL} --actor automation`);
    expect(session.exit).toBe(1);
    expect(session.stderr()).toContain('The plan says that operator presses, and --actor says automation');
  });

  it('is nobody’s question when the target is not known', async () => {
    const lost = {
      schema: 'haunted.rollback-plan/v1',
      cluster: 'smars',
      mechanism: 'to_manifest',
      scope: ['binary'],
      target_manifest_sha256: 'f'.repeat(64),
    };
    writeInto(folder, 'plans/lost.json', JSON.stringify(lost));
    const line = UNINSTALL.replace('uninstall', 'lost');
    expect(await judge(`${line} --actor automation`)).toMatchObject({ exit: 2, verdict: 'BLOCK_ROLLBACK' });
  });
});

describe('the exit code', () => {
  it.each<[number, string, string]>([
    [0, 'ALLOW_DEPLOY', ACTIVATE],
    [
      0,
      'ALLOW_DEPLOY',
      'check deploy --manifest manifests/42.json --current manifests/41.json --evidence reports/before.ndjson',
    ],
    [
      0,
      'ALLOW_ROLLBACK',
      'check rollback --to manifests/41.json --manifest manifests/42.json --history manifests/41.json --evidence reports/after.ndjson',
    ],
    [0, 'PROVEN', `${PROOF} proofs/deploy-42.ndjson`],
    [2, 'BLOCK_DEPLOY', LEFT],
    [
      2,
      'BLOCK_ROLLBACK',
      'check rollback --to manifests/41.json --current manifests/42.json --evidence reports/after.ndjson',
    ],
    [3, 'HOLD', SILENT],
    [4, 'QUARANTINE', `${PROOF} proofs/one-replayed.ndjson`],
  ])('is %i for %s: %s', async (exit, verdict, line) => {
    expect(await judge(line)).toMatchObject({ exit, verdict, judged_at: '2026-03-02T09:00:00.000Z' });
  });

  it.each([LEFT, SILENT, `${PROOF} proofs/one-replayed.ndjson`])(
    'is 0 in shadow mode, and stderr says so: %s',
    async (line) => {
      const { exit, stdout, stderr } = await run(`${line} --accept-unsigned --exit-zero`);
      expect(exit).toBe(0);
      expect(stderr()).toMatch(
        /^haunted: SHADOW MODE \(--exit-zero\): the verdict is [A-Z_]+, and the exit code is 0/,
      );
      expect(stdout()).toContain('SHADOW MODE (--exit-zero)');
    },
  );

  it('stays 1 in shadow mode when nothing could be judged', async () => {
    const { exit, stdout } = await run(`${ACTIVATE} --evidence absent.ndjson --accept-unsigned --exit-zero`);
    expect([exit, stdout()]).toEqual([1, '']);
  });
});

describe('the answer', () => {
  it('is a table that names code, server, flag, place and remedy', async () => {
    const { exit, stdout } = await run(`${LEFT} --accept-unsigned`);
    expect(exit).toBe(2);
    const [first = '', ...rest] = stdout().split('\n');
    expect(first).toMatch(/^BLOCK_DEPLOY: smars-03 runs binary /);
    expect(rest.find((line) => line.startsWith('2/3 on manifest'))).toMatch(
      /; 1 on [0-9a-f]{12}… \(smars-03, live traffic\)$/,
    );
    expect(rest).toContain('BLOCK dormant_flag_bound');
    expect(rest).toContain('  - smars-03, flag power_peg');
    expect(rest).toContain('    where     router/power_peg.c:40 peg_order');
    expect(rest).toContain(`  do        ${FINDINGS.dormant_flag_bound.remedy}`);
  });

  it('points into the manifest as SARIF, by a path below the working directory', async () => {
    const { stdout } = await run(`${LEFT} --accept-unsigned --format sarif`);
    const text = readFileSync(path.join(folder, 'manifests/42-reused-flag.json'), 'utf8').split('\n');
    const { runs } = JSON.parse(stdout()) as {
      runs: { results: { ruleId: string; locations: unknown }[] }[];
    };
    const result = runs[0]?.results.find(({ ruleId }) => ruleId === 'dormant_flag_bound');
    expect(result?.locations).toMatchObject([
      {
        physicalLocation: {
          artifactLocation: { uri: 'manifests/42-reused-flag.json' },
          region: { startLine: text.findIndex((line) => line.includes('"flag": "power_peg"')) + 1 },
        },
      },
    ]);
  });

  it('has a JUnit case for each server of the inventory in force', async () => {
    const rollback =
      'check rollback --plan plans/uninstall.json --current manifests/42-reused-flag.json --evidence reports/one-left-behind.ndjson';
    for (const line of [LEFT, rollback]) {
      const { stdout } = await run(`${line} --accept-unsigned --format junit`);
      const names = parseXml(stdout()).children[0]?.children.map((node) => node.attributes['name']);
      expect(names).toEqual(
        expect.arrayContaining(['server smars-01', 'server smars-02', 'server smars-03']),
      );
    }
  });

  it('is coloured on a terminal, and never with NO_COLOR', async () => {
    expect(await isColoured({ isStdoutTty: true })).toBe(true);
    expect(await isColoured({ isStdoutTty: true, env: { NO_COLOR: '1' } })).toBe(false);
    expect(await isColoured({ isStdoutTty: true, env: { TERM: 'dumb' } })).toBe(false);
    expect(await isColoured({})).toBe(false);
  });

  it('touches nothing', async () => {
    const before = modifiedTimes();
    await run(`${LEFT} --accept-unsigned`);
    await run(`${SILENT} --accept-unsigned --format sarif`);
    expect(modifiedTimes()).toEqual(before);
  });
});

describe('evidence', () => {
  it('comes from standard input, and from several files', async () => {
    const stdin = readFileSync(path.join(folder, 'reports/after.ndjson'));
    expect(await judge('check activate --manifest manifests/42.json --evidence -', { stdin })).toMatchObject({
      exit: 0,
    });
    const [one = '', ...others] = stdin.toString().trim().split('\n');
    writeInto(folder, 'one.json', one);
    writeInto(folder, 'two/others.json', `[${others.join(',')}]`);
    expect(
      await judge('check activate --manifest manifests/42.json --evidence one.json --evidence two'),
    ).toMatchObject({ exit: 0 });
  });

  it('that nobody signed does not count without --accept-unsigned, and stderr says that no key is known', async () => {
    const { exit, stdout, stderr } = await run(`${ACTIVATE} --format json`);
    expect(exit).toBe(2);
    expect(Verdict.parse(JSON.parse(stdout())).findings.map((finding) => finding.code)).toContain(
      'manifest_untrusted',
    );
    expect(stderr()).toBe(
      'haunted: no keyring is known (--keyring, HAUNTED_KEYRING or haunted.yaml), so no signature counts.\n',
    );
  });

  it('with a time in the future is held', async () => {
    const text = readFileSync(path.join(folder, 'reports/after.ndjson'), 'utf8').replace(
      '08:59:00Z',
      '09:59:00Z',
    );
    writeInto(folder, 'ahead.ndjson', text);
    const verdict = await judge('check activate --manifest manifests/42.json --evidence ahead.ndjson');
    expect(verdict).toMatchObject({ exit: 3, verdict: 'HOLD' });
    expect(verdict.findings[0]?.code).toBe('clock_skew');
  });
});

describe('what is not said on the command line', () => {
  const SIGNED =
    'check proof --manifest signed/42.json --event deploy-42 --nonce b1946ac92492d234 --evidence signed/proofs.ndjson';

  it.each<[string, string, string, Record<string, string>]>([
    ['from an option', '--keyring signed/keyring.json', '', { HAUNTED_KEYRING: 'absent.json' }],
    [
      'from the environment',
      '--format table',
      'keyring: absent.json\n',
      { HAUNTED_KEYRING: 'signed/keyring.json' },
    ],
    ['from haunted.yaml', '--format table', 'keyring: signed/keyring.json\n', {}],
  ])('the keyring %s', async (_, words, yaml, env) => {
    if (yaml !== '') writeInto(folder, 'haunted.yaml', yaml);
    expect((await run(`${SIGNED} ${words}`, { env })).exit).toBe(0);
  });

  it('the history from haunted.yaml, unless an option or the environment says another', async () => {
    const line =
      'check rollback --to manifests/41.json --current manifests/42.json --evidence reports/after.ndjson';
    writeInto(folder, 'haunted.yaml', 'history: manifests\n');
    writeInto(folder, 'empty/note.txt', '');
    expect(await judge(line)).toMatchObject({ exit: 0 });
    expect((await run(`${line} --accept-unsigned --history empty`)).exit).toBe(2);
    expect((await run(`${line} --accept-unsigned`, { env: { HAUNTED_HISTORY: 'empty' } })).exit).toBe(2);
  });

  it('the policy: option before environment before haunted.yaml before the default', async () => {
    const strict = 'max_proof_age_s: 10\n';
    writeInto(folder, 'strict.yaml', strict);
    writeInto(folder, 'lax.json', '{"max_proof_age_s": 600}');
    writeInto(folder, 'empty.yaml', '# every field has a default\n');
    expect(await judge(ACTIVATE)).toMatchObject({ exit: 0 });
    writeInto(folder, 'haunted.yaml', `policy:\n  ${strict}`);
    expect(await judge(ACTIVATE)).toMatchObject({ exit: 3 });
    expect(await judge(ACTIVATE, { env: { HAUNTED_POLICY: 'lax.json' } })).toMatchObject({ exit: 0 });
    expect(
      await judge(`${ACTIVATE} --policy strict.yaml`, { env: { HAUNTED_POLICY: 'lax.json' } }),
    ).toMatchObject({ exit: 3 });
    expect(await judge(`${ACTIVATE} --policy empty.yaml`)).toMatchObject({ exit: 0 });
  });

  it('the clock, unless --now says another time', async () => {
    expect(await judge(`${ACTIVATE} --now 2026-03-02T09:30:00Z`)).toMatchObject({
      exit: 3,
      judged_at: '2026-03-02T09:30:00.000Z',
    });
  });
});
