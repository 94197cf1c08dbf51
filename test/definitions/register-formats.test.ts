import { json, jsonMap, keepsTheContract } from './contract.ts';

keepsTheContract({
  format: 'nimbus',
  path: 'FeatureManifest.yaml',
  good: `# A manifest of features.
"routing":
  description: >-
    How orders
    are routed.
  owner: ada@example.com
  hasExposure: false
  variables:
    enabled:
      type: boolean
      setPref:
        branch: default
        pref: router.rlp.enabled
      description: Whether it is on.
    limit:
      type: int
      fallbackPref: router.limit
    table: { type: json, setPref: router.table }
venues:
  description: Which venues there are
  owner: bob@example.com
  variables: {}
`,
  flags: [
    { flag: 'routing', line: 2, owner: 'ada@example.com', type: 'object', purpose: 'How orders are routed.' },
    {
      flag: 'routing.enabled',
      line: 9,
      owner: 'ada@example.com',
      type: 'boolean',
      purpose: 'Whether it is on.',
      target: 'router.rlp.enabled',
    },
    { flag: 'routing.limit', line: 15, owner: 'ada@example.com', type: 'integer', target: 'router.limit' },
    { flag: 'routing.table', line: 18, owner: 'ada@example.com', type: 'object', target: 'router.table' },
    { flag: 'venues', line: 19, owner: 'bob@example.com', type: 'object', purpose: 'Which venues there are' },
  ],
  withNames: (names) =>
    `${names.map((name) => `${JSON.stringify(name)}: {owner: ada, variables: {}}`).join('\n')}\n# end\n`,
  withoutFlags: 'unknown',
  broken: [
    [
      'a feature that is no map',
      'a: {owner: b, variables: {}}\nb: 7\n',
      2,
      'no map of fields for the flag "b"',
    ],
    [
      'variables in a list',
      'a: {owner: b, variables: {}}\nb: {owner: b, variables: [x]}\n',
      2,
      'a list where the feature "b"',
    ],
  ],
});

keepsTheContract({
  format: 'nimbus',
  path: 'nimbus.fml.yaml',
  good: `about: { description: phones }
channels: [release]
features:
  routing:
    description: How orders are routed
    variables:
      rate: { type: Option<Int>, default: 3 }
      names: { type: 'List<String>', default: [] }
      mode: { type: RouteMode, default: fast }
`,
  flags: [
    { flag: 'routing', line: 4, type: 'object', purpose: 'How orders are routed' },
    { flag: 'routing.rate', line: 7, type: 'integer', default: 3 },
    { flag: 'routing.names', line: 8, type: 'object' },
    { flag: 'routing.mode', line: 9, default: 'fast' },
  ],
  withNames: (names) =>
    `features: ${jsonMap(names.map((name) => [name, { description: 'x', variables: {} }]))}\n`.replaceAll(
      '\n',
      ' ',
    ),
  withoutFlags: 'nothing',
  broken: [],
});

keepsTheContract({
  format: 'grafana',
  path: 'toggles_gen.csv',
  good: `Name,Stage,Owner,requiresDevMode
rlp,GA,@smars/routing,false

"power,peg",experimental,"@smars/""old""
team",true
venue,preview,@smars/routing,false
`,
  flags: [
    { flag: 'rlp', line: 2, owner: '@smars/routing' },
    { flag: 'power,peg', line: 4 },
    { flag: 'venue', line: 6, owner: '@smars/routing' },
  ],
  withNames: (names) => `Name,Owner\n${names.map((name) => `"${name}",me\n`).join('')}`,
  withoutFlags: 'nothing',
  foreign: `Since,Name,Other,Owner
1,rlp,x,@smars/routing
1,"power,peg",x,
1,venue,x,@smars/routing
`,
  broken: [
    [
      'a row that is cut off',
      'Name,Stage,Owner\nrlp,GA,me\npeg,G',
      3,
      'a row of 2 cells under a header of 3',
    ],
    ['a quote that is not closed', 'Name,Stage,Owner\n"rlp,GA,me\npeg', 2, 'a quote is not closed'],
    ['an empty name', 'Name,Owner\n,me\n', 2, 'names a flag ""'],
  ],
});

keepsTheContract({
  format: 'grafana',
  path: 'toggles_gen.json',
  good: json({
    kind: 'FeatureList',
    items: [
      {
        metadata: { name: 'rlp' },
        spec: { description: 'Route retail orders', stage: 'GA', codeowner: '@smars/routing' },
      },
      { metadata: { name: 'peg', deletionTimestamp: '2003-10-01T00:00:00Z' }, spec: { stage: 'deprecated' } },
    ],
  }),
  flags: [
    { flag: 'rlp', line: 6, owner: '@smars/routing', purpose: 'Route retail orders' },
    { flag: 'peg', line: 16, state: 'retired', last_modified: '2003-10-01T00:00:00Z' },
  ],
  withNames: (names) => json({ items: names.map((name) => ({ metadata: { name }, spec: { stage: 'GA' } })) }),
  withoutFlags: 'unknown',
  broken: [
    [
      'a feature without a name',
      json({ items: [{ metadata: { name: 'a' }, spec: { stage: 'GA' } }, { spec: {} }] }),
      11,
      'metadata.name',
    ],
  ],
});

keepsTheContract({
  format: 'kubernetes',
  path: 'versioned_feature_list.yaml',
  good: `- name: RetailRouting
  versionedSpecs:
  - default: true
    lockToDefault: true
    preRelease: GA
    version: "1.10"
  - default: false
    preRelease: Alpha
    version: "1.9"
- versionedSpecs:
  - default: false
    version: "1.30"
  name: PowerPeg
`,
  flags: [
    { flag: 'RetailRouting', line: 1, type: 'boolean', default: true },
    { flag: 'PowerPeg', line: 13, type: 'boolean', default: false },
  ],
  withNames: (names) =>
    `${JSON.stringify(names.map((name) => ({ name, versionedSpecs: [{ default: true, version: '1.0' }] })))}\n`,
  withoutFlags: 'unknown',
  foreign: `- {name: RetailRouting, kep: 1, versionedSpecs: [{default: true, version: "1.1", note: [1]}]}
- {name: PowerPeg, versionedSpecs: [{default: false, version: "1.1"}]}
`,
  broken: [
    [
      'a gate without specs',
      '- {name: A, versionedSpecs: [{default: true}]}\n- {name: B}\n',
      2,
      'gives the gate "B" no list of versionedSpecs',
    ],
    ['a gate without a name', '- versionedSpecs: []\n', 1, 'without a text under "name"'],
  ],
});
