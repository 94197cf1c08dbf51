import { json, jsonMap, keepsTheContract } from './contract.ts';

const FLAGD_FLAG = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };

keepsTheContract({
  format: 'flagd',
  path: 'deploy/flags.json',
  good: `{
  "$schema": "https://flagd.dev/schema/v0/flags.json",
  "metadata": { "flagSetId": "smars", "owner": "team-routing" },
  "flags": {
    "rlp": {
      "state": "ENABLED",
      "description": "Route retail orders",
      "variants": { "on": true, "off": false },
      "defaultVariant": "off",
      "metadata": { "owner": "team-rlp", "expires": "2012-09-01" }
    },
    "peg.rate": { "state": "DISABLED", "variants": { "slow": 0.5, "fast": 2 }, "defaultVariant": "fast" },
    "venue":
      { "state": "ENABLED", "variants": { "a": "nyse" }, "defaultVariant": null },
    "limits": { "state": "ENABLED", "variants": { "a": { "max": 1 } }, "defaultVariant": "a" },
    "bare": { "variants": {}, "defaultVariant": "a" }
  }
}
`,
  flags: [
    {
      flag: 'rlp',
      line: 5,
      owner: 'team-rlp',
      type: 'boolean',
      default: false,
      purpose: 'Route retail orders',
      bound: true,
      expires: '2012-09-01T00:00:00Z',
    },
    { flag: 'peg.rate', line: 12, owner: 'team-routing', type: 'number', default: 2, bound: false },
    { flag: 'venue', line: 13, owner: 'team-routing', type: 'string', bound: true },
    { flag: 'limits', line: 15, owner: 'team-routing', type: 'object', bound: true },
    { flag: 'bare', line: 16, owner: 'team-routing' },
  ],
  withNames: (names) => `{"flags": ${jsonMap(names.map((name) => [name, FLAGD_FLAG]))}}`,
  withoutFlags: 'nothing',
  broken: [
    [
      'variants of two types',
      json({ flags: { a: FLAGD_FLAG, b: { variants: { x: true, y: 'no' } } } }),
      11,
      'not all of one type',
    ],
    [
      'a state there is none of',
      json({ flags: { a: { ...FLAGD_FLAG, state: 'ON' } } }),
      4,
      'neither ENABLED nor DISABLED',
    ],
    [
      'a flag that is no map',
      json({ flags: { a: FLAGD_FLAG, b: true } }),
      11,
      'no map of fields for the flag "b"',
    ],
    [
      'flags that are a text',
      json({ $schema: 'https://flagd.dev/schema/v0/flags.json', flags: 'rlp' }),
      3,
      'no map or list of flags',
    ],
  ],
});

keepsTheContract({
  format: 'flagd',
  path: 'flags.flagd.yaml',
  good: `# the array form, in YAML
flags:
  - state: ENABLED
    key: rlp
    x-note: unknown
    variants: &onoff { on: true, off: false }
    defaultVariant: on
  - key: peg
    state: DISABLED
    variants: *onoff
    defaultVariant: off
`,
  flags: [
    { flag: 'rlp', line: 4, type: 'boolean', default: true, bound: true },
    { flag: 'peg', line: 8, type: 'boolean', default: false, bound: false },
  ],
  withNames: (names) => `flags: ${JSON.stringify(names.map((key) => ({ key, ...FLAGD_FLAG })))}\n`,
  withoutFlags: 'unknown',
  foreign: `flags:
  - { key: rlp, state: ENABLED, variants: { on: true, off: false }, defaultVariant: on, targeting: { if: [] }, owners_of_old: 7 }
  - { key: peg, state: DISABLED, variants: { on: true, off: false }, defaultVariant: off, metadata: { owner: { deep: 1 } } }
`,
  broken: [
    [
      'a flag without a key',
      'flags:\n  - {key: a, state: ENABLED}\n  - state: ENABLED\n',
      3,
      'without a text under "key"',
    ],
    [
      'a text that is cut off',
      'flags:\n  - {key: a, state: ENABLED, variants: {on:\n',
      2,
      'is not YAML we can use',
    ],
  ],
});

const LD_FLAG = { kind: 'boolean', variations: [{ value: true }, { value: false }], archived: false };

keepsTheContract({
  format: 'launchdarkly',
  path: 'export/launchdarkly.json',
  good: `{
  "totalCount": 3,
  "items": [
    {
      "name": "Retail liquidity",
      "kind": "boolean",
      "key": "rlp",
      "description": "Route retail orders\\nto the program",
      "variations": [{ "_id": "1", "value": true }, { "_id": "2", "value": false }],
      "defaults": { "onVariation": 0, "offVariation": 1 },
      "_maintainer": { "_id": "x", "email": "ada@example.com" },
      "environments": {
        "production": { "on": false, "lastModified": 1343779200000 },
        "test": { "on": true, "lastModified": 1343000000000 }
      }
    },
    {
      "key": "peg-old", "kind": "multivariate", "archived": true, "archivedDate": 1064966400000,
      "variations": [{ "value": "a" }, { "value": "b" }], "environments": { "production": { "on": true } }
    },
    { "key": "mixed", "kind": "multivariate", "variations": [{ "value": 1 }, { "value": { "a": 1 } }],
      "maintainerTeamKey": "routing", "environments": { "production": { "on": false } } }
  ]
}
`,
  flags: [
    {
      flag: 'rlp',
      line: 7,
      owner: 'ada@example.com',
      type: 'boolean',
      default: false,
      purpose: 'Route retail orders to the program',
      bound: true,
      last_modified: '2012-08-01T00:00:00.000Z',
    },
    {
      flag: 'peg-old',
      line: 18,
      type: 'string',
      state: 'retired',
      bound: false,
      last_modified: '2003-10-01T00:00:00.000Z',
    },
    { flag: 'mixed', line: 21, owner: 'routing', bound: false },
  ],
  withNames: (names) => json(names.map((key) => ({ key, ...LD_FLAG }))),
  withoutFlags: 'unknown',
  broken: [
    [
      'an item without a key',
      json({ items: [{ key: 'a', ...LD_FLAG }, { name: 'b' }] }),
      16,
      'without a text under "key"',
    ],
  ],
});

keepsTheContract({
  format: 'launchdarkly',
  path: 'sdk-data.json',
  good: `{
  "flags": {
    "rlp": { "key": "rlp", "on": true, "variations": [true, false], "offVariation": 1, "salt": "s" },
    "peg": { "key": "peg", "on": false, "variations": ["a", "b"] }
  },
  "flagValues": {
    "max-orders": 12
  }
}
`,
  flags: [
    { flag: 'rlp', line: 3, type: 'boolean', default: false, bound: true },
    { flag: 'peg', line: 4, type: 'string', bound: false },
    { flag: 'max-orders', line: 7, type: 'number', bound: true },
  ],
  withNames: (names) => `{"flagValues": ${jsonMap(names.map((name) => [name, true]))}}`,
  withoutFlags: 'nothing',
  broken: [],
});

keepsTheContract({
  format: 'launchdarkly',
  path: 'one-flag.json',
  good: json({ key: 'rlp', ...LD_FLAG, environments: { production: { on: true } } }),
  flags: [{ flag: 'rlp', line: 2, type: 'boolean', bound: true }],
  withNames: (names) => json({ items: names.map((key) => ({ key, ...LD_FLAG })) }),
  withoutFlags: 'unknown',
  broken: [],
});

keepsTheContract({
  format: 'unleash',
  path: 'unleash.json',
  good: `{
  "features": [
    { "name": "rlp", "type": "release", "description": "Route retail orders", "stale": true },
    {
      "archivedAt": "2003-10-01T00:00:00.000Z",
      "name": "power-peg"
    },
    { "name": "venue", "variants": [{ "name": "a" }] },
    { "name": "nobody" }
  ],
  "featureStrategies": [],
  "featureEnvironments": [
    { "featureName": "rlp", "environment": "test", "enabled": false },
    { "name": "rlp", "environment": "production", "enabled": true },
    { "featureName": "power-peg", "environment": "production", "enabled": true },
    { "featureName": "venue", "environment": "production", "enabled": false }
  ],
  "tagTypes": []
}
`,
  flags: [
    { flag: 'rlp', line: 3, type: 'boolean', purpose: 'Route retail orders', bound: true },
    {
      flag: 'power-peg',
      line: 6,
      type: 'boolean',
      state: 'retired',
      bound: false,
      last_modified: '2003-10-01T00:00:00.000Z',
    },
    { flag: 'venue', line: 8, bound: false },
    { flag: 'nobody', line: 9, type: 'boolean' },
  ],
  withNames: (names) =>
    json({ features: names.map((name) => ({ name })), featureStrategies: [], tagTypes: [] }),
  withoutFlags: 'nothing',
  broken: [
    [
      'a feature without a name',
      json({ features: [{ name: 'a' }, { id: 1 }], tagTypes: [] }),
      6,
      'without a text under "name"',
    ],
  ],
});

keepsTheContract({
  format: 'unleash',
  path: 'unleash-old.yml',
  good: `version: 1
features:
  - name: rlp
    enabled: true
    strategies: [{ name: default }]
  - description: ''
    name: peg
    enabled: false
`,
  flags: [
    { flag: 'rlp', line: 3, type: 'boolean', bound: true },
    { flag: 'peg', line: 7, type: 'boolean', bound: false },
  ],
  withNames: (names) =>
    `version: 1\nstrategies: []\nfeatures: ${JSON.stringify(names.map((name) => ({ name })))}\n`,
  withoutFlags: 'nothing',
  foreign:
    'features: [{name: rlp, enabled: true, impressionData: {a: 1}}, {name: peg, enabled: false}]\nversion: 4\n',
  broken: [],
});
