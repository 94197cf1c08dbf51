import type { Node } from 'web-tree-sitter';
import { type Callee, tokensOf } from './call-words.ts';
import { isFlagTable, tableName } from './flag-tables.ts';
import { itemsOf } from './key-of-call.ts';
import type { Place } from './place.ts';

type Source = { readonly text: string; readonly family: string };

// What a program reads its own settings from.
const TABLE =
  /(?:^|[.\s(!])(?:AppSettings|(?:os\.)?environ|ENV|_ENV|process\.env|import\.meta\.env|Deno\.env)$/;
const CALLS = /^(?:getenv|Getenv|LookupEnv|GetEnvironmentVariable|getEnvironmentVariable|env)$/;
const GETS = /^(?:get|Get|fetch|getProperty|GetValue)$/;
const OF_ENVIRONMENT = /(?:^|[.\s(!])(?:environ|ENV|env|Environment|AppSettings)\.\s*$/;
const KEPT = /^(?:config|configs|conf|cfg|configuration|settings|env|environment)$/;
const ASKS_KEPT = /^(?:get|is|has|use|observe|read|load|fetch|select|watch)$/;

/** Does a flag's name say that it is one? What is called `timeout`, or no more than `enabled`, may be any setting. */
function isNamedAsFlag(flag: string): boolean {
  const words = tokensOf(flag);
  return (
    words.length > 1 &&
    words.some((word) =>
      /^(?:features?|flags?|ff|toggles?|switch|experiments?|experimental|enabled?|disabled?)$/.test(word),
    )
  );
}

/** Is this a table in which a program finds its settings: the environment of Node or `os.environ`, .NET's AppSettings? */
export function isSettings(expression: string): boolean {
  return TABLE.test(expression.replace(/[?!]$/, ''));
}

/** Is this a call that asks for a setting: of the environment, or of what the team keeps, as `getConfigValue` does? */
export function isSettingsCall({ name, receiver }: Callee): boolean {
  if (CALLS.test(name) || (GETS.test(name) && OF_ENVIRONMENT.test(receiver)) || name === 'getattr')
    return true;
  const tokens = tokensOf(name);
  return ASKS_KEPT.test(tokens[0] ?? '') && tokens.some((token) => KEPT.test(token));
}

/** What reads the setting that a flag is, where this place does: a flag may be a variable of the environment as well. Null for none. */
export function settingRead(place: Place, flag: string, source: Source): string | null {
  if (place.kind === 'argument' && place.callee.name === 'getattr') {
    const object = place.index === 1 ? (itemsOf(place.call)[0]?.text ?? '') : '';
    return isFlagTable(object, source) || isSettingProperty(object, flag) ? 'getattr' : null;
  }
  if (!isNamedAsFlag(flag)) return null;
  if (place.kind === 'subscript' && !place.isWrite && isSettings(place.object))
    return place.object.slice(-40);
  if (place.kind !== 'argument' || !isSettingsCall(place.callee)) return null;
  return place.index === 0 || (place.index === 1 && !CALLS.test(place.callee.name))
    ? place.callee.name
    : null;
}

/** Is this the property of a table of settings that a flag is: `import.meta.env.FEATURE_CART`, `config.FeatureFlagCart`? */
export function isSettingProperty(object: string, flag: string): boolean {
  if (!isNamedAsFlag(flag)) return false;
  return isSettings(object) || KEPT.test(tokensOf(tableName(object)).at(-1) ?? '');
}

/** The same by the text before the flag's name alone: `AppSettings["`. */
export function settingIn(before: string, flag: string): string | null {
  const table = /([\w.]{1,80})\[\s{0,9}$/.exec(before)?.[1];
  return table !== undefined && isSettings(table) && isNamedAsFlag(flag) ? table.slice(-40) : null;
}

// .NET's feature management keeps its flags among the settings, where they can be asked for past it; teams have sections of their own.
const SECTION = String.raw`(?:\w{1,40}:){0,3}(?:FeatureManagement|(?:Feature)?(?:Flags?|Toggles?)|Features?):`;
const ASKS = String.raw`(?:\b(?:GetValue(?:<[\w?]{1,20}>)?|GetSection)\(\s{0,9}|[\w)]\[)`;
const LITERAL = new RegExp(`${ASKS}"${SECTION}$`);
const FILLED_IN = new RegExp(String.raw`${ASKS}\$"${SECTION}\{\s{0,9}$`);
const WRITTEN = /^"?(?:\})?"\s{0,9}\]\s{0,9}=[^=]/;

/** Does the text before a flag's name ask .NET's settings for it: `GetValue<bool>("FeatureManagement:`? */
export function isInSettings(before: string): boolean {
  return LITERAL.test(before);
}

/** Is the section that this name ends only read, and no longer than the name? */
export function isReadFromSettings(after: string): boolean {
  return after.startsWith('"') && !WRITTEN.test(after);
}

/** The same for a constant: `$"FeatureManagement:{Flags.NewCart}"`. */
export function isSettingPath(text: string, value: Node): boolean {
  if (value.parent?.type !== 'interpolation') return false;
  const after = text.slice(value.endIndex, value.endIndex + 40);
  return (
    FILLED_IN.test(text.slice(Math.max(0, value.startIndex - 90), value.startIndex)) && !WRITTEN.test(after)
  );
}
