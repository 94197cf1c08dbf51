import { json, jsonMap, keepsTheContract } from './contract.ts';

keepsTheContract({
  format: 'openfeature',
  path: 'src/checkout/flags.json',
  good: `{
  "$schema": "https://example.com/schema/v0/flag-manifest.json",
  "flags": {
    "rlp": { "flagType": "boolean", "defaultValue": false, "description": "Route retail orders", "x-owner": "team-rlp" },
    "maxOrders": { "flagType": "integer", "defaultValue": 12, "x-expires": "2012-09-01T10:00:00+02:00" },
    "rate": { "defaultValue": 1, "flagType": "float" },
    "venue": { "flagType": "string", "defaultValue": "nyse" },
    "limits": { "flagType": "object", "defaultValue": { "max": 1 } }
  }
}
`,
  flags: [
    {
      flag: 'rlp',
      line: 4,
      type: 'boolean',
      default: false,
      purpose: 'Route retail orders',
      owner: 'team-rlp',
    },
    { flag: 'maxOrders', line: 5, type: 'integer', default: 12, expires: '2012-09-01T10:00:00+02:00' },
    { flag: 'rate', line: 6, type: 'float', default: 1 },
    { flag: 'venue', line: 7, type: 'string', default: 'nyse' },
    { flag: 'limits', line: 8, type: 'object' },
  ],
  withNames: (names) =>
    `{"$schema": "flag-manifest.json", "flags": ${jsonMap(names.map((name) => [name, { flagType: 'boolean', defaultValue: true }]))}}`,
  withoutFlags: 'nothing',
  broken: [
    [
      'no type',
      json({ $schema: 'flag-manifest.json', flags: { a: { defaultValue: 1 } } }),
      4,
      'no `flagType` of boolean',
    ],
    [
      'a type there is none of',
      json({ flags: { a: { defaultValue: 1, flagType: 'text' } } }),
      5,
      'no `flagType` of boolean',
    ],
    [
      'a default of another type',
      json({ flags: { a: { flagType: 'integer', defaultValue: 1.5 } } }),
      5,
      'a default that is no integer',
    ],
    ['flags that are a text', json({ $schema: 'flag-manifest.json', flags: 'rlp' }), 3, 'no map of flags'],
  ],
});

keepsTheContract({
  format: 'openfeature',
  path: 'sync-source.json',
  good: json({
    flags: [
      { key: 'rlp', type: 'boolean', defaultValue: false },
      { key: 'peg', type: 'float', defaultValue: 0.5 },
    ],
  }),
  flags: [
    { flag: 'rlp', line: 4, type: 'boolean', default: false },
    { flag: 'peg', line: 9, type: 'float', default: 0.5 },
  ],
  withNames: (names) => json({ flags: names.map((key) => ({ key, type: 'boolean', defaultValue: true })) }),
  withoutFlags: 'unknown',
  broken: [],
});

keepsTheContract({
  format: 'appconfig',
  path: 'appconfig.json',
  good: `{
  "version": "1",
  "flags": {
    "rlp": { "name": "Retail", "description": "Route retail orders", "_updatedAt": "2012-07-20T10:00:00.000Z",
      "_deprecation": { "status": "planned", "date": "2012-09-01" } },
    "limits": { "name": "Limits", "attributes": { "max": { "constraints": { "type": "number" } } } },
    "venue": { "name": "Venue" },
    "unset": {}
  },
  "values": {
    "rlp": { "enabled": true },
    "limits": { "enabled": false, "max": 3 },
    "venue": { "_variants": [{ "name": "a", "enabled": false }, { "name": "b", "enabled": true, "rule": "(eq 1 1)" }] }
  }
}
`,
  flags: [
    {
      flag: 'rlp',
      line: 4,
      type: 'boolean',
      purpose: 'Route retail orders',
      bound: true,
      last_modified: '2012-07-20T10:00:00.000Z',
      expires: '2012-09-01T00:00:00Z',
    },
    { flag: 'limits', line: 6, type: 'object', purpose: 'Limits', bound: false },
    { flag: 'venue', line: 7, type: 'boolean', purpose: 'Venue', bound: true },
    { flag: 'unset', line: 8, type: 'boolean' },
  ],
  withNames: (names) =>
    `{"version": "1", "flags": ${jsonMap(names.map((name) => [name, {}]))}, "values": {}}`,
  withoutFlags: 'nothing',
  broken: [
    [
      'flags that are a list',
      json({ version: '1', flags: ['a'], values: {} }),
      3,
      'no map of flags under `flags`',
    ],
    [
      'a flag that is no map',
      json({ version: '1', flags: { a: 1 }, values: {} }),
      4,
      'no map of fields for the flag "a"',
    ],
  ],
});

const GO_FLAG = { variations: { on: true, off: false }, defaultRule: { variation: 'off' } };

keepsTheContract({
  format: 'go-feature-flag',
  path: 'goff.yaml',
  good: `# yaml
rlp:
  variations: &onoff { on: true, off: false }
  defaultRule:
    variation: on
  metadata:
    owner: team-rlp
    description: Route retail orders
peg:
  disable: true
  variations: *onoff
  defaultRule: { percentage: { on: 10, off: 90 } }
`,
  flags: [
    {
      flag: 'rlp',
      line: 2,
      owner: 'team-rlp',
      type: 'boolean',
      default: true,
      purpose: 'Route retail orders',
      bound: true,
    },
    { flag: 'peg', line: 9, type: 'boolean', bound: false },
  ],
  withNames: (names) =>
    `${names.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(GO_FLAG)}`).join('\n')}\n# end\n`,
  withoutFlags: 'unknown',
  broken: [
    [
      'a flag without variations',
      'rlp: {variations: {a: 1}}\npeg: {defaultRule: {}}\n',
      2,
      'gives the flag "peg" no map of variations',
    ],
    [
      'a key twice',
      'rlp:\n  variations: {a: 1}\n  variations: {a: 2}\n',
      3,
      'the key "variations" is there twice',
    ],
  ],
});

keepsTheContract({
  format: 'go-feature-flag',
  path: 'goff.toml',
  good: `# toml
text."a" = 1
[rlp]
note = """
[peg]
"""
[rlp.variations]
on = 1
off = 0
[rlp.defaultRule]
variation = "on"

["peg"]
disable = true
variations = { on = "a", off = "b" }
`.replace('text."a" = 1\n', ''),
  flags: [
    { flag: 'rlp', line: 2, type: 'number', default: 1, bound: true },
    { flag: 'peg', line: 12, type: 'string', bound: false },
  ],
  withNames: (names) =>
    `${names.map((name) => `[${JSON.stringify(name)}.variations]\non = true`).join('\n')}\n# end\n`,
  withoutFlags: 'unknown',
  broken: [['a text that is cut off', '[rlp.variations]\non = "a', 2, 'is not TOML we can use']],
});

keepsTheContract({
  format: 'go-feature-flag',
  path: 'goff.json',
  good: json({ $schema: 'https://example.com/goff.json', rlp: GO_FLAG }),
  flags: [{ flag: 'rlp', line: 3, type: 'boolean', default: false, bound: true }],
  withNames: (names) => jsonMap(names.map((name) => [name, GO_FLAG])),
  withoutFlags: 'unknown',
  broken: [],
});
