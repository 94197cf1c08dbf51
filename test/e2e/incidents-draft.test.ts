import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Incident } from '../../src/model/incident.ts';
import { NODES, team } from '../world/pressed.ts';
import type { Team } from '../world/pressed.ts';
import { HAS_COMPILER } from '../world/service-binary.ts';

const ACTOR = 'dana@jump.corp.example';

function changeIn(out: string): string {
  return /draft --from-ledger (rollback-\d{8}-[0-9a-f]{8})`/.exec(out)?.[1] ?? '';
}

function read(text: string): Incident {
  return Incident.parse(parse(text));
}

// Without a C compiler there are no two executables that differ.
describe.skipIf(!HAS_COMPILER)('a record of a rollback that was really pressed', { timeout: 240_000 }, () => {
  let world: Team;
  let clean = '';
  let quarantined = '';

  const press = async (...words: string[]): Promise<Awaited<ReturnType<Team['haunted']>>> =>
    await world.haunted(words, true);
  const draft = async (...words: string[]): Promise<Awaited<ReturnType<Team['haunted']>>> =>
    await world.haunted(['incidents', 'draft', '--from-ledger', ...words]);
  const missing = async (file: string): Promise<readonly { field: string; sentence: string }[]> => {
    const { problems } = (await world.json(['incidents', 'check', file, '--format', 'json'])) as {
      problems: readonly { field: string; sentence: string }[];
    };
    return problems.map(({ field, sentence }) => ({ field, sentence }));
  };

  const go = async (...words: string[]): Promise<string> => {
    const { code, out, err } = await press(...words);
    if (code !== 0 && code !== 4) throw new Error(`${words.join(' ')}: ${out}${err}`);
    return out;
  };

  beforeAll(async () => {
    world = await team();
    const rollback = [
      'rollback',
      '--to',
      'm1.json',
      '--actor',
      ACTOR,
      '--reason',
      'n2 at 10.0.0.7 loses orders, says n2 and Dana',
    ];
    await go('adopt', '--manifest', 'm1.json');
    await go('deploy', '--manifest', 'm2.json', '--', './go.sh', '2', ...NODES);
    copyFileSync(path.join(world.folder, 'ledger.db'), path.join(world.folder, 'deployed.db'));
    const out = await go(...rollback, '--', './go.sh', '1', ...NODES);
    clean = changeIn(out);
    copyFileSync(path.join(world.folder, 'ledger.db'), path.join(world.folder, 'clean.db'));
    await go('rollback', '--to', 'm1.json', '--dry-run');
    // The same again, and one server is left on what was to be left.
    copyFileSync(path.join(world.folder, 'deployed.db'), path.join(world.folder, 'ledger.db'));
    const { execFileSync } = await import('node:child_process');
    execFileSync('./go.sh', ['2', ...NODES], { cwd: world.folder });
    quarantined = changeIn(await go(...rollback, '--', './go.sh', '1', 'n1', 'n3'));
    copyFileSync(path.join(world.folder, 'ledger.db'), path.join(world.folder, 'left.db'));
  });
  afterAll(() => world.close());

  it('is named by the button', () => {
    expect([clean, quarantined]).toEqual([
      expect.stringMatching(/^rollback-/),
      expect.stringMatching(/^rollback-/),
    ]);
  });

  it('fills what the ledger knows of a clean rollback', async () => {
    const { code, out, err } = await draft(clean, '--ledger', 'clean.db');
    expect([code, err]).toEqual([0, '']);
    const record = read(out);
    const today = new Date().toISOString().slice(0, 4);
    expect(record).toMatchObject({
      id: `todo-${today}`,
      actor: 'operator',
      kind: 'none',
      rollback_type: 'clean',
      evidence_grade: 'partial',
      read_status: 'not_found',
      sources: [],
      checks: [],
      healthy_nodes: {
        before:
          'By the gate’s count 3 of 3 servers were well with smars-2 in force: n1 to n3. None was wrong.',
        after: '3 of 3 servers proved what is in force: n1 to n3.',
      },
    });
    expect(record.safety_action).toMatch(
      new RegExp(
        `^At \\S+ \\S+ UTC ${ACTOR} began the rollback ${clean} from smars-2 \\(generation 2\\) to smars-1 \\(generation 1\\); its command ended well at `,
      ),
    );
    expect(record.trigger).toContain('n2 at 10.0.0.7 loses orders');
    expect(record.evidence_note).toMatch(
      /^Made from entries \d+ to \d+ of the ledger \S+, which is not public\..*every server proved the target\.$/,
    );
    expect(record.notes).toMatch(
      /^Before the button the gate said ALLOW_ROLLBACK, and expected 0 servers to be wrong after it\. .* it said PROVEN at /,
    );
  });

  it('tells of a server that was left behind, and what the proofs came to', async () => {
    const record = read((await draft(quarantined, '--ledger', 'left.db')).out);
    // The gate counted no wrong server before it and one after: that is how the ledger classifies it.
    expect(record).toMatchObject({
      rollback_type: 'promoted_wrong_state',
      checks: [{ check: 'rollback_simulation_of_post_state', would_have_blocked: false }],
    });
    expect(record.healthy_nodes.after).toBe(
      '2 of 3 servers proved smars-1: n1, n3. Wrong: n2 (binary_mismatch).',
    );
    expect(record.notes).toMatch(
      /it said QUARANTINE \(.*binary_mismatch.*\) at .* The quarantine of .* is open\.$/,
    );
  });

  it('leaves exactly what a check then asks for, and passes when that is written', async () => {
    const made = await draft(clean, '--ledger', 'clean.db', '--out', 'record.yaml');
    expect([made.code, made.out]).toEqual([
      0,
      'record.yaml is begun. `haunted incidents check record.yaml` names what is missing.\n',
    ]);
    const TO_WRITE = 'This is still to be written.';
    expect(await missing('record.yaml')).toEqual([
      ...['id', 'title', 'vendor', 'systems', 'trigger'].map((field) => ({ field, sentence: TO_WRITE })),
      {
        field: 'sources',
        sentence: expect.stringContaining('A partial record has a primary source') as unknown,
      },
    ]);
    const source = `sources:\n  - { kind: primary, title: Our report, publisher: Us, date: ${new Date().toISOString().slice(0, 10)}, address: https://example.com/report }`;
    const text = readFileSync(path.join(world.folder, 'record.yaml'), 'utf8')
      .replaceAll(/'TODO: (.*)'$/gm, '"Written."')
      .replaceAll(
        /^(id|title|vendor|systems|trigger): [^]*?(?=^[a-z#])/gm,
        (_, field: string) => `${field}: ${field === 'id' ? 'examplehost-2026' : 'Written.'}\n`,
      )
      .replace('sources: []', source);
    writeFileSync(path.join(world.folder, 'finished.yaml'), text);
    expect(await missing('finished.yaml')).toEqual([]);
  });

  it('writes over nothing', async () => {
    writeFileSync(path.join(world.folder, 'mine.yaml'), 'mine');
    const { code, err } = await draft(clean, '--ledger', 'clean.db', '--out', 'mine.yaml');
    expect([code, err, readFileSync(path.join(world.folder, 'mine.yaml'), 'utf8')]).toEqual([
      1,
      expect.stringContaining('[CANNOT_WRITE]'),
      'mine',
    ]);
    expect(existsSync(path.join(world.folder, 'none'))).toBe(false);
  });

  it('takes names and addresses out on request, the same one always by the same word', async () => {
    const { out } = await draft(quarantined, '--ledger', 'left.db', '--redact');
    const record = read(out);
    expect(out).not.toMatch(/\bn[123]\b|dana|jump|corp\.example|10\.0\.0\.7/i);
    expect(record.trigger).toContain('server-2 at address-1 loses orders, says server-2 and person-1');
    expect(record.safety_action).toContain(' person-1 began ');
    expect(record.healthy_nodes.after).toBe(
      '2 of 3 servers proved smars-1: server-1, server-3. Wrong: server-2 (binary_mismatch).',
    );
  });

  it('reads an export of the ledger as well', async () => {
    const exported = await world.haunted(['ledger', 'export', '--ledger', 'clean.db']);
    writeFileSync(path.join(world.folder, 'ledger.jsonl'), exported.out);
    const [whole, again] = [
      await draft(clean, '--ledger', 'clean.db'),
      await draft(clean, '--ledger', 'ledger.jsonl'),
    ];
    expect([again.code, again.out]).toEqual([0, whole.out]);
  });

  it('has the word of the operator who corrected the type', async () => {
    copyFileSync(path.join(world.folder, 'clean.db'), path.join(world.folder, 'ledger.db'));
    const words = [
      '--type',
      'promoted_wrong_state',
      '--key',
      'operator.key',
      '--reason',
      'the cache was wrong',
    ];
    expect((await world.haunted(['incidents', 'classify', clean, ...words])).code).toBe(0);
    const record = read((await draft(clean)).out);
    expect(record.rollback_type).toBe('promoted_wrong_state');
    expect(record.evidence_note).toContain('A person set the type by signature');
    const made = await draft(clean, '--out', 'corrected.yaml');
    expect(made.code).toBe(0);
    expect((await missing('corrected.yaml')).map(({ field }) => field)).toContain('kind');
  });

  it.each([
    [
      'that nobody pressed',
      ['rollback-20200101-00000000'],
      1,
      /knows no rollback "rollback-20200101-00000000"; the last in it: rollback-.*\[NOT_FOUND\]/,
    ],
    ['without a name', [], 1, /--from-ledger/],
    ['with other words', ['x', 'y'], 1, /no other words are taken.*\[BAD_USAGE\]/],
    [
      'of a ledger that is none',
      ['x', '--ledger', 'flags.yaml'],
      1,
      /neither a ledger nor an export.*\[BAD_INPUT\]/,
    ],
  ])('says in a sentence why there is no record of one %s', async (_, words, exit, sentence) => {
    const { code, out, err } = await draft(...words);
    expect([code, out, err]).toEqual([exit, '', expect.stringMatching(sentence)]);
  });

  it('makes none of a deployment, and none of a rollback that has not ended', async () => {
    const lines = (await world.haunted(['ledger', 'export', '--ledger', 'clean.db'])).out.trim().split('\n');
    const entries = lines.map(
      (line) => JSON.parse(line) as { kind: string; body: { action?: string; change?: string } },
    );
    const deployment = entries.find(({ body }) => body.action === 'deploy')?.body.change ?? '';
    expect(await draft(deployment, '--ledger', 'clean.db')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is no rollback') as unknown,
    });
    const begun = entries.findIndex(
      ({ kind, body }) => kind === 'change_begun' && body.action === 'rollback',
    );
    writeFileSync(path.join(world.folder, 'open.jsonl'), `${lines.slice(0, begun + 1).join('\n')}\n`);
    expect(await draft(clean, '--ledger', 'open.jsonl')).toMatchObject({
      code: 3,
      err: expect.stringContaining('[CHANGE_UNDER_WAY]') as unknown,
    });
  });
});
