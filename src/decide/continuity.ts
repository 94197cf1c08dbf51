import type { CodeSite, FlagOwnership } from '../model/flag.ts';

/** The sha256, in hex, of a value's RFC 8785 form. Handed in, because a judge hashes nothing itself. */
export type CanonicalDigest = (value: unknown) => string;

/** The parts of a flag that say what it selects. Owner, state, lines and times are not among them. */
export type FlagIdentity = Pick<FlagOwnership, 'flag' | 'type' | 'purpose' | 'target' | 'where'>;

/** Why a flag is, or is not, the one of that name in the manifest before. */
export type Continuity =
  | { readonly holds: true; readonly by: 'purpose' }
  | { readonly holds: true; readonly by: 'function'; readonly functions: readonly string[] }
  | { readonly holds: false; readonly broken: 'type' | 'target' | 'purpose_and_functions' };

/** How a flag came by its meaning. */
export type MeaningOrigin =
  /** No manifest before knew the name. */
  | { readonly kind: 'born' }
  /** It is the flag of that name in the manifest before. */
  | { readonly kind: 'inherited'; readonly by: 'purpose' | 'function'; readonly functions: readonly string[] }
  /** The name was there before and selected something else: the name is reused. */
  | {
      readonly kind: 'reborn';
      readonly before: string;
      readonly broken: 'type' | 'target' | 'purpose_and_functions';
    }
  /** Somebody wrote the meaning down; `before` is what the manifest before said, null when it did not know the name. */
  | { readonly kind: 'stated'; readonly before: string | null };

// Names that many functions share say nothing about which function it is, unless the file is the same too.
const GENERIC = new Set(
  'main init run start handle handler execute process apply call get set new constructor setup default render configure update test lambda anonymous <anonymous> <module> <init>'.split(
    ' ',
  ),
);

/** The places that evaluate a flag, each once and in order, as its meaning is digested: without lines, which move. */
export function birthSites(
  where: readonly CodeSite[] | undefined,
): { file: string; symbol: string | null }[] {
  const sites = new Map(
    where?.map((site) => {
      const plain = { file: site.file, symbol: nameOf(site) };
      return [JSON.stringify([plain.file, plain.symbol]), plain] as const;
    }),
  );
  return [...sites].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, site]) => site);
}

/** The id a flag is given when its name appears for the first time: a digest of what it selects then. */
export function birthMeaning(flag: FlagIdentity, digest: CanonicalDigest): string {
  const birth = {
    flag: flag.flag,
    type: flag.type ?? null,
    purpose: said(flag.purpose),
    target: said(flag.target),
    first_code_sites: birthSites(flag.where),
  };
  return `m:${digest(birth).slice(0, 32)}`;
}

/**
 * Is this the flag of that name that was there before? Design, section 2: the same type and target, and the purpose or at
 * least one evaluating function in common. A moved line, a renamed file or a new owner changes nothing; another function
 * behind the same name does. What is not said on one side is not the same as what is said on the other.
 */
export function continuityOf(before: FlagIdentity, now: FlagIdentity): Continuity {
  if ((before.type ?? null) !== (now.type ?? null)) return { holds: false, broken: 'type' };
  if (said(before.target) !== said(now.target)) return { holds: false, broken: 'target' };
  const purpose = said(now.purpose);
  if (purpose !== null && purpose === said(before.purpose)) return { holds: true, by: 'purpose' };
  const functions = functionsInCommon(before.where, now.where);
  return functions.length === 0
    ? { holds: false, broken: 'purpose_and_functions' }
    : { holds: true, by: 'function', functions };
}

/** The meaning of a flag, and how it came by it. What somebody stated in so many words wins over what can be worked out. */
export function settleMeaning(
  now: FlagIdentity,
  before: FlagOwnership | null,
  stated: string | null,
  digest: CanonicalDigest,
): { readonly meaning: string; readonly origin: MeaningOrigin } {
  if (stated !== null)
    return { meaning: stated, origin: { kind: 'stated', before: before?.meaning ?? null } };
  if (before === null) return { meaning: birthMeaning(now, digest), origin: { kind: 'born' } };
  const continuity = continuityOf(before, now);
  if (continuity.holds) {
    const functions = continuity.by === 'function' ? continuity.functions : [];
    return { meaning: before.meaning, origin: { kind: 'inherited', by: continuity.by, functions } };
  }
  return {
    meaning: meaningOtherThan(before.meaning, now, digest),
    origin: { kind: 'reborn', before: before.meaning, broken: continuity.broken },
  };
}

/** A flag of which nothing is said that could show it is the same must not get the old id again by silence. */
function meaningOtherThan(taken: string, now: FlagIdentity, digest: CanonicalDigest): string {
  const plain = birthMeaning(now, digest);
  if (plain !== taken) return plain;
  return `m:${digest({ reborn_after: taken, birth: plain }).slice(0, 32)}`;
}

function functionsInCommon(
  before: readonly CodeSite[] | undefined,
  now: readonly CodeSite[] | undefined,
): string[] {
  const known = new Set(before?.flatMap(functionIds));
  return [...new Set(now?.flatMap(functionIds))].filter((id) => known.has(id)).sort();
}

/** A function is known by its name wherever its file goes; a name that many share only together with its file. */
function functionIds(site: CodeSite): string[] {
  const name = nameOf(site);
  if (name === null) return [];
  return [GENERIC.has(name.toLowerCase()) ? `${site.file} ${name}` : name];
}

function nameOf(site: CodeSite): string | null {
  return said(site.symbol);
}

/** Words with their spaces evened out; null for what was not said. */
function said(words: string | null | undefined): string | null {
  const even = (words ?? '').replaceAll(/\s+/g, ' ').trim();
  return even === '' ? null : even;
}
