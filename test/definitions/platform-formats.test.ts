import { json, jsonMap, keepsTheContract } from './contract.ts';

keepsTheContract({
  format: 'growthbook',
  path: 'growthbook.json',
  good: `{
  "status": 200,
  "features": {
    "rlp": { "defaultValue": false, "rules": [{ "force": true, "condition": {} }] },
    "venue": { "defaultValue": null, "rules": [{ "variations": ["a", "b"] }] },
    "bare": { "rules": [] }
  }
}
`,
  flags: [
    { flag: 'rlp', line: 4, type: 'boolean', default: false, bound: true },
    { flag: 'venue', line: 5, type: 'string', bound: true },
    { flag: 'bare', line: 6, bound: true },
  ],
  withNames: (names) => `{"features": ${jsonMap(names.map((name) => [name, { defaultValue: 1 }]))}}`,
  withoutFlags: 'nothing',
  broken: [
    [
      'a feature that is no map',
      json({ features: { a: { defaultValue: 1 }, b: 2 } }),
      6,
      'no map of fields for the flag "b"',
    ],
  ],
});

const GB_FEATURE = { valueType: 'boolean', defaultValue: 'false' };

keepsTheContract({
  format: 'growthbook',
  path: 'growthbook-api.json',
  good: `{
  "features": [
    { "id": "rlp", "valueType": "boolean", "defaultValue": "true", "owner": "u_1", "ownerEmail": "ada@example.com",
      "dateUpdated": "2012-07-20T10:00:00.000Z", "environments": { "production": { "enabled": true }, "dev": { "enabled": false } } },
    { "id": "rate", "valueType": "number", "defaultValue": "0.5", "owner": "bob", "environments": { "dev": { "enabled": false } } },
    { "id": "peg", "valueType": "json", "defaultValue": "{}", "archived": true },
    { "id": "venue", "valueType": "string", "defaultValue": "nyse" }
  ],
  "limit": 10
}
`,
  flags: [
    {
      flag: 'rlp',
      line: 3,
      type: 'boolean',
      default: true,
      owner: 'ada@example.com',
      bound: true,
      last_modified: '2012-07-20T10:00:00.000Z',
    },
    { flag: 'rate', line: 5, type: 'number', default: 0.5, owner: 'bob', bound: false },
    { flag: 'peg', line: 6, type: 'object', state: 'retired', bound: false },
    { flag: 'venue', line: 7, type: 'string', default: 'nyse' },
  ],
  withNames: (names) => json({ features: names.map((id) => ({ id, ...GB_FEATURE })) }),
  withoutFlags: 'unknown',
  broken: [],
});

keepsTheContract({
  format: 'flagsmith',
  path: 'environment.json',
  good: `{
  "api_key": "masked",
  "feature_states": [
    { "enabled": true, "feature_state_value": null, "feature": { "id": 1, "name": "rlp", "type": "STANDARD" } },
    { "enabled": false, "feature_state_value": "fast",
      "feature": { "id": 2, "name": "peg" } }
  ]
}
`,
  flags: [
    { flag: 'rlp', line: 4, type: 'boolean', bound: true },
    { flag: 'peg', line: 6, bound: false },
  ],
  withNames: (names) => json({ feature_states: names.map((name) => ({ enabled: true, feature: { name } })) }),
  withoutFlags: 'nothing',
  broken: [
    [
      'a state without a feature',
      json({ feature_states: [{ enabled: true, feature: { name: 'a' } }, {}] }),
      9,
      'without a text at feature.name',
    ],
  ],
});

keepsTheContract({
  format: 'flagsmith',
  path: 'features.json',
  good: `{
  "count": 3, "results": [
    { "name": "rlp", "default_enabled": true, "initial_value": "", "owners": [{ "email": "ada@example.com" }] },
    { "name": "venue", "default_enabled": true, "initial_value": "nyse" },
    { "name": "peg", "default_enabled": false, "initial_value": null, "is_archived": true }
  ]
}
`,
  flags: [
    { flag: 'rlp', line: 3, type: 'boolean', default: true, owner: 'ada@example.com' },
    { flag: 'venue', line: 4, default: 'nyse' },
    { flag: 'peg', line: 5, type: 'boolean', default: false, state: 'retired', bound: false },
  ],
  withNames: (names) =>
    json(names.map((name) => ({ name, default_enabled: true, enabled: true, value: null }))),
  withoutFlags: 'unknown',
  broken: [],
});

keepsTheContract({
  format: 'feature-management',
  path: 'appsettings.json',
  good: `{
  "Logging": { "LogLevel": { "Default": "Information" } },
  "feature_management": {
    "feature_flags": [
      { "id": "Rlp", "enabled": true, "description": "Route retail orders" },
      { "id": "Peg", "enabled": false, "variants": [{ "name": "a", "configuration_value": 1 }] }
    ]
  },
  "FeatureManagement": {
    "Venue": true,
    "Legacy": "False",
    "Beta": { "EnabledFor": [{ "Name": "Percentage" }] },
    "Odd": { "RequirementType": "All" }
  }
}
`,
  flags: [
    { flag: 'Rlp', line: 5, type: 'boolean', purpose: 'Route retail orders', bound: true },
    { flag: 'Peg', line: 6, bound: false },
    { flag: 'Venue', line: 10, type: 'boolean', bound: true },
    { flag: 'Legacy', line: 11, type: 'boolean', bound: false },
    { flag: 'Beta', line: 12, type: 'boolean', bound: true },
    { flag: 'Odd', line: 13, type: 'boolean' },
  ],
  withNames: (names) => `{"FeatureManagement": ${jsonMap(names.map((name) => [name, true]))}}`,
  withoutFlags: 'nothing',
  broken: [
    [
      'a flag that is a number',
      json({ FeatureManagement: { A: true, B: 7 } }),
      4,
      'neither true, false nor a map',
    ],
  ],
});
