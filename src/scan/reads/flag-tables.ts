import { holdsFlags, tokensOf } from './call-words.ts';
import { lastName } from './last-name.ts';

type Source = { readonly text: string; readonly family: string };

// What hands out the table itself: .NET's `IOptions<FeatureFlags>`, a reactive reference.
const UNWRAPPED = /[?!]?\.(?:Value|CurrentValue|value|current)$/;

/** The name of the thing that an expression stands for, without what only unwraps it: `_options.Value` → _options. */
export function tableName(expression: string): string {
  const bare = expression.trim().replace(UNWRAPPED, '');
  return lastName(GIVES_TABLE.exec(bare)?.[1] ?? bare);
}

// `useFeatureFlags(course).newCart`
const GIVES_TABLE = /((?:use|get)\w{0,60}(?:Flags|Toggles|Switches))\([^()]*\)$/;

/** Does this expression stand for a table of flags: by its own name, or by the type or the call that its file gives it? */
export function isFlagTable(expression: string, source: Source): boolean {
  const name = tableName(expression);
  return name !== '' && (holdsFlags(name) || namedTables(source).has(name));
}

const TYPE = String.raw`\w*(?:Flags|Toggles|Features|Switches|(?:Flag|Toggle|Feature|Switch|Features|Flags|Toggles)(?:Options|Settings|Config|Configuration))`;
const SPEAKS = /Flags|Toggles|Features|Switches|(?:Flag|Toggle|Feature|Switch)(?:Options|Settings|Config)/;
const TYPED_BEFORE = new RegExp(
  String.raw`(?<![\w.])(?:I?Options(?:Monitor|Snapshot)?<)?(${TYPE})>?\??\s{1,9}([A-Za-z_]\w*)(?=\s{0,9}[;,=){])`,
  'g',
);
const TYPED_AFTER = new RegExp(
  String.raw`(?<![\w$.])([A-Za-z_$][\w$]*)\??\s{0,9}:\s{0,9}(?:(?:Partial|Readonly|Optional)[<[])?["']?(${TYPE})(?![\w.(<])`,
  'g',
);
const BOUND =
  /\b(?:const|let|var|val)\s{1,9}([A-Za-z_$][\w$]*)\s{0,9}=\s{0,9}(?:await\s{1,9})?(?:[\w$]{1,60}\.){0,4}((?:use|get|load|fetch)\w{0,40}(?:Flags|Toggles|Switches))(?:<[^<>()]{0,80}>)?\(/g;
// `RefreshFeaturesOptions` says how a thing is done.
const OF_WORK =
  /^(?:get|set|use|load|fetch|refresh|init|create|make|update|sync|list|find|read|write|register|evaluate|eval|render|show|manage)$/;
const BEFORE = /^(?:c-sharp|java|php|cpp)$/;

const known = new WeakMap<Source, ReadonlySet<string>>();

/** What this file calls the tables of flags that it is given or asks for, whatever their names say. */
function namedTables(source: Source): ReadonlySet<string> {
  const before = known.get(source);
  if (before !== undefined) return before;
  const names = new Set<string>();
  if (SPEAKS.test(source.text)) {
    const isBefore = BEFORE.test(source.family);
    for (const match of source.text.matchAll(isBefore ? TYPED_BEFORE : TYPED_AFTER)) {
      const [type = '', name = ''] = isBefore ? match.slice(1) : [match[2], match[1]];
      if (holdsFlags(type) && !OF_WORK.test(tokensOf(type)[0] ?? '')) names.add(name);
    }
    if (!isBefore) for (const [, name = ''] of source.text.matchAll(BOUND)) names.add(name);
  }
  known.set(source, names);
  return names;
}
