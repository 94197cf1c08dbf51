import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/adapters/sqlite/ledger.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { VERSION } from '../../src/cli/version.ts';
import { testIo } from '../fixtures/test-io.ts';
import { accepted, begun, bypass, ended, kill, lease, proof, quarantined, sha } from '../world/facts.ts';

const NOW = Date.parse('2012-08-01T09:30:00Z');
const SCRIPT = path.join(import.meta.dirname, '..', '..', 'docs', 'ledger-verify.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'ledger-cli-'));
const at = (name: string): string => path.join(folder, name);

async function run(line: string, env: Record<string, string> = {}) {
  const { io, stdout, stderr } = testIo({ cwd: folder, now: NOW, env });
  const exit = await runCommandLine(line.split(' '), COMMANDS, VERSION, io);
  return { exit, stdout: stdout(), stderr: stderr() };
}

async function verify(name: string): Promise<{ exit: number; stdout: string; stderr: string }> {
  return await run(`ledger verify --ledger ${name} --checkpoint point.json --keyring keyring.json`);
}

async function makeLedger(name: string, entries: number): Promise<void> {
  const ledger = openLedger(at(name));
  for (let index = 0; index < entries; index += 1)
    await ledger.append([proof(`smars-0${index}`)], { expected: 'any', now: NOW + index });
  await ledger.close();
}

function tamper(name: string, sql: string): void {
  const db = new DatabaseSync(at(name));
  db.exec(`DROP TRIGGER entry_stays; DROP TRIGGER entry_remains; ${sql}`);
  db.close();
}

beforeAll(async () => {
  const ledger = openLedger(at('ledger.db'));
  await ledger.append(
    [
      accepted(sha('3'), 'in_force'),
      begun('deploy-42', sha('4')),
      ended('deploy-42', 'failed'),
      quarantined('q-1', ['smars-08']),
      lease(['smars-01', 'smars-02'], '2012-08-01T10:00:00Z'),
      bypass('b-1', '2012-08-01T10:00:00Z'),
      kill('tripped'),
      accepted(sha('5'), 'in_force', 'other'),
    ],
    { expected: 'any', now: NOW },
  );
  await ledger.close();
  for (const role of ['gate', 'operator'])
    await run(`keys new --role ${role} --name ${role} --keyring keyring.json --out ${role}.key`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('haunted ledger', () => {
  it('finds a ledger sound that was only written', async () => {
    const { exit, stdout } = await run('ledger verify --ledger ledger.db --format json');
    expect([exit, JSON.parse(stdout)]).toMatchObject([0, { ok: true, count: 8, checkpoint: null }]);
  });

  it('takes the ledger from the environment or haunted.yaml', async () => {
    writeFileSync(at('haunted.yaml'), 'ledger: ledger.db\n');
    const [asked, named] = [await run('ledger verify --ledger ledger.db'), await run('ledger verify')];
    expect(named.stdout.split('\n').slice(1)).toEqual(asked.stdout.split('\n').slice(1));
    expect((await run('ledger verify', { HAUNTED_LEDGER: 'none.db' })).exit).toBe(1);
    rmSync(at('haunted.yaml'));
  });

  it('exports what the script in docs and the command itself verify', async () => {
    const { stdout, exit } = await run('ledger export --ledger ledger.db');
    expect([exit, stdout.trimEnd().split('\n').length]).toEqual([0, 8]);
    writeFileSync(at('export.jsonl'), stdout);
    expect(spawnSync(process.execPath, [SCRIPT, at('export.jsonl')]).status).toBe(0);
    expect((await run('ledger verify --ledger export.jsonl')).exit).toBe(0);
    expect((await run('ledger export --ledger export.jsonl')).stdout).toBe(stdout);
    writeFileSync(at('bad.jsonl'), stdout.replace('deploy-42', 'deploy-43'));
    expect(spawnSync(process.execPath, [SCRIPT, at('bad.jsonl')]).status).toBe(2);
    const bad = await run('ledger verify --ledger bad.jsonl');
    expect([bad.exit, bad.stdout]).toEqual([2, expect.stringContaining('entry 2 was changed')]);
  });

  it('shows entries, of one cluster and as many as asked', async () => {
    const { stdout } = await run('ledger show --ledger ledger.db --cluster smars --last 2 --format json');
    expect((JSON.parse(stdout) as { seq: number }[]).map(({ seq }) => seq)).toEqual([6, 7]);
    const table = await run('ledger show --ledger ledger.db');
    expect(table.stdout.trimEnd().split('\n')).toHaveLength(9);
  });

  it('shows what they add up to', async () => {
    const now = '--now 2012-08-01T09:59:59Z';
    const { stdout } = await run(`ledger show --ledger ledger.db --state ${now} --format json`);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        cluster: 'smars',
        in_force: sha('3'),
        last_change: { ended: { outcome: 'failed' } },
        quarantines: [{ unproven: ['smars-08'] }],
        // A lease without a proof of what is in force is worth nothing.
        leases: [],
        bypasses: [{ bypass: 'b-1' }],
        kills: [{ switch: 'orders' }],
      },
      { cluster: 'other', in_force: sha('5') },
    ]);
    const later = await run('ledger show --ledger ledger.db --state --now 2012-08-01T10:00:00Z');
    expect(later.stdout).toContain('leases held   none');
    expect(later.stdout).not.toContain('bypass');
  });

  it.each([
    ['changed', `UPDATE entry SET line = replace(line, 'smars-01', 'smars-07')`, 2],
    ['cut', 'DELETE FROM entry WHERE seq = 2', 2],
    ['unreadable', `UPDATE entry SET line = '{}' WHERE seq = 3`, 3],
    ['foreign', `UPDATE ledger SET id = 'other'`, 1],
  ])('names the entry that was %s in the file', async (reason, sql, seq) => {
    await makeLedger(`${reason}.db`, 4);
    tamper(`${reason}.db`, sql);
    const { exit, stdout } = await run(`ledger verify --ledger ${reason}.db --format json`);
    expect([exit, JSON.parse(stdout)]).toMatchObject([2, { ok: false, reason, seq, sound: seq - 1 }]);
    const signed = await run(`ledger checkpoint --ledger ${reason}.db --key gate.key --out no.json`);
    expect([signed.exit, signed.stdout]).toEqual([2, '']);
  });

  it('names a file that SQLite cannot read any more', async () => {
    await makeLedger('damaged.db', 400);
    const bytes = readFileSync(at('damaged.db'));
    bytes.fill(0xff, 4096 * 20, 4096 * 21);
    writeFileSync(at('damaged.db'), bytes, { mode: 0o600 });
    const { exit, stdout } = await run('ledger verify --ledger damaged.db');
    expect([exit, stdout]).toEqual([2, expect.stringMatching(/NOT SOUND|damaged/)]);
  });
});

describe('a checkpoint', () => {
  beforeAll(async () => {
    await makeLedger('signed.db', 5);
    await run('ledger checkpoint --ledger signed.db --key gate.key --out point.json');
  });

  it('holds for the ledger, and when more was appended', async () => {
    expect((await verify('signed.db')).stdout).toContain(
      'checkpoint  entry 5, signed at 2012-08-01T09:30:00.000Z',
    );
    await makeLedger('signed.db', 1);
    expect((await verify('signed.db')).exit).toBe(0);
  });

  it('finds an end that was cut off', async () => {
    const lines = (await run('ledger export --ledger signed.db')).stdout.split('\n');
    writeFileSync(at('short.jsonl'), `${lines.slice(0, 4).join('\n')}\n`);
    expect((await run('ledger verify --ledger short.jsonl')).exit).toBe(0);
    const { exit, stdout } = await verify('short.jsonl');
    expect([exit, stdout]).toEqual([2, expect.stringContaining('entry 5 is missing at the end')]);
  });

  it('finds a history that was written anew', async () => {
    const ledger = openLedger(at('anew.db'));
    await ledger.close();
    const { ledger: id } = JSON.parse(
      (await run('ledger export --ledger signed.db')).stdout.split('\n')[0] ?? '',
    ) as {
      ledger: string;
    };
    tamper('anew.db', `UPDATE ledger SET id = '${id}'`);
    await makeLedger('anew.db', 4);
    const more = openLedger(at('anew.db'));
    await more.append([proof('smars-99')], { expected: 'any', now: NOW });
    await more.close();
    expect((await run('ledger verify --ledger anew.db')).exit).toBe(0);
    const { exit, stdout } = await verify('anew.db');
    expect([exit, stdout]).toEqual([2, expect.stringContaining('[rewritten]')]);
  });

  it('is of one ledger', async () => {
    const { exit, stdout } = await verify('ledger.db');
    expect([exit, stdout]).toEqual([2, expect.stringContaining('the checkpoint is of another ledger')]);
  });

  it.each([
    ['an operator’s key', 'ledger checkpoint --ledger signed.db --key operator.key', 'BAD_INPUT'],
    ['no key', 'ledger checkpoint --ledger signed.db', 'BAD_USAGE'],
    [
      'a file that is no checkpoint',
      'ledger verify --ledger signed.db --checkpoint keyring.json --keyring keyring.json',
      'BAD_INPUT',
    ],
    ['no keyring', 'ledger verify --ledger signed.db --checkpoint point.json', 'BAD_USAGE'],
    ['no ledger', 'ledger verify', 'BAD_USAGE'],
    ['a ledger that is not there', 'ledger show --ledger none.db', 'NOT_FOUND'],
    ['a file that is no ledger', 'ledger export --ledger gate.pem', 'NOT_FOUND'],
    ['a number that is none', 'ledger show --ledger signed.db --last many', 'BAD_USAGE'],
    ['a word too many', 'ledger show signed.db', 'BAD_USAGE'],
  ])('%s is a fault', async (_, line, code) => {
    const { exit, stdout, stderr } = await run(line);
    expect([exit, stdout, stderr]).toEqual([1, '', expect.stringContaining(`[${code}]`)]);
  });

  it('is not made of nothing', async () => {
    await makeLedger('empty.db', 0);
    expect((await run('ledger verify --ledger empty.db')).exit).toBe(0);
    expect((await run('ledger show --ledger empty.db')).stdout).toBe('no entries\n');
    const { exit, stderr } = await run('ledger checkpoint --ledger empty.db --key gate.key');
    expect([exit, stderr]).toEqual([1, expect.stringContaining('holds nothing yet')]);
  });
});
