import type { FlagOwnership } from '../model/flag.ts';
import type { Policy } from '../model/policy.ts';
import type { Binding } from './binding.ts';
import type { FlagTable } from './registry.ts';
import { type Effect, type Phase, type Seed, seedOf } from './seed.ts';
import { spokenMeaning } from './spoken-meaning.ts';

/** Where a flag lives in the code, as `router/rlp.c:88 route_rlp`. */
export function sitesOf(row: FlagOwnership | null | undefined): string[] {
  return (row?.where ?? []).map((site) => {
    const line = site.line === null || site.line === undefined ? '' : `:${site.line}`;
    return `${site.file}${line}${site.symbol === null || site.symbol === undefined ? '' : ` ${site.symbol}`}`;
  });
}

/** Words that people write where a name should stand. */
const NOBODY = new Set(['', 'unknown', 'none', 'nobody', 'null', 'n/a', 'na', 'tbd', 'todo', '-', '?']);

/** Whether nobody can be asked about a flag. */
function isOwnerUnknown(owner: string | null): boolean {
  return owner === null || NOBODY.has(owner.replaceAll(/[\s\u200b-\u200d]/g, '').toLowerCase());
}

const EFFECT_OF_DORMANT: Record<Policy['on_dormant_bound'], Effect> = {
  block: 'block',
  hold: 'hold',
  warn: 'none',
};

const VIA = { host: 'is set on', received: 'was received by', message: 'is sent to' } as const;

/**
 * Does this switch mean on these servers what whoever set it means by it? The invariant of the design: the running binary has
 * the flag, under the same meaning, live, owned and verified; or it does not know the flag, and the manifest that introduced
 * it says that is to be ignored. "No binary accepts a flag it cannot prove belongs to its own version."
 *
 * `table` is what the running binary owns; null when no manifest describes that binary, and then it can prove nothing.
 */
export function judgeBinding(
  binding: Binding,
  table: FlagTable | null,
  policy: Policy,
  phase: Phase,
): Seed[] {
  const { flag } = binding;
  const row = table?.byFlag.get(flag);
  const reaches = (host: string): string => `Flag '${flag}' ${VIA[binding.via]} ${host} (${binding.source})`;
  const where = [...sitesOf(row), binding.source];
  const wanted = binding.meaning;

  if (row === undefined || row.state === 'retired') {
    if (row === undefined && binding.introducedBy?.unaware === 'ignore') return [];
    const owns = row === undefined ? 'does not own it' : 'has retired it: the code is gone';
    return [
      seedOf('orphan_flag', {
        phase,
        flag,
        expected: 'owned by the running binary',
        actual: row === undefined ? 'not in its flag ownership table' : 'retired',
        where: [...where, ...(row === undefined ? sitesOf(binding.introducedBy) : [])],
        sentence: (host) => `${reaches(host)}, and the binary there ${owns}.`,
      }),
    ];
  }
  if (wanted === null) {
    return [
      seedOf('undeclared_flag_bound', {
        phase,
        flag,
        expected: 'declared by a manifest in force',
        actual: row.meaning,
        where,
        sentence: (host) =>
          `${reaches(host)}, no manifest in force says what that means, and in the binary there it means ${here(row)}.`,
      }),
      ...stateSeeds(row, policy, phase, where, reaches),
    ];
  }
  if (row.meaning !== wanted) {
    // Who owns the other function, and who verified it, is beside the point; that it sleeps is not.
    const asleep = stateSeeds(row, policy, phase, where, reaches).filter(
      (seed) => seed.code === 'dormant_flag_bound',
    );
    return [
      seedOf('flag_reused', {
        phase,
        flag,
        expected: wanted,
        actual: row.meaning,
        where,
        sentence: (host) =>
          `${reaches(host)} to mean ${spokenMeaning(wanted, binding.introducedBy)}, but in the binary there it means ${here(row)}.`,
      }),
      ...asleep,
    ];
  }
  return stateSeeds(row, policy, phase, where, reaches);
}

function here(row: FlagOwnership): string {
  return `${spokenMeaning(row.meaning, row)} (${row.state})`;
}

/** What is wrong with binding a flag of this row at all: asleep, unowned, unverified? `reaches` opens the sentence. */
export function stateSeeds(
  row: FlagOwnership,
  policy: Policy,
  phase: Phase,
  where: readonly string[],
  reaches: (host: string) => string,
): Seed[] {
  const { flag } = row;
  const seeds: Seed[] = [];
  if (row.state !== 'live') {
    seeds.push(
      seedOf('dormant_flag_bound', {
        // A shackled switch has somebody's word that nothing may bind it; no policy softens that.
        effect: row.state === 'shackled' ? 'block' : EFFECT_OF_DORMANT[policy.on_dormant_bound],
        phase,
        flag,
        expected: 'live',
        actual: row.state,
        where,
        sentence: (host) => `${reaches(host)} and is bound to ${row.state} code there.`,
      }),
    );
  }
  if (policy.require_owner && isOwnerUnknown(row.owner)) {
    seeds.push(
      seedOf('flag_owner_unknown', {
        phase,
        flag,
        expected: 'an owner',
        actual: row.owner,
        where,
        sentence: (host) => `${reaches(host)} and nobody owns it there.`,
      }),
    );
  }
  if (policy.require_verification && row.verification !== 'verified') {
    seeds.push(
      seedOf('flag_unverified', {
        phase,
        flag,
        expected: 'verified',
        actual: row.verification,
        where,
        sentence: (host) => `${reaches(host)} and nobody verified what the code there does with it.`,
      }),
    );
  }
  return seeds;
}
