import type { FlagOwnership } from '../model/flag.ts';
import { quoted } from '../model/quoted.ts';
import type { FlagCount, FlagRule, ValueKind } from './flag-rule.ts';
import { nameOf } from './guard.ts';
import type { Guard } from './guard.ts';
import type { Refusal } from './refusal.ts';
import { countOfUnknown, countRefusal } from './tally.ts';

/** The key of a flag's metadata under which a flag service says what the flag means. */
const MEANING_KEY = 'haunted.meaning';

/** What a provider answered, as far as the guard looks at it. */
export type Answer = {
  readonly value: unknown;
  readonly errorCode?: unknown;
  readonly flagMetadata?: Readonly<Record<string, string | number | boolean>>;
};

/** May the code ask for this flag? The row when it may, a refusal when not, null when the flag is ignored here. Counts it. */
export function askFlag(guard: Guard, flag: string, kind: ValueKind): FlagRule | Refusal | null {
  const rule = guard.rules.get(flag);
  if (rule === undefined) return askUnknown(guard, flag);
  const { count } = rule;
  count.evaluated += 1;
  count.lastSeenAt = guard.now();
  if (guard.problem === null && rule.standing === null && (rule.kind === null || rule.kind === kind))
    return rule;
  if (guard.problem === null && rule.isIgnored) {
    count.isBound = true;
    count.ignored += 1;
    return null;
  }
  return refuse(count, refusalOf(guard, rule, kind));
}

function refusalOf(guard: Guard, { row, standing, kind: owned }: FlagRule, kind: ValueKind): Refusal {
  const { flag } = row;
  if (guard.problem !== null) return { code: 'binary_not_ours', flag, sentence: guard.problem };
  if (standing !== null) return { code: standing, flag, sentence: standingSentence(guard, row.flag) };
  return {
    code: 'flag_type_changed',
    flag,
    sentence: `The code asks for flag ${quoted(flag)} as ${kind}, and in ${nameOf(guard)} it is ${row.type ?? owned}; make the two agree.`,
  };
}

/** Why a flag that the table has is not let in: asleep, shackled or gone. */
export function standingSentence(guard: Guard, flag: string): string {
  const row = guard.rules.get(flag)?.row;
  const what = `Flag ${quoted(flag)} is ${row?.state ?? 'not there'} in ${nameOf(guard)}`;
  const owner = row?.owner ?? null;
  const whom = owner === null ? 'it has no owner there' : `its owner there is ${quoted(owner)}`;
  return `${what}, and ${whom}: stop setting it, or wake it with a new manifest.`;
}

/** Why a flag is none that messages carry: its row names ways, and `message` is none of them. Null when a message may carry it. */
export function notSentClause(guard: Guard, { travels_in: channels = [] }: FlagOwnership): string | null {
  if (channels.length === 0 || channels.includes('message')) return null;
  return `in ${nameOf(guard)} it travels by ${channels.join(', ')} only; list \`message\` in its row, or do not send it.`;
}

function askUnknown(guard: Guard, flag: string): Refusal | null {
  const count = countOfUnknown(guard.tally, flag);
  if (count !== null) {
    count.evaluated += 1;
    count.lastSeenAt = guard.now();
  }
  if (guard.problem !== null)
    return refuse(count, { code: 'binary_not_ours', flag, sentence: guard.problem });
  if (guard.ignorable.has(flag)) {
    if (count !== null) {
      count.isBound = true;
      count.ignored += 1;
    }
    return null;
  }
  return refuse(count, { code: 'flag_not_owned', flag, sentence: unknownSentence(guard, flag) });
}

/** Why a flag that the table does not have is not let in. */
export function unknownSentence(guard: Guard, flag: string): string {
  return `Flag ${quoted(flag)} is not in the flag ownership table of ${nameOf(guard)}: check its spelling, or give it a row and an owner in a new manifest.`;
}

/** Is what the provider answered what the flag means here? Null when it is; then the flag counts as set. */
export function judgeAnswer(
  guard: Guard,
  rule: FlagRule,
  { value, errorCode, flagMetadata }: Answer,
): Refusal | null {
  const said = flagMetadata?.[MEANING_KEY];
  if (said !== undefined && said !== rule.meaning) {
    rule.count.saidMeaning = String(said);
    return refuse(rule.count, {
      code: 'flag_reused',
      flag: rule.row.flag,
      sentence: `The flag service gives flag ${quoted(rule.row.flag)} the meaning ${quoted(String(said))}, and in ${nameOf(guard)} it means ${quoted(rule.meaning)}: one name, two switches; give one of them a new name.`,
    });
  }
  // A provider that does not have the flag, or fails, sets nothing; the SDK falls back to the default by itself.
  if (errorCode !== undefined) return null;
  rule.count.saidMeaning = said === undefined ? null : rule.meaning;
  rule.count.isBound = true;
  if (rule.kind === null || isOfKind(value, rule)) return null;
  return refuse(rule.count, {
    code: 'flag_type_changed',
    flag: rule.row.flag,
    sentence: `The flag service gives flag ${quoted(rule.row.flag)} a value that is no ${rule.row.type ?? rule.kind}, which it is in ${nameOf(guard)}; make the two agree.`,
  });
}

function isOfKind(value: unknown, { kind, isInteger }: FlagRule): boolean {
  if (typeof value !== kind) return false;
  return kind === 'object' ? value !== null : !isInteger || Number.isInteger(value);
}

function refuse(count: FlagCount | null, refusal: Refusal): Refusal {
  if (count !== null) {
    count.isBound = true;
    countRefusal(count, refusal.code);
  }
  return refusal;
}
