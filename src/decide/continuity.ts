import type { CodeSite, FlagOwnership, FlagType } from '../model/flag.ts';
import { alikeFunctions } from './alike-functions.ts';
import { functionsInCommon, nameOf, saidWords } from './code-functions.ts';

/** The sha256, in hex, of a value's RFC 8785 form. Handed in, because a judge hashes nothing itself. */
export type CanonicalDigest = (value: unknown) => string;

/**
 * The parts of a flag that say what it selects: owner, lines and times are not among them. The state tells only whether it may have been
 * reworked (`alikeFunctions`); it is no part of the meaning.
 */
export type FlagIdentity = Pick<FlagOwnership, 'flag' | 'type' | 'purpose' | 'target' | 'where'> &
  Partial<Pick<FlagOwnership, 'state'>>;

/** Why a flag is, or is not, the one of that name in the manifest before. */
export type Continuity =
  | { readonly holds: true; readonly by: 'purpose' }
  /** `alike`: the functions are not the same by name, and like those before (`alikeFunctions`). */
  | { readonly holds: true; readonly by: 'function' | 'alike'; readonly functions: readonly string[] }
  /** Too little is said on one side to compare, and nothing that is said differs. */
  | { readonly holds: true; readonly by: 'no_contradiction' }
  | { readonly holds: false; readonly broken: 'type' | 'target' | 'purpose_and_functions' };

/** How a flag came by its meaning. */
export type MeaningOrigin =
  /** No manifest before knew the name. */
  | { readonly kind: 'born' }
  /** It is the flag of that name in the manifest before. */
  | {
      readonly kind: 'inherited';
      readonly by: 'purpose' | 'function' | 'alike' | 'no_contradiction';
      readonly functions: readonly string[];
    }
  /** The name was there before and selected something else: the name is reused. */
  | {
      readonly kind: 'reborn';
      readonly before: string;
      readonly broken: 'type' | 'target' | 'purpose_and_functions';
    }
  /** The name was used before and is taken again on purpose: it gets a meaning it never had. */
  | { readonly kind: 'reopened'; readonly before: string | null }
  /** Somebody wrote the meaning down; `before` is what the manifest before said, null when it did not know the name. */
  | { readonly kind: 'stated'; readonly before: string | null };

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
    purpose: saidWords(flag.purpose),
    target: saidWords(flag.target),
    first_code_sites: birthSites(flag.where),
  };
  return `m:${digest(birth).slice(0, 32)}`;
}

/**
 * Is this the flag of that name that was there before? Design, section 2: the same type and target, and the purpose or at
 * least one evaluating function in common. A moved line, a renamed file or a new owner changes nothing; another function
 * behind the same name does, unless it is alike and no purpose says otherwise (`alikeFunctions`). It takes two statements to differ: where one side says nothing of its type, target, purpose or
 * functions, the two agree about it (docs/decisions/0012-reopened-names.md). `lastSaid` keeps a silence from hiding a change.
 */
export function continuityOf(before: FlagIdentity, now: FlagIdentity): Continuity {
  if (!typesAgree(before.type, now.type)) return { holds: false, broken: 'type' };
  if (differ(saidWords(before.target), saidWords(now.target))) return { holds: false, broken: 'target' };
  const purposes = [saidWords(before.purpose), saidWords(now.purpose)] as const;
  if (purposes[0] !== null && purposes[0] === purposes[1]) return { holds: true, by: 'purpose' };
  const functions = functionsInCommon(before.where, now.where);
  if (functions.length > 0) return { holds: true, by: 'function', functions };
  if (differ(...purposes)) return { holds: false, broken: 'purpose_and_functions' };
  if (!namesFunctions(before) || !namesFunctions(now)) return { holds: true, by: 'no_contradiction' };
  const isAwake = before.state === 'live' && now.state === 'live';
  const alike = alikeFunctions(before.where, now.where, isAwake);
  return alike.length > 0
    ? { holds: true, by: 'alike', functions: alike }
    : { holds: false, broken: 'purpose_and_functions' };
}

/** Do two types not contradict each other? `number` says only that it is one, so an integer is no other type. */
export function typesAgree(before: FlagType | undefined, now: FlagType | undefined): boolean {
  if (before === undefined || now === undefined || before === now) return true;
  const [plain, exact] = before === 'number' ? [before, now] : [now, before];
  return plain === 'number' && (exact === 'integer' || exact === 'float');
}

/**
 * A flag with what its row leaves out filled in from older rows of the same meaning, given newest first: the definition may
 * say nothing for a while, or the code may be gone for one release, and what comes next is still compared with what was.
 */
export function lastSaid(before: FlagOwnership, older: readonly FlagOwnership[]): FlagOwnership {
  const lives = [before, ...older.filter((row) => row.meaning === before.meaning)];
  const type = lives.find((row) => row.type !== undefined)?.type;
  return {
    ...before,
    ...(type === undefined ? {} : { type }),
    purpose: lives.find((row) => saidWords(row.purpose) !== null)?.purpose ?? null,
    target: lives.find((row) => saidWords(row.target) !== null)?.target ?? null,
    where: lives.find(namesFunctions)?.where ?? before.where ?? [],
  };
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
    const functions = 'functions' in continuity ? continuity.functions : [];
    return { meaning: before.meaning, origin: { kind: 'inherited', by: continuity.by, functions } };
  }
  return {
    meaning: meaningOtherThan(before.meaning, now, digest),
    origin: { kind: 'reborn', before: before.meaning, broken: continuity.broken },
  };
}

/** A meaning for a name that is taken again on purpose: none of those it had. Pure; `taken` in any order. */
export function reopenedMeaning(
  now: FlagIdentity,
  taken: ReadonlySet<string>,
  digest: CanonicalDigest,
): string {
  const plain = birthMeaning(now, digest);
  if (!taken.has(plain)) return plain;
  return `m:${digest({ reopened_after: [...taken].sort(), birth: plain }).slice(0, 32)}`;
}

/** What was born under the same words and became something else in between must not get the old id by chance. */
function meaningOtherThan(taken: string, now: FlagIdentity, digest: CanonicalDigest): string {
  const plain = birthMeaning(now, digest);
  if (plain !== taken) return plain;
  return `m:${digest({ reborn_after: taken, birth: plain }).slice(0, 32)}`;
}

function differ(before: string | null, now: string | null): boolean {
  return before !== null && now !== null && before !== now;
}

function namesFunctions(flag: FlagIdentity): boolean {
  return (flag.where ?? []).some((site) => nameOf(site) !== null);
}
