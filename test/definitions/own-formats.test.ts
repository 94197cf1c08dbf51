import type { FlagEntry } from '../../src/model/flag-file.ts';
import { json, jsonMap, keepsTheContract } from './contract.ts';

const RLP: FlagEntry = {
  owner: 'team-rlp',
  purpose: 'route retail orders',
  type: 'boolean',
  target: 'router.rlp',
  state: 'live',
  bound: true,
  verification: 'not_verified',
  travels_in: [],
  senders: [],
  unaware: 'refuse',
  where: [],
  last_modified: '2012-07-20T00:00:00Z',
  last_modified_by: 'bob',
};

const OWN = `schema: haunted.flags/v1
flags:
  rlp:
    owner: team-rlp
    purpose: route retail orders
    type: boolean
    target: router.rlp
    state: live
    bound: true
    last_modified: 2012-07-20T00:00:00Z
    last_modified_by: bob
`;

keepsTheContract({
  format: 'flags.yaml',
  path: 'flags.yaml',
  good: OWN,
  flags: [
    {
      flag: 'rlp',
      line: 3,
      owner: 'team-rlp',
      type: 'boolean',
      purpose: 'route retail orders',
      target: 'router.rlp',
      state: 'live',
      bound: true,
      last_modified: '2012-07-20T00:00:00Z',
      last_modified_by: 'bob',
      entry: RLP,
    },
  ],
  withNames: (names) =>
    `{"schema": "haunted.flags/v1", "flags": ${jsonMap(names.map((name) => [name, RLP]))}}`,
  withoutFlags: 'nothing',
  broken: [
    ['an unknown field', `${OWN}    ownr: me\n`, 12, 'flags.rlp.ownr: it is a field that this version'],
    [
      'an unknown field beside the flags',
      `${OWN}since: 2012\n`,
      12,
      'since: it is a field that this version',
    ],
    ['a missing field', OWN.replace('    type: boolean\n', ''), 3, 'flags.rlp.type: it is missing'],
    ['a field of a wrong type', OWN.replace('team-rlp', '7'), 4, 'flags.rlp.owner: it must be a text'],
    ['another version', OWN.replace('v1', 'v2'), 1, 'is haunted.flags/v2; this version of haunted reads'],
    ['a flag named __proto__', OWN.replace('rlp:', '__proto__:'), 3, 'no flag can have this name'],
    ['another document of ours', 'schema: haunted.policy/v1\n', 1, 'is haunted.policy/v1; this version'],
  ],
});

keepsTheContract({
  format: 'gitlab',
  path: 'config/feature_flags/beta/rlp_orders.yml',
  good: `---
# a comment
milestone: '18.2'
name: rlp_orders
description: Route retail orders
introduced_by_url: https://gitlab.example.com/merge_requests/1
rollout_issue_url:
group: group::routing
type: beta
default_enabled: false
`,
  flags: [
    {
      flag: 'rlp_orders',
      line: 4,
      owner: 'group::routing',
      type: 'boolean',
      default: false,
      purpose: 'Route retail orders',
    },
  ],
  withNames: (names) => `name: ${JSON.stringify(names[0])}\nmilestone: '1.0'\ndefault_enabled: true\n`,
  withoutFlags: 'unknown',
  foreign: `name: rlp_orders
group: group::routing
description: Route retail orders
default_enabled: false
log_state_changes: { deep: [1] }
`,
  broken: [
    [
      'a name that is a number',
      "milestone: '1.0'\nname: 7\ndefault_enabled: true\n",
      2,
      '`name` that is no text',
    ],
    ['a default that is a word', 'name: a\ngroup: b\ndefault_enabled: yes\n', 3, 'neither true nor false'],
    [
      'a key twice',
      'name: a\ngroup: b\nname: c\ndefault_enabled: true\n',
      3,
      'the key "name" is there twice',
    ],
  ],
});

keepsTheContract({
  format: 'chromium',
  path: 'flag-metadata.json',
  good: `// Each entry has an owner.
[
  {
    "name": "rlp-routing",  // odd spacing
    "owners": [ "ada@example.com", "//routing/OWNERS" ],
    /* kept for
       manual tests */
    "expiry_milestone": -1
  },
    { "name":"power-peg", "owners": ["//legacy/OWNERS"], "expiry_milestone": 110 },
]
`,
  flags: [
    { flag: 'rlp-routing', line: 4, owner: 'ada@example.com' },
    { flag: 'power-peg', line: 10, owner: '//legacy/OWNERS' },
  ],
  withNames: (names) => json(names.map((name) => ({ name, owners: ['ada'], expiry_milestone: 1 }))),
  withoutFlags: 'unknown',
  broken: [
    [
      'an entry without a name',
      json([{ name: 'a', owners: ['b'] }, { owners: ['b'] }]),
      8,
      'without a text under "name"',
    ],
    ['a comment without an end', '[\n{"name": "a", "owners": ["b"]}\n/* oh', 3, 'a comment has no end'],
  ],
});

keepsTheContract({
  format: 'names',
  path: 'flags.txt',
  good: `# the flags of smars
rlp

  power.peg   # retired?
venue#2
`,
  flags: [
    { flag: 'rlp', line: 2 },
    { flag: 'power.peg', line: 4 },
    { flag: 'venue#2', line: 5 },
  ],
  withNames: (names) => `# names\n${names.join('\n')}\n`,
  withoutFlags: 'nothing',
  broken: [['two words on a line', 'rlp\nthis is prose\n', 2, 'has a blank inside a name']],
});
