import { callSite, type Found, note } from './found.ts';
import { callNamesIn } from './call-names.ts';
import { isAskedOfClient } from './clients.ts';
import { openCall, receiverBefore } from './open-call.ts';
import { type Alias, isOwnCall, keyPlaces, mayAsk, seemsToAsk } from './registry.ts';
import { isOtherTable } from './other-trades.ts';
import { occurrences, type SourceText } from './source-text.ts';
import { typeAsked } from './asked-type.ts';
import { holdsFlagMembers, isFirm } from './call-words.ts';
import { attributeBefore, directiveBefore, isInComment, loadsWaffle, tagBefore } from './markup.ts';
import { isFlagMember, putsQuestion } from './call-text.ts';
import { isFlagTable, tableName } from './flag-tables.ts';
import { settingIn } from './settings.ts';
import { useAt, type Use } from './verdict.ts';

const MENTION: Use = { kind: 'mention' };
const LONGEST_CALL = 400;

/**
 * What is a flag's name there for at this place of a template: Razor, ERB, the markup of a component? There is no syntax tree of such a file, so only two things
 * count: the first text that a call is given which asks for a flag, and the attribute of an element that shows its content while a flag is on.
 */
export function useInTemplate(found: Found, source: SourceText, flag: string, at: number): Use {
  const before = source.whole.slice(Math.max(0, at - LONGEST_CALL), at);
  const after = source.whole.slice(at + flag.length, at + flag.length + LONGEST_CALL);
  if (isInComment(source, at)) return MENTION;
  const tag = /<([\w.-]+)\b[^<>]*?\s([\w:.-]+)=(["'])(?:[^"'<>]*,\s*)?$/.exec(before);
  if (tag !== null && new RegExp(`^\\s*(?:,[^"'<>]*)?${tag[3] ?? '"'}`).test(after)) {
    const [, element = '', attribute = ''] = tag;
    return useAt({ kind: 'attribute', attribute, element }, found.registry, callSite(source));
  }
  const asker = tagBefore(source, before) ?? directiveBefore(before);
  if (asker !== null) return { kind: 'read', via: asker, type: null };
  const quote = before.at(-1) ?? '';
  if (/["'`]/.test(quote) && after.startsWith(quote)) {
    const outside = before.slice(0, -1);
    const setting = settingIn(outside, flag) ?? tableIn(outside, source);
    return setting === null ? givenTo(found, source, outside) : { kind: 'read', via: setting, type: null };
  }
  return memberUse(found, source, before);
}

/** `flags['x']` */
function tableIn(before: string, source: SourceText): string | null {
  const table = /([\w.?!]{1,80})\[\s{0,9}$/.exec(before)?.[1];
  return table !== undefined && isFlagTable(table, source) && !isOtherTable(table, source)
    ? `${tableName(table)}[]`
    : null;
}

/** `Html.IsAuthorized(FeatureType.X)` and `Model.FeatureFlags.X`. */
function memberUse(found: Found, source: SourceText, before: string): Use {
  const path = /(?:[A-Za-z_]\w*[?!]?(?:\.|::)){1,6}$/.exec(before)?.[0] ?? '';
  if (path === '') return MENTION;
  const attribute = attributeBefore(before.slice(0, -path.length));
  if (attribute !== null) return useAt({ kind: 'attribute', ...attribute }, found.registry, callSite(source));
  if (isFlagMember(`${path}x`)) return givenTo(found, source, before.slice(0, -path.length), true);
  const table = path.replace(/[?!]?(?:\.|::)$/, '');
  // A bare `FeatureFlags` is a type, whose members are names.
  return (/[.:]/.test(table) || /^[a-z_]/.test(table)) &&
    isFlagTable(table, source) &&
    !isOtherTable(table, source)
    ? { kind: 'read', via: `${tableName(table)}.`, type: null }
    : MENTION;
}

/** Looks at the uses of constants that stand for flags in a template: `FeatureFlagKeys.X` in a call that asks. */
export function lookAtAliasesInTemplate(found: Found, source: SourceText, aliases: readonly Alias[]): void {
  for (const { name, container, family, flag, scope, isAccessor } of aliases) {
    if (family !== source.family || scope !== null || container === null || isAccessor) continue;
    for (const at of occurrences(source.whole, name)) {
      const before = source.whole.slice(Math.max(0, at - LONGEST_CALL), at);
      const path = new RegExp(`(?:[\\w]+(?:\\.|::))*${container}(?:\\.|::)$`).exec(before)?.[0];
      if (path === undefined || (source.text[at] === source.whole[at] && source.grammar !== null)) continue;
      const outside = before.slice(0, -path.length);
      const attribute = attributeBefore(outside);
      let use = MENTION;
      if (!isInComment(source, at))
        use =
          attribute === null
            ? givenTo(found, source, outside, holdsFlagMembers(container))
            : useAt({ kind: 'attribute', ...attribute }, found.registry, callSite(source));
      note(
        found,
        source,
        flag,
        at,
        null,
        use.kind === 'read' ? { ...use, via: `${container}.${name}` } : use,
      );
    }
  }
}

const GIVEN =
  /^\s{0,9}\(\s{0,99}(?:(["'])([^"'\s$#{}]{1,200})\1|(?:\w+(?:\.|::)){0,4}?(\w+)(?:\.|::)([A-Z]\w*))\s{0,99}[,)]/;

/** Looks at the calls in the markup of a template that are known to ask for a flag, whether it is defined or not. */
export function lookAtCallsInTemplate(found: Found, source: SourceText, pieces: readonly string[]): void {
  if (!source.isTemplate || source.isTest) return;
  const { whole, text, family } = source;
  if (family === 'python' && loadsWaffle(whole)) lookAtTags(found, source);
  if (family === 'c-sharp') lookAtElements(found, source);
  const site = callSite(source);
  for (const { name, index } of callNamesIn(whole, pieces)) {
    // The script of a component is read as code.
    if (source.grammar !== null && text.startsWith(name, index)) continue;
    const start = index + name.length;
    const [all, , literal, container, member] = GIVEN.exec(whole.slice(start, start + LONGEST_CALL)) ?? [];
    if (all === undefined || !mayAsk(found.registry, name) || isInComment(source, index)) continue;
    const callee = { name, receiver: receiverBefore(whole, index) };
    const places = keyPlaces(found.registry, callee, site) ?? [];
    const isSure =
      isAskedOfClient(callee, site) || isFirm(callee, 9) || isOwnCall(found.registry, callee, site);
    if (!isSure || !places.some((place) => place.index === 0)) continue;
    if (literal !== undefined)
      note(found, source, literal, start + all.indexOf(literal), null, {
        kind: 'read',
        via: name,
        type: typeAsked(name),
      });
    else if (container !== undefined && member !== undefined) {
      found.news.wanted.push({ name: member, container, file: source.file });
      found.news.families.add(family);
    }
  }
}

/** The flags of waffle's own tags, whether they are defined or not. */
function lookAtTags(found: Found, source: SourceText): void {
  for (const { 1: tag = '', 2: flag = '', index, 0: all } of source.whole.matchAll(
    /\{%-?\s{0,9}(flag|switch|sample)\s{1,9}["']([^"'\s]{1,200})["']/g,
  ))
    if (!isInComment(source, index))
      note(found, source, flag, index + all.lastIndexOf(flag), null, { kind: 'read', via: tag, type: null });
}

/** .NET's `<feature name="x">` and `<feature name="@(Flags.X)">`, whether the flag is defined or not. */
function lookAtElements(found: Found, source: SourceText): void {
  for (const { 0: all, 1: path, 2: literal, index } of source.whole.matchAll(
    /<feature\s[^<>]{0,200}?\bname="(?:@\(?((?:\w{1,80}\.){1,4}\w{1,80})\)?|([^"@\s,]{1,200}))"/g,
  )) {
    if (isInComment(source, index)) continue;
    const [name = '', container = ''] = path?.split('.').toReversed() ?? [];
    const at = index + all.lastIndexOf(literal ?? name);
    if (literal !== undefined)
      note(found, source, literal, at, null, { kind: 'read', via: '<feature name>', type: null });
    else {
      found.news.wanted.push({ name, container, file: source.file });
      found.news.families.add(source.family);
    }
  }
}

function givenTo(found: Found, source: SourceText, before: string, isMember = false): Use {
  const callee = openCall(before);
  if (callee === null || callee.name === '') return MENTION;
  const inside = before.slice(before.lastIndexOf('('));
  if (/["'`]/.test(inside)) return MENTION;
  const site = callSite(source);
  const asks =
    keyPlaces(found.registry, callee, site) !== null ||
    seemsToAsk(found.registry, callee, site) ||
    (isMember && putsQuestion(callee.name)) ||
    (source.family === 'python' && /^(?:switch|sample)$/.test(callee.name) && before.trimEnd().endsWith('('));
  return asks ? { kind: 'read', via: callee.name, type: typeAsked(callee.name) } : MENTION;
}
