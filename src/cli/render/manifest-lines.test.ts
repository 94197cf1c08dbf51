import { describe, expect, it } from 'vitest';
import { indexManifestLines } from './manifest-lines.ts';

const MANIFEST = String.raw`{
  "deployment_id": "flag", "bound_flags": ["rlp"],
  "cluster_inventory"
    : [
    "smars-01", "smars-02",
    "smars-03"],
  "flag_ownership_table": [
    { "flag": "rlp", "owner": "smars-03" },
    { "owner": "x", "flag":
        "say \"boo\" \u00e4" }
  ],
  "declared_split": { "reason": "flag" }
}`;

describe('the lines of a manifest', () => {
  const lines = indexManifestLines(MANIFEST);

  it.each([
    ['smars-01', 5],
    ['smars-02', 5],
    ['smars-03', 6],
    ['rlp', undefined],
    ['flag', undefined],
  ])('server %s is on line %s', (hostname, line) => {
    expect(lines.ofHost(hostname)).toBe(line);
  });

  it.each([
    ['rlp', 8],
    ['say "boo" ä', 10],
    ['flag', undefined],
    ['smars-01', undefined],
  ])('flag %s is on line %s', (flag, line) => {
    expect(lines.ofFlag(flag)).toBe(line);
  });

  it.each([
    ['a sealed manifest', '{"payload":"eyJmbGFnIjoicmxwIn0=","payloadType":"x","signatures":[]}'],
    ['nothing', ''],
    ['something that is not JSON', '"flag": "\\u12", "'],
  ])('finds nothing in %s', (_, text) => {
    expect(indexManifestLines(text).ofFlag('rlp')).toBeUndefined();
  });
});
