import type { FlagOwnership } from '../../src/model/flag.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import type { RollbackPlan } from '../../src/model/plan.ts';
import { sha256Hex } from '../../src/seal/digest.ts';
import { sealed } from './billing.ts';
import type { IncidentCase } from './case.ts';
import type { Incident, Story } from './incident.ts';

/**
 * Knight Capital, 1 August 2012, at the three moments at which a gate could have been asked. Facts are from SEC Release 34-70694
 * (its paragraphs in brackets); whatever the record does not give is our story, and the README says which.
 */

const EIGHT = ['01', '02', '03', '04', '05', '06', '07', '08'].map((number) => `smars-${number}`);
const OLD = sha256Hex('smars before RLP');
const NEW = sha256Hex('smars with RLP');

/** Out of use since 2003, touched once more in 2005 and not tested again, still callable [14]. */
const POWER_PEG: FlagOwnership = {
  flag: 'power_peg',
  owner: 'unknown',
  last_modified: '2005-01-01T00:00:00Z',
  state: 'dormant',
  verification: 'not_verified',
  meaning: 'm:power-peg',
  type: 'boolean',
  where: [{ file: 'smars/power_peg.c', symbol: 'power_peg' }],
};

/** The new function under the old flag [13], which travels with the orders [16]. */
const RLP: FlagOwnership = {
  flag: 'power_peg',
  owner: 'team-rlp',
  last_modified: '2012-07-20T00:00:00Z',
  state: 'live',
  verification: 'verified',
  meaning: 'm:retail-liquidity-program',
  type: 'boolean',
  where: [{ file: 'smars/rlp.c', symbol: 'route_rlp' }],
  travels_in: ['message'],
  senders: ['order-gateway'],
  unaware: 'refuse',
};

const M41 = sealed({
  schema: 'haunted.manifest/v1',
  deployment_id: 'smars_2012_06_11',
  cluster: 'smars',
  generation: 41,
  created_at: '2012-06-11T12:00:00Z',
  expires_at: null,
  previous_manifest_sha256: null,
  binary_sha256: OLD,
  config_sha256: null,
  cluster_inventory_required: true,
  cluster_inventory: EIGHT,
  bound_flags: [],
  flag_ownership_table: [POWER_PEG],
  declared_split: null,
  rollback_target_manifest_sha256: null,
});

function m42(row: FlagOwnership): Manifest {
  return sealed({
    schema: 'haunted.manifest/v1',
    deployment_id: 'smars_2012_08_01',
    cluster: 'smars',
    generation: 42,
    created_at: '2012-07-26T20:00:00Z',
    expires_at: null,
    previous_manifest_sha256: M41.manifest_sha256,
    binary_sha256: NEW,
    config_sha256: null,
    cluster_inventory_required: true,
    cluster_inventory: EIGHT,
    bound_flags: [row.flag],
    flag_ownership_table: [row],
    declared_split: null,
    rollback_target_manifest_sha256: M41.manifest_sha256,
    rollback_target_binary_sha256: OLD,
    rollback_target_cluster_state: 'all_servers_match_manifest',
    rollback_would_corrupt_cluster: row.flag === POWER_PEG.flag,
  });
}

const M42 = m42(RLP);

/** The same deployment as it should have been made: a flag of its own, which old code is told to ignore. */
const OWN_FLAG = m42({ ...RLP, flag: 'rlp', unaware: 'ignore' });

/** The uninstall [27]: the new code goes from the servers that have it; nothing is copied, and no sender is stopped. */
const UNINSTALL: RollbackPlan = {
  schema: 'haunted.rollback-plan/v1',
  cluster: 'smars',
  mechanism: 'uninstall_latest',
  scope: ['binary'],
  target_manifest_sha256: M41.manifest_sha256,
  withdraw_flags: [],
  actor: 'operator',
};

const COPY = '2012-07-27T11:00:00Z';
const OPEN = '2012-08-01T13:00:00Z';
const BUTTON = '2012-08-01T13:50:00Z';

/** What one server says, ten seconds before `now`. */
function reportOf(hostname: string, binary: string, now: string, more: Partial<NodeReport> = {}): NodeReport {
  const isNew = binary === NEW;
  return {
    schema: 'haunted.node-report/v1',
    cluster: 'smars',
    hostname,
    observed_at: earlier(now, 10),
    sequence: 1,
    boot_id: `boot-of-${hostname}`,
    challenge: null,
    binary_sha256: binary,
    binary_on_disk_sha256: binary,
    binary_path: '/opt/smars/bin/smars',
    method: 'proc_exe',
    config_sha256: null,
    bound_flags: [],
    received_flags: [],
    taking_live_traffic: true,
    first_seen_on_this_binary: isNew ? '2012-07-31T22:00:00Z' : '2012-06-11T22:00:00Z',
    last_deploy_touched: isNew ? '2012-07-31T22:00:00Z' : '2012-06-11T22:00:00Z',
    ...more,
  };
}

function earlier(now: string, seconds: number): string {
  return new Date(Date.parse(now) - seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** Seven with the new code and the eighth, which got nothing [15]. */
function sevenAndOne(now: string, more: Partial<NodeReport> = {}): NodeReport[] {
  return EIGHT.map((hostname) => reportOf(hostname, hostname === 'smars-08' ? OLD : NEW, now, more));
}

const FLAGGED: Partial<NodeReport> = {
  received_flags: [{ flag: 'power_peg', sender: 'order-gateway', last_seen_at: earlier(BUTTON, 12) }],
};

const common = { accept_unsigned: true } as const;

const BEFORE_THE_COPY: IncidentCase = {
  ...common,
  moment: 'before the first copy, 27 July',
  gate: 'deploy',
  now: COPY,
  manifest: 'manifests/42.json',
  current: 'manifests/41.json',
  history: [],
  evidence: 'evidence/before-the-copy.ndjson',
  expected: 'expected/before-the-copy.json',
};

const BEFORE_THE_OPEN: IncidentCase = {
  ...common,
  moment: 'all stages done, before the open, 1 August',
  gate: 'activate',
  now: OPEN,
  manifest: 'manifests/42.json',
  history: ['manifests/41.json'],
  evidence: 'evidence/before-the-open.ndjson',
  expected: 'expected/before-the-open.json',
};

const BEFORE_THE_UNINSTALL: IncidentCase = {
  ...common,
  moment: 'after the open, before the uninstall, 1 August',
  gate: 'rollback',
  now: BUTTON,
  current: 'manifests/42.json',
  plan: 'plans/uninstall.json',
  history: ['manifests/41.json'],
  evidence: 'evidence/before-the-uninstall.ndjson',
  expected: 'expected/before-the-uninstall.json',
};

const DOCUMENTS: Story['documents'] = {
  'manifests/41.json': M41,
  'manifests/42.json': M42,
  'plans/uninstall.json': UNINSTALL,
  'evidence/before-the-copy.ndjson': EIGHT.map((hostname) => reportOf(hostname, OLD, COPY)),
  'evidence/before-the-open.ndjson': sevenAndOne(OPEN),
  'evidence/before-the-uninstall.ndjson': sevenAndOne(BUTTON, FLAGGED),
};

function twin(one: IncidentCase, instead: string, documents: Story['documents']): Incident['twins'][number] {
  return { instead, story: { documents: { ...DOCUMENTS, ...documents }, cases: [one] } };
}

export const KNIGHT: Incident = {
  name: 'knight-2012',
  title: 'Knight Capital, 1 August 2012, at its three moments',
  happens: `Eight servers run the order router SMARS. The new code for the Retail Liquidity Program (RLP) takes over the flag that used to switch on Power Peg, a function out of use since 2003, changed once more in 2005 without a new test, and still callable. The flag travels with the orders. From 27 July the new code is staged onto seven servers; the eighth gets nothing. When flagged orders arrive on 1 August, seven servers do RLP and the eighth does Power Peg, which no longer knows when an order is filled. In one of its attempts to stop that, Knight uninstalls the new code from the seven correct servers. Nothing is copied from the eighth, and the orders go on carrying the flag: now all eight do Power Peg.`,
  says: `Three moments, three answers. **Before the first copy** (\`check deploy\`): BLOCK_DEPLOY. The flag is reused, and going back from the new manifest would leave 8 of 8 servers wrong. **Before the open** (\`check activate\`): BLOCK_DEPLOY. smars-08 runs a binary that is not in the manifest, and the flag that is on its way means Power Peg there. **Before the uninstall** (\`check rollback\`): BLOCK_ROLLBACK. 1 server is wrong now and 8 would be wrong after; order-gateway would go on sending the flag.`,
  why: 'After the uninstall all eight servers agree, and each of them could prove that it matches the old manifest. Uniform is not safe: the state to forbid is a switch that means something else where it arrives than where it was sent.',
  reminds: `This is the record itself: SEC Release 34-70694 of 16 October 2013 (https://www.sec.gov/files/litigation/admin/2013/34-70694.pdf), paragraphs 13 to 16, 19 and 27. From the record: eight servers, seven updated and one untouched, staging from 27 July 2012, the reused flag, its travelling with orders, 2003 and 2005, the uninstall and its effect. Not on the record, and made up here: the names of servers, files, teams, the sender and the flag; all digests, manifests and clock times; who pressed what. The record describes no manifest, no gate and no way to halt.`,
  story: { documents: DOCUMENTS, cases: [BEFORE_THE_COPY, BEFORE_THE_OPEN, BEFORE_THE_UNINSTALL] },
  twins: [
    twin(BEFORE_THE_COPY, 'RLP answers to a flag of its own, which old code is told to ignore.', {
      'manifests/42.json': OWN_FLAG,
    }),
    twin(BEFORE_THE_OPEN, 'The eighth server got the new code.', {
      'evidence/before-the-open.ndjson': EIGHT.map((hostname) => reportOf(hostname, NEW, OPEN)),
    }),
    twin(BEFORE_THE_UNINSTALL, 'The plan stops the flag at its sender first.', {
      'plans/uninstall.json': { ...UNINSTALL, withdraw_flags: ['power_peg'] },
    }),
  ],
};
