import * as fc from 'fast-check';
import type { Fact } from '../../src/model/entry.ts';
import * as world from './facts.ts';

const START = Date.parse('2012-08-01T09:30:00Z');
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
const { sha } = world;

const host = fc.constantFrom('a', 'b', 'c');
const manifest = fc.constantFrom(sha('3'), sha('4'), sha('5'));
const name = fc.constantFrom('x', 'y');
const moment = fc.integer({ min: 0, max: 60 }).map(at);

/** Anything that may be written down, in any order, sense or none. */
export const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .tuple(manifest, fc.constantFrom('candidate', 'in_force'))
    .map(([sha256, standing]) => world.accepted(sha256, standing)),
  fc
    .tuple(manifest, fc.constantFrom('refused', 'released'))
    .map(([sha256, mark]) => world.refusedManifest(sha256, mark)),
  fc.tuple(name, manifest).map(([change, sha256]) => world.begun(change, sha256)),
  fc
    .tuple(name, fc.constantFrom('done', 'failed', 'interrupted'))
    .map(([change, outcome]) => world.ended(change, outcome)),
  fc
    .record({ accepted: fc.boolean(), manifest_sha256: manifest })
    .chain((change) => host.map((one) => world.proof(one, change))),
  fc
    .tuple(fc.constantFrom('PROVEN', 'QUARANTINE'), manifest)
    .map(([word, sha256]) => world.verdict(word, sha256)),
  fc
    .tuple(name, fc.uniqueArray(host, { minLength: 1 }))
    .map(([quarantine, hosts]) => world.quarantined(quarantine, hosts)),
  name.map((quarantine) => world.released(quarantine)),
  fc
    .tuple(host, moment, fc.constantFrom('held', 'ended'))
    .map(([one, until, state]) => world.lease([one], until, state)),
  fc.tuple(name, moment).map(([bypass, until]) => world.bypass(bypass, until)),
  fc
    .tuple(fc.constantFrom('tripped', 'reset', 'drilled'), name)
    .map(([state, one]) => world.kill(state, one)),
  fc
    .tuple(name, fc.constantFrom('promoted_wrong_state', 'buried', 'clean'))
    .map(([change, type]) => world.classified(change, type)),
);
