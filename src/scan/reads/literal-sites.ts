import type { Node } from 'web-tree-sitter';
import { holdsFlagName, holdsFlags, sdkKeyPlaces } from './call-words.ts';
import { isFlagTable, tableName } from './flag-tables.ts';
import { callSite, type Found, note } from './found.ts';
import { isTested } from './asked.ts';
import { lastName } from './last-name.ts';
import { openCall } from './open-call.ts';
import { directiveBefore } from './markup.ts';
import { isCountryCode, isOtherTable } from './other-trades.ts';
import { isDeletion, type Place, placeOf } from './place.ts';
import { escaped, keyPlaces, seemsToAsk } from './registry.ts';
import { originalName } from './renamed.ts';
import {
  isInSettings,
  isReadFromSettings,
  isSettingProperty,
  isSettings,
  isSettingsCall,
  settingRead,
} from './settings.ts';
import { occurrences, type SourceText } from './source-text.ts';
import { literalText, stringNode } from './string-value.ts';
import { useInTemplate } from './templates.ts';
import { useAt, type Use } from './verdict.ts';

const QUOTES = /["'`]/;
const MENTION: Use = { kind: 'mention' };

/** Looks at every place where a defined flag's name stands in a file, and parses the file only when one could be a read. */
export function lookAtNames(
  found: Found,
  source: SourceText,
  names: readonly string[],
  root: () => Node,
): void {
  for (const flag of names) {
    for (const at of occurrences(source.whole, flag)) {
      const isCode = source.grammar !== null && source.text[at] === source.whole[at];
      if (!isCode && source.isTemplate && !source.isTest) {
        note(found, source, flag, at, null, useInTemplate(found, source, flag, at));
        continue;
      }
      if (!isCode || source.isTest || !isPromising(found, source, flag, at)) {
        note(found, source, flag, at, null, MENTION);
        continue;
      }
      const node = root().descendantForIndex(at, at + flag.length);
      if (node === null) note(found, source, flag, at, null, MENTION);
      else lookAtNode(found, source, flag, at, node);
    }
  }
}

function lookAtNode(found: Found, source: SourceText, flag: string, at: number, node: Node): void {
  if (isCountryCode(flag, source)) {
    note(found, source, flag, at, node, MENTION);
    return;
  }
  const literal = stringNode(node);
  if (literal !== null && literalText(literal) === flag) {
    const place = placeOf(literal);
    const use = useAt(place, found.registry, callSite(source));
    const setting = use.kind !== 'read' ? settingRead(place, flag, source) : null;
    note(
      found,
      source,
      flag,
      at,
      literal,
      setting === null ? use : { kind: 'read', via: setting, type: null },
    );
    return;
  }
  if (literal !== null) {
    const before = source.text.slice(Math.max(0, at - 90), at);
    const via = before.endsWith('/ofrep/v1/evaluate/flags/')
      ? 'ofrep'
      : isInSettings(before) && isReadFromSettings(source.text.slice(at + flag.length, at + flag.length + 40))
        ? 'settings'
        : source.family === 'javascript'
          ? directiveBefore(before)
          : null;
    note(found, source, flag, at, literal, via === null ? MENTION : { kind: 'read', via, type: null });
    return;
  }
  note(found, source, flag, at, node, /comment/.test(node.type) ? MENTION : nameUse(found, source, node));
}

/** What a name that stands as code is there for: a property of a table of flags, or a member of a type that stands for the flag. */
function nameUse(found: Found, source: SourceText, node: Node): Use {
  const { parent } = node;
  // `new Features(NewCart: true)` says which of what it is given is meant.
  if (parent?.type === 'argument' && parent.childForFieldName('name')?.id === node.id) return MENTION;
  const object = parent !== null && MEMBER.test(parent.type) ? parent.namedChild(0) : null;
  const isMember = parent !== null && object !== null && object.id !== node.id;
  const holder = holderOfProperty(node, source);
  if (isMember ? isNameOfType(object.text, source) : holder === null && /^[A-Z]/.test(node.text)) {
    const whole = isMember ? parent : node;
    const place = placeOf(whole);
    if (isBitTest(place, source)) return MENTION;
    const use = useAt(place, found.registry, callSite(source));
    if (use.kind === 'read') return use;
    if (!isTested(whole)) return MENTION;
  }
  return holder === null ? MENTION : { kind: 'read', via: `${holder}.`, type: null };
}

/** .NET asks every enum of bits `mode.HasFlag(FileMode.X)`; only a name says that the bits are features. */
function isBitTest(place: Place, { family }: SourceText): boolean {
  if (family !== 'c-sharp' || place.kind !== 'argument' || place.callee.name !== 'HasFlag') return false;
  return !/feature|toggle|experiment/i.test(place.callee.receiver + place.item.text);
}

const MEMBER = /member|attribute|navigation|field_access|selector|field_expression|qualified|scoped|scope_/;

/** Is this the name of a type or a package, whose members are names of flags and no values? */
function isNameOfType(object: string, { family, text }: SourceText): boolean {
  const holder = tableName(object);
  // C# writes a property of an object as it writes a type of a namespace: `_settings.Value.FeatureFlags`.
  if (family === 'javascript' && /^[A-Z]/.test(holder) && isGiven(holder, text)) return false;
  if (/^[A-Z]/.test(holder)) return family !== 'c-sharp' || !/^(?:this\b|_?[a-z]\w*[?!]?\.)/.test(object);
  return family === 'go' && new RegExp(String.raw`"(?:[^"\n]*/)?${escaped(holder)}"`).test(text);
}

/** Does AngularJS hand this thing to a function of the file: `function (Features) {`? */
function isGiven(name: string, text: string): boolean {
  return name !== '' && new RegExp(String.raw`\bfunction\s*\w*\([^()]{0,400}\b${escaped(name)}\b`).test(text);
}

// What a list, a map or an answer has itself: a flag called `search` may be read as a property, one called `filter` is not told from these.
const OF_EVERY_LIST =
  /^(?:length|size|count|total|data|results?|items?|error|map|filter|forEach|find|findIndex|findLast|some|every|includes|contains|indexOf|join|push|pop|shift|slice|splice|sort|reduce|concat|keys|values|entries|get|set|has|add|delete|remove|clear|at|flat|flatMap|reverse|reversed|toString|on|off|all|first|last|update|copy|append|extend|insert|index|type|name|addEventListener|removeEventListener|subscribe|pipe|where|select|any|toList|toArray|firstOrDefault|enabled|disabled|active|isEnabled|isActive)$/i;

/** Of which table of flags is this name a property that is read: `ui.flags.x`, `const { x } = useFlags()`? Null when of none. */
function holderOfProperty(node: Node, source: SourceText): string | null {
  const parent = node.parent;
  if (parent === null) return null;
  if (MEMBER.test(parent.type)) {
    const object = parent.namedChild(0);
    if (object === null || object.id === node.id) return null;
    const isSetting = isSettingProperty(object.text, node.text);
    const holder = tableName(object.text);
    if (!isSetting && (!isFlagTable(object.text, source) || isOtherTable(object.text, source))) return null;
    if (OF_EVERY_LIST.test(node.text)) return null;
    const outer = parent.parent;
    const isWritten =
      outer !== null &&
      ((/assignment/.test(outer.type) && outer.childForFieldName('left')?.id === parent.id) ||
        isDeletion(outer));
    return isWritten ? null : holder;
  }
  const pattern = node.type.endsWith('_pattern')
    ? parent
    : parent.type === 'pair_pattern'
      ? parent.parent
      : null;
  if (pattern?.type !== 'object_pattern') return null;
  if (parent.type === 'pair_pattern' && parent.childForFieldName('key')?.id !== node.id) return null;
  // const { uiConfig: { flags: { x } } } = …
  const table =
    pattern.parent?.type === 'pair_pattern' ? pattern.parent.childForFieldName('key')?.text : null;
  if (table !== undefined && table !== null) return holdsFlags(table) ? table : null;
  if (pattern.parent?.type !== 'variable_declarator') return null;
  const value = pattern.parent.childForFieldName('value')?.text ?? '';
  const holder = lastName(value.replace(/\([^()]*\)\s*$/, ''));
  return holdsFlags(holder) || /^use(?:Feature)?Flags$/.test(holder) ? holder : null;
}

/**
 * Could the tree say something else than "mentioned" about this place? Decided from the text around it, and never "no" for a
 * place that is a read: parsing costs forty times as much as looking.
 */
function isPromising(found: Found, source: SourceText, flag: string, at: number): boolean {
  const { text } = source;
  const before = text.slice(Math.max(0, at - 400), at);
  const after = text[at + flag.length] ?? '';
  if (QUOTES.test(before.at(-1) ?? '') && QUOTES.test(after))
    return (
      MEMBERSHIP.test(text.slice(at + flag.length + 1, at + flag.length + 80)) ||
      isPromisingLiteral(found, source, before.slice(0, -1))
    );
  if (before.endsWith('/flags/') || isInSettings(before.slice(-90)) || directiveBefore(before) !== null)
    return true;
  if (source.grammar === 'bash') return /[\s"'(]$/.test(before);
  if (source.grammar === 'ruby' && /(?:^|[^:]):$/.test(before)) return true;
  const object = /((?:[\w$]+\.){0,3}[\w$)\]!?]+)\s*(?:\?|!)?\.\s*$/.exec(before)?.[1];
  if (/^[A-Z]/.test(flag) && ASKED_AFTER.test(text.slice(at + flag.length, at + flag.length + 40)))
    return true;
  if (object !== undefined)
    return (
      isFlagTable(object, source) ||
      /[)\]]$/.test(object) ||
      /(?:feature|flag|toggle|gate)[\w$)\]!?]*$/i.test(object) ||
      isSettingProperty(object, flag)
    );
  if (/^[A-Z]\w*$/.test(flag) && /[(,]\s*$/.test(before)) return true;
  if (/^[\w$]+$/.test(flag) && /[{,]\s*$/.test(before))
    return (
      /^[^{};]{0,400}\}[\s},]*=[^;\n]*flags/i.test(text.slice(at, at + 500)) ||
      /\b\w*(?:[fF]lags|[tT]oggles|[fF]eatures)\s*:\s*\{[^{}]*$/.test(before)
    );
  return false;
}

const MEMBERSHIP = /^\s{0,9}(?:not\s{1,9})?in\s{1,9}[\w.$]*(?:flag|feature|toggle|switch)/i;

const ASKED_AFTER =
  /^\s*[?!]*\.\s*(?:is_?(?:active|enabled|on|disabled|inactive|off)|enabled\??|active\??)\s*\(/i;

function isPromisingLiteral(found: Found, source: SourceText, before: string): boolean {
  if (
    (source.family === 'cpp' && /\w\s*\{\s*$/.test(before)) ||
    /=>\s*$|\bconst\s+[\w: &'*]+=\s*$|define\s+\w+\s+$/.test(before)
  )
    return true;
  if (/(?:[=!]=|\bcase)\s*$/.test(before)) return false;
  const given = /(?:^|[^=!<>])[=:]\s*(?:await\s+)?[[{(]*\s*$/.exec(before);
  if (given !== null && mayBeGiven(source, before.slice(0, given.index + 1))) return true;
  const indexed = /((?:[\w$]+\.){0,3}[\w$]*[)\]!?.]*)\s*\[\s*$/.exec(before)?.[1] ?? null;
  if (indexed !== null && indexed !== '' && !isFlagTable(indexed, source) && !/[)\]]/.test(indexed))
    return isSettings(indexed);
  if (indexed !== null && indexed !== '') return true;
  const callee = openCall(before);
  if (callee === null)
    return (
      /[,[{(]\s*$/.test(before) && /[=:]\s*(?:new\s+\w+)?[\s[({]*(?:["'`][^"'`]*["'`]\s*,\s*)*$/.test(before)
    );
  if (holdsFlagName(/([\w-]+)\s*[:=]\s*$/.exec(before)?.[1] ?? '')) return true;
  const site = callSite(source);
  return (
    /^[A-Z]/.test(callee.name) ||
    (callee.name === 'new' && source.family === 'c-sharp') ||
    (callee.name === '' && /\(\s*$/.test(before)) ||
    isSettingsCall(callee) ||
    originalName(callee.name, source) !== null ||
    sdkKeyPlaces(callee, SPEAKING) !== null ||
    keyPlaces(found.registry, callee, site) !== null ||
    seemsToAsk(found.registry, callee, site)
  );
}

/** May a value under this key, attribute or name be a flag that is read, or a constant that stands for one? */
function mayBeGiven(source: SourceText, before: string): boolean {
  const { family, isTest } = source;
  const name = /([\w$-]+)["'\]]?\s*(?:[:?]\s*[\w.<>[\] |&*"']+)?\s*$/.exec(before)?.[1];
  // A form that is not understood here is left to the tree.
  if (name === undefined || isTest) return true;
  if (holdsFlagName(name) || /^(?:[A-Z]|_*k[A-Z])/.test(name)) return true;
  if (family !== 'javascript') return true;
  if (/(?:const|let|var|static|readonly|private|public|enum)\s+[\w$]+\s*(?::[^=]*)?$/.test(before))
    return true;
  if (/^(?:name|features?|is|id|key|featureKey)$/.test(name))
    return /<\w*(?:[Ff]eature|[Ff]lag|[Tt]oggle|[Gg]ate|[Ee]xperiment)\w*\s[^<>]*$|\(\s*\{[^{}]*$/.test(
      before,
    );
  return holdsFlagTable(source);
}

const SPEAKING = { fileSpeaks: true };
const tables = new WeakMap<SourceText, boolean>();

/** Remembered, because a file may say a flag's name a hundred times. */
function holdsFlagTable(source: SourceText): boolean {
  const known = tables.get(source) ?? FLAG_TABLE.test(source.text);
  tables.set(source, known);
  return known;
}

const FLAG_TABLE =
  /(?:flags|features|toggles|keys|flag|feature|toggle)\w*\s*(?::[^=\n]+)?=\s*(?:Object\.freeze\()?\{|\benum\s/i;
