import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Manifest } from '../../src/model/manifest.ts';
import { ManifestCheck } from '../../src/model/manifest-check.ts';
import { ManifestDiff } from '../../src/model/manifest-diff.ts';
import { manifestDigest, sha256Hex } from '../../src/seal/digest.ts';
import { flag, sha } from '../world/documents.ts';
import { soundManifest } from '../world/trust.ts';
import { commandFolder, type Ran } from '../fixtures/command-folder.ts';

/** From the flag file to the signed manifest and the difference, as a user types it, with real files and real keys. */

const NOW = Date.parse('2012-07-27T12:00:00Z');
const cluster = commandFolder(NOW);
const { write, read, run } = cluster;
afterAll(cluster.remove);

const PEG = `schema: haunted.flags/v1
flags:
  switch_7:
    owner: team-peg
    purpose: move orders slowly (Power Peg)
    type: boolean
    state: dormant
    bound: false
    where: [{ file: peg.c, line: 12, symbol: power_peg }]
  quiet:
    owner: team-log
    purpose: log less
    type: boolean
    state: dormant
    bound: false
`;

const RLP = `    owner: team-rlp
    purpose: route orders to the retail liquidity program
    type: boolean
    state: live
    bound: true
    verification: verified
    verified_by: ada
    verified_at: 2012-07-25T00:00:00Z
    travels_in: [message]
    senders: [order-gateway]
    where: [{ file: rlp.c, line: 88, symbol: route_rlp }]
`;
const REUSED = `schema: haunted.flags/v1\nflags:\n  switch_7:\n${RLP}`;
const CLEAN = `${PEG.replace('state: dormant', 'state: shackled').replace('peg.c', 'corpse.c')}  rlp:\n${RLP}`;

/** Runs `haunted manifest create` with words as typed, for the three servers. */
async function create(id: string, words: string): Promise<Ran> {
  const fixed = ['--cluster', 'smars', '--inventory', 'smars-01,smars-02,smars-03'];
  return await run('manifest', 'create', '--deployment-id', id, ...fixed, ...words.split(' '));
}

function manifestIn(file: string): Manifest {
  return Manifest.parse(JSON.parse(read(file)));
}

beforeAll(async () => {
  write('smars-1', 'the binary with power peg');
  write('smars-2', 'the binary with the retail liquidity program');
  write('smars.conf', 'threads = 4\n');
  write('flags-1.yaml', PEG);
  write('flags-reused.yaml', REUSED);
  write('flags-clean.yaml', CLEAN);
  await create('smars-1', '--binary smars-1 --flags flags-1.yaml --out m1.json');
});

describe('what a manifest says beside its flags', () => {
  const STATE = [{ state: 'rows', lives_in: 'rows', reads: ['1', '2'], writes: '2' }];

  it('is what the binary reads and leaves behind, and what its parts need of each other', async () => {
    write('kept.state', JSON.stringify(STATE));
    write(
      'fit.parts',
      JSON.stringify({ plugin: { needs: ['agent/2'] }, 'smars-1': { provides: ['agent/2'] } }),
    );
    write('plugin', 'a plugin');
    const words = '--binary smars-1 --flags flags-1.yaml --state kept.state --parts fit.parts';
    const made = await create('fits', `${words} --artifact plugin=executable:plugin`);
    expect(made.exit).toBe(0);
    const manifest = Manifest.parse(JSON.parse(made.stdout));
    expect(manifest.state).toEqual(STATE);
    expect(manifest.artifacts?.map(({ name, provides, needs }) => [name, provides, needs])).toEqual([
      ['smars-1', ['agent/2'], undefined],
      ['plugin', undefined, ['agent/2']],
    ]);
  });

  it('is refused for a part that is not deployed, and for what is no such list', async () => {
    write('lost.parts', JSON.stringify({ plugin: { needs: ['agent/2'] } }));
    const lost = await create('lost', '--binary smars-1 --flags flags-1.yaml --parts lost.parts');
    expect(lost.exit).toBe(1);
    expect(lost.stderr).toContain(
      'names "plugin", and no artifact of that name is deployed; there is smars-1.',
    );
    write('odd.state', JSON.stringify([{ state: 'rows', reads: [] }]));
    const odd = await create('odd', '--binary smars-1 --flags flags-1.yaml --state odd.state');
    expect(odd.exit).toBe(1);
    expect(odd.stderr).toContain('reads');
  });

  it('is how long others keep what a flag sent', async () => {
    write('flags-kept.yaml', REUSED.replace('    where:', '    outlives_s: 86400\n    where:'));
    const made = await create('kept', '--binary smars-2 --flags flags-kept.yaml');
    const [row] = Manifest.parse(JSON.parse(made.stdout)).flag_ownership_table;
    expect(row?.outlives_s).toBe(86_400);
  });
});

describe('a manifest from the flag file on', () => {
  it('is printed, and what was found is told beside it', async () => {
    const made = await create('smars-1', '--binary smars-1 --flags flags-1.yaml --config smars.conf');
    expect(made.exit).toBe(0);
    const manifest = Manifest.parse(JSON.parse(made.stdout));
    expect(manifest).toMatchObject({
      generation: 1,
      created_at: '2012-07-27T12:00:00Z',
      binary_sha256: sha256Hex('the binary with power peg'),
      config_sha256: sha256Hex('threads = 4\n'),
      rollback_would_corrupt_cluster: null,
    });
    expect(manifest.manifest_sha256).toBe(manifestDigest(manifest));
    expect(made.stderr).toContain('manifest smars-1 for smars, generation 1 (the first)\n');
    expect(made.stderr).toContain('flags    2: 2 new; 0 bound\n');
  });

  it('blocks itself when it reuses a switch: Knight, days early', async () => {
    const made = await create(
      'knight',
      '--binary smars-2 --flags flags-reused.yaml --previous m1.json --out knight.json',
    );
    expect(made.exit).toBe(0);
    expect(made.stderr).toContain('1 REUSED, 1 tombstone; 1 bound');
    expect(made.stderr).toContain('WOULD CORRUPT THE CLUSTER, 3 of 3 servers would be wrong');
    expect(made.stderr).toMatch(/^WARNING {2}'switch_7' now has two meanings: m:/m);
    const manifest = manifestIn('knight.json');
    expect(manifest).toMatchObject({ generation: 2, rollback_would_corrupt_cluster: true });
    expect(manifest.flag_ownership_table.map(({ flag, state }) => `${flag} ${state}`)).toEqual([
      'quiet retired',
      'switch_7 live',
    ]);

    const checked = await run('manifest', 'check', 'knight.json', '--format', 'json');
    expect(checked.exit).toBe(2);
    expect(ManifestCheck.parse(JSON.parse(checked.stdout)).findings.map(({ code }) => code)).toEqual([
      'rollback_would_corrupt_cluster',
    ]);

    const compared = await run('manifest', 'diff', 'm1.json', 'knight.json', '--format', 'json');
    expect(compared.exit).toBe(2);
    const { dangers } = ManifestDiff.parse(JSON.parse(compared.stdout));
    expect(dangers.map(({ kind, finding }) => `${kind} ${finding.code}`)).toEqual([
      'name flag_reused',
      'new_switch_on_running_binary flag_reused',
      'new_switch_on_running_binary dormant_flag_bound',
    ]);
  });

  it('passes when the new function has a name of its own and the corpse is shackled', async () => {
    write(
      'withdraw.json',
      JSON.stringify({
        schema: 'haunted.rollback-plan/v1',
        cluster: 'smars',
        mechanism: 'to_manifest',
        scope: ['binary', 'config'],
        target_manifest_sha256: manifestIn('m1.json').manifest_sha256,
        withdraw_flags: ['rlp'],
      }),
    );
    const made = await create(
      'clean',
      '--binary smars-2 --flags flags-clean.yaml --previous m1.json --plan withdraw.json --history . --out clean.json',
    );
    expect(made).toMatchObject({ exit: 0, stdout: '' });
    expect(made.stderr).toContain('way back to smars-1 (generation 1): no server would be wrong');
    const before = manifestIn('m1.json').flag_ownership_table.find(({ flag }) => flag === 'switch_7');
    const after = manifestIn('clean.json').flag_ownership_table.find(({ flag }) => flag === 'switch_7');
    expect(after?.meaning).toBe(before?.meaning);
    expect(await run('manifest', 'check', 'clean.json')).toMatchObject({ exit: 0 });
  });

  it('is signed, verified, shown, checked and compared in its envelope', async () => {
    write('keys/.keep', '');
    const key = await run(
      'keys',
      'new',
      '--role',
      'builder',
      '--name',
      'ci',
      '--out',
      'keys/ci.key',
      '--keyring',
      'keyring.json',
    );
    expect(key.exit).toBe(0);
    const signed = await run('manifest', 'sign', 'm1.json', '--key', 'keys/ci.key', '--out', 'm1.dsse.json');
    expect(signed.exit).toBe(0);
    expect(await run('manifest', 'verify', 'm1.dsse.json', '--keyring', 'keyring.json')).toMatchObject({
      exit: 0,
    });
    const page = await run('manifest', 'show', 'm1.dsse.json');
    expect(page.stdout).toMatch(/^signature {3}made by [0-9a-f]{64}; NOT verified here/m);
    expect(page.stdout).toMatch(/^switch_7 {2}dormant {2}no {5}team-peg/m);
    const bare = await run('manifest', 'show', 'm1.dsse.json', '--format', 'json');
    expect(JSON.parse(bare.stdout)).toEqual(manifestIn('m1.json'));
    const made = await create(
      'after-signed',
      '--binary smars-1 --flags flags-1.yaml --previous m1.dsse.json --keyring keyring.json',
    );
    expect(JSON.parse(made.stdout)).toMatchObject({
      generation: 2,
      previous_manifest_sha256: manifestIn('m1.json').manifest_sha256,
      rollback_would_corrupt_cluster: false,
    });
    write('m2.json', made.stdout);
    const compared = await run('manifest', 'diff', 'm1.dsse.json', 'm2.json');
    expect(compared.exit).toBe(0);
    expect(compared.stdout).toMatch(/^NO DANGER: [^]*No flag changes\.\n$/);
  });

  it('takes only what the keyring lets in, when one is given', async () => {
    const words = '--binary smars-1 --flags flags-1.yaml --previous m1.json --keyring keyring.json';
    expect(await create('x', words)).toMatchObject({ exit: 1, stdout: '' });
    expect(await create('x', `${words} --accept-unsigned`)).toMatchObject({ exit: 0 });
  });

  it('comes out the same when it is made again', async () => {
    const again = await create('knight', '--binary smars-2 --flags flags-reused.yaml --previous m1.json');
    expect(again.stdout).toBe(read('knight.json'));
  });

  it('may lean on haunted.yaml for the cluster, its servers and its history', async () => {
    const other = commandFolder(NOW);
    other.write('haunted.yaml', 'cluster: smars\nhistory: kept\ninventory:\n  hosts: [a, b]\n');
    other.write('flags.yaml', PEG);
    const row = flag('switch_7', { meaning: 'm:of-2002', purpose: 'counts the days of 2002' });
    other.write(
      'kept/2002.json',
      JSON.stringify(soundManifest({ deployment_id: 'smars-2002', flag_ownership_table: [row] })),
    );
    other.write(
      'kept/other.json',
      JSON.stringify(soundManifest({ cluster: 'other', flag_ownership_table: [flag('quiet')] })),
    );
    const words = `manifest create --deployment-id d --binary ${sha('b')} --flags flags.yaml`;
    const made = await other.run(...words.split(' '));
    expect(JSON.parse(made.stdout)).toMatchObject({
      cluster: 'smars',
      cluster_inventory: ['a', 'b'],
      artifacts: [],
    });
    expect(made.stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /WARNING 'switch_7' meant m:of-2002 in smars-2002 and means m:/,
    );
    expect(made.stderr).not.toContain("'quiet'");
    other.remove();
  });

  it('goes into a comment on a merge request', async () => {
    const compared = await run('manifest', 'diff', 'm1.json', 'knight.json', '--format', 'markdown');
    expect(compared.stdout).toMatch(/^### 3 DANGERS: switch_7\n/);
    expect(compared.stdout).toContain('| <code>switch_7</code> | state | dormant | live |');
  });
});
