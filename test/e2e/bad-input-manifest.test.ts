import { closeSync, ftruncateSync, openSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandFolder } from '../fixtures/command-folder.ts';
import { sha } from '../world/documents.ts';
import { soundManifest } from '../world/trust.ts';

/** Every manifest verb against every kind of bad document: one sentence, exit code 1, no stack trace, nothing written. */

const NOW = Date.parse('2012-08-01T10:00:00Z');
const { folder, write, run, remove } = commandFolder(NOW);
afterAll(remove);

const GOOD = soundManifest();
const TEXT = JSON.stringify(GOOD);
const FLAGS = 'schema: haunted.flags/v1\nflags: {}\n';
write('good.json', TEXT);
write('flags.yaml', FLAGS);
write('a-folder/inside.txt', 'x');
write('empty', '');
write('truncated', TEXT.slice(0, TEXT.length / 2));
write('deep', '['.repeat(100_000));
write('deep-braces', '{"a":'.repeat(100_000));
write('duplicate-key', TEXT.replace('{', '{"cluster":"other",'));
write('duplicate-escaped', TEXT.replace('{', '{"\\u0063luster":"other",'));
write('two-documents', `${TEXT}${TEXT}`);
write('other-version', TEXT.replace('haunted.manifest/v1', 'haunted.manifest/v2'));
write('no-version', TEXT.replace('"schema":"haunted.manifest/v1",', ''));
write('unknown-field', TEXT.replace('{', '{"extra":1,'));
write('latin1', Buffer.from(TEXT.replace('smars', 'sm\u00e4rs'), 'latin1'));
write('byte-order-mark', `\ufeff${TEXT}`);
write('capital-digest', TEXT.replace(sha('a'), sha('A')));
write('short-digest', TEXT.replace(sha('a'), sha('a').slice(1)));
write('prefixed-digest', TEXT.replace(sha('a'), `sha256:${sha('a')}`));
write('host-with-blank', TEXT.replace('"n1"', '"n 1"'));
write('host-with-bell', TEXT.replace('"n1"', '"n\\u0007"'));
write('name-with-override', TEXT.replace('"smars"', '"sm\\u202ears"'));
write('time-without-zone', TEXT.replace(/"created_at":"[^"]*"/, '"created_at":"2012-08-01T00:00:00"'));
write('generation-zero', TEXT.replace('"generation":1', '"generation":0'));
write('a-number', '7');
write('words', 'just words');
const zeros = openSync(path.join(folder, 'zeros'), 'w');
ftruncateSync(zeros, 1024 ** 3);
closeSync(zeros);

const BAD_FILES = [
  'gone',
  'a-folder',
  'good.json/inside',
  'empty',
  'truncated',
  'zeros',
  'deep',
  'deep-braces',
  'duplicate-key',
  'duplicate-escaped',
  'two-documents',
  'other-version',
  'no-version',
  'unknown-field',
  'latin1',
  'byte-order-mark',
  'capital-digest',
  'short-digest',
  'prefixed-digest',
  'host-with-blank',
  'host-with-bell',
  'name-with-override',
  'time-without-zone',
  'generation-zero',
  'a-number',
  'words',
];

const CREATE = [
  'create --deployment-id d --cluster smars --inventory n1,n2 --flags flags.yaml --out out.json',
  `--binary ${sha('b')}`,
].join(' ');

async function refusalOf(words: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await run('manifest', ...words);
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
  expect(stderr).toMatch(/^haunted: [^\n]+ \[[A-Z_]+\]\n$/);
  expect(stderr).not.toMatch(/\n {4}at |\bbug\b/);
  // The one sentence has to fit a screen, and what it quotes must not move a terminal.
  expect(stderr.length).toBeLessThan(700);
  // oxlint-disable-next-line no-control-regex
  expect(stderr.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(await run('manifest', 'show', 'out.json')).toMatchObject({ exit: 1 });
  return stderr;
}

describe.each(BAD_FILES)('the manifest %s', (file) => {
  it.each([
    ['show', ['show', file]],
    ['check', ['check', file]],
    ['diff, as the old one', ['diff', file, 'good.json']],
    ['diff, as the new one', ['diff', 'good.json', file]],
    ['diff, as a running one', ['diff', 'good.json', 'good.json', '--running', file]],
    ['create, as the previous one', [...CREATE.split(' '), '--previous', file]],
    ['create, as the way back', [...CREATE.split(' '), '--rollback-to', file]],
  ])('is refused by %s', async (_, words) => {
    expect(await refusalOf(words)).not.toBe('');
  });
});

describe('the history of create', () => {
  it.each(BAD_FILES.filter((file) => file !== 'a-folder'))('is refused when it is %s', async (file) => {
    expect(await refusalOf([...CREATE.split(' '), '--history', file])).not.toBe('');
  });

  it('may be a folder without manifests, which is told', async () => {
    const words = CREATE.replace(' --out out.json', '').split(' ');
    const made = await run('manifest', ...words, '--history', 'a-folder');
    expect(made.exit).toBe(0);
    expect(made.stderr).toContain('haunted: the history a-folder holds no manifest.\n');
  });
});

describe('a manifest that is not what it says', () => {
  write('tampered.json', TEXT.replace('"generation":1', '"generation":2'));
  const twice = JSON.stringify(soundManifest({ bound_flags: ['x', 'x'] }));
  write('contradicts.json', twice);

  it.each(['tampered.json', 'contradicts.json'])('is refused by create and diff: %s', async (file) => {
    expect(await refusalOf(['diff', 'good.json', file])).toContain('is not sound');
    expect(await refusalOf([...CREATE.split(' '), '--previous', file])).toContain('is not sound');
  });

  it.each(['tampered.json', 'contradicts.json'])(
    'is a finding for check, and shown as one: %s',
    async (file) => {
      const checked = await run('manifest', 'check', file);
      expect(checked).toMatchObject({ exit: 2, stderr: '' });
      expect(checked.stdout).toContain('manifest_invalid');
      const shown = await run('manifest', 'show', file);
      expect(shown.exit).toBe(0);
      expect(shown.stdout).toContain('NOT SOUND: its ');
    },
  );

  it('comes from the future', async () => {
    const early = await run('manifest', 'check', 'good.json', '--now', '2012-01-01T00:00:00Z');
    expect(early.exit).toBe(2);
    expect(early.stdout).toContain('clock_skew');
  });
});

describe('a flag file', () => {
  write('empty.yaml', '');
  write('flags-latin1.yaml', Buffer.from('schema: haunted.flags/v1\nflags: {\u00e9: {}}\n', 'latin1'));
  write('flags-deep.yaml', `schema: haunted.flags/v1\nflags: ${'['.repeat(10_000)}`);
  write('flags-twice.yaml', 'schema: haunted.flags/v1\nflags:\n  a: {}\n  a: {}\n');
  write('flags-v2.yaml', FLAGS.replace('v1', 'v2'));
  write('flags-unknown.yaml', `${FLAGS}more: 1\n`);
  write('flags-bomb.yaml', `${FLAGS}${bomb()}`);
  write('flags-tag.yaml', 'schema: !!js/function "x"\nflags: {}\n');

  it.each([
    'gone.yaml',
    'a-folder',
    'empty.yaml',
    'zeros',
    'truncated',
    'flags-latin1.yaml',
    'flags-deep.yaml',
    'flags-twice.yaml',
    'flags-v2.yaml',
    'flags-unknown.yaml',
    'flags-bomb.yaml',
    'flags-tag.yaml',
    'good.json',
  ])('is refused: %s', async (file) => {
    expect(await refusalOf(CREATE.replace('flags.yaml', file).split(' '))).not.toBe('');
  });
});

function bomb(): string {
  const rows = 'abcdefgh'.split('').map((name, at, all) => {
    const before = all[at - 1];
    return `${name}: &${name} [${Array.from({ length: 10 }, () => (before === undefined ? 'x' : `*${before}`)).join(', ')}]`;
  });
  return rows.join('\n');
}

describe('a command line', () => {
  write('plan.json', '{"schema":"haunted.rollback-plan/v1"}');
  write('other-plan.json', JSON.stringify(plan('other', null)));
  write('lost-plan.json', JSON.stringify(plan('smars', sha('9'))));
  write('other-cluster.json', JSON.stringify(soundManifest({ cluster: 'other' })));
  write('late.json', JSON.stringify(soundManifest({ created_at: '2013-01-01T00:00:00Z' })));
  write('split.json', '{"pairs":[],"reason":"x"}');

  it.each([
    ['without a file', 'show', 'Give one manifest'],
    ['with a file too many', 'check good.json good.json', 'Give one manifest'],
    ['with one file to compare', 'diff good.json', 'Give two manifests'],
    ['with an unknown format', 'diff good.json good.json --format xml', '--format "xml" is not one of'],
    ['with an unknown option', 'show good.json --colour', 'Unknown option'],
    ['that says one thing twice', `${CREATE} --binary ${sha('c')}`, '--binary'],
    ['with a time that is none', 'check good.json --now tomorrow', '--now "tomorrow" is not a time'],
    ['with a policy that is not there', 'check good.json --policy gone.yaml', 'does not exist'],
    ['that compares two clusters', 'diff good.json other-cluster.json', 'they cannot be compared'],
    ['that says what it takes as options', 'create good.json', 'takes options only'],
    ['without a deployment id', 'create --cluster smars --inventory n1', '--deployment-id is missing'],
    ['without a cluster', 'create --deployment-id d --inventory n1', '--cluster is missing'],
    ['without an inventory', 'create --deployment-id d --cluster smars', '--inventory is missing'],
    ['without a binary', 'create --deployment-id d --cluster smars --inventory n1', '--binary is missing'],
    [
      'without flags',
      `create --deployment-id d --cluster smars --inventory n1 --binary ${sha('b')}`,
      '--flags is missing',
    ],
    ['with a digest in capitals', CREATE.replace(sha('b'), sha('B')), 'has capitals'],
    [
      'with a digest that is too short',
      CREATE.replace(sha('b'), sha('b').slice(1)),
      'neither a file nor a sha256',
    ],
    ['with a binary that is not there', CREATE.replace(sha('b'), './gone'), 'does not exist'],
    ['with a host name that is none', `${CREATE} --inventory n3,n_4,-n5`, '"-n5", which is not a host name'],
    [
      'that expires before it is made',
      `${CREATE} --expires-at 2012-08-01T10:00:00Z`,
      '--expires-at is not after',
    ],
    ['from the future', `${CREATE} --created-at 2012-08-01T10:00:01Z`, '--created-at lies in the future'],
    [
      'that follows a later manifest',
      `${CREATE} --previous late.json`,
      'was made at 2013-01-01T00:00:00Z, after',
    ],
    [
      'that follows another cluster',
      `${CREATE} --previous other-cluster.json`,
      'one of them is the wrong one',
    ],
    ['with a plan that is none', `${CREATE} --plan plan.json`, 'is wrong at cluster: it is missing'],
    ['with a plan of another cluster', `${CREATE} --plan other-plan.json`, 'the plan is for "other"'],
    ['with a plan to an unknown place', `${CREATE} --plan lost-plan.json`, 'is not among those given'],
    ['with a split that is none', `${CREATE} --declared-split split.json`, 'is wrong at pairs'],
    ['with a keyring that is not there', `${CREATE} --keyring gone.json`, 'does not exist'],
    [
      'that writes where it may not',
      CREATE.replace('out.json', 'gone/out.json'),
      'its folder does not exist',
    ],
    [
      'that would write over what it reads',
      `${CREATE.replace('out.json', 'good.json')} --previous good.json`,
      '--out names a manifest',
    ],
  ])('%s is refused', async (_, words, reason) => {
    expect(await refusalOf(words.split(' '))).toContain(reason);
  });

  it('takes a name with a control character for no name', async () => {
    const words = CREATE.replace('--deployment-id d', '--deployment-id d\u0007').split(' ');
    expect(await refusalOf(words)).toContain('--deployment-id is not a name');
  });
});

function plan(cluster: string, target: string | null): Record<string, unknown> {
  const fixed = { schema: 'haunted.rollback-plan/v1', mechanism: 'to_manifest', scope: ['binary'] };
  return { ...fixed, cluster, target_manifest_sha256: target };
}
