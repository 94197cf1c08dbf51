import path from 'node:path';
import type { Node } from 'web-tree-sitter';
import { givenText } from './composed-text.ts';
import { callSite, type Found, note, type Wanted } from './found.ts';
import { lastName } from './last-name.ts';
import { isSettingPath } from './settings.ts';
import { isSame } from './parser.ts';
import { placeOf } from './place.ts';
import { type Alias, escaped, importsName } from './registry.ts';
import { occurrences, type SourceText } from './source-text.ts';
import { lookAtAliasesInTemplate } from './templates.ts';
import { useAt, type Use } from './verdict.ts';
import { holderName } from './symbol.ts';

const NAMES = /identifier|^constant$|^name$|variable_name|^word$/;
const MEMBERS =
  /member|attribute$|navigation|field_access|selector|field_expression|scoped|qualified|scope_resolution|class_constant_access/;

/** Looks at every use of the constants that stand for flags. */
export function lookAtAliases(
  found: Found,
  source: SourceText,
  aliases: readonly Alias[],
  root: () => Node,
): void {
  if (source.isTemplate && !source.isTest) lookAtAliasesInTemplate(found, source, aliases);
  if (source.grammar === null || source.isTest) return;
  const held = new Map<string, boolean>();
  const hasSigil = source.grammar === 'bash' || source.grammar === 'php';
  for (const alias of aliases) {
    const outside = alias.file === source.file ? '' : (alias.container ?? '');
    const isHeld = held.get(outside) ?? source.text.includes(outside);
    held.set(outside, isHeld);
    if (!isHeld || alias.family !== source.family || !isWithinReach(alias, source)) continue;
    for (const at of occurrences(source.text, alias.name, hasSigil)) {
      if (alias.scope !== null && (at < alias.scope.start || at > alias.scope.end)) continue;
      if (isItsDeclaration(alias, source, at)) continue;
      if (
        alias.container !== null &&
        alias.file !== source.file &&
        !source.importsMembers &&
        !isMemberByText(source.text, at, alias.container)
      )
        continue;
      if (isFarAndUnknown(alias, source)) break;
      const node = root().descendantForIndex(at, at + alias.name.length);
      if (node === null || !NAMES.test(node.type) || node.text.replace(/^\$/, '') !== alias.name) continue;
      const value = wholeUse(node, alias, source);
      if (value === null) continue;
      const use = alias.isAccessor
        ? accessorUse(value)
        : isSettingPath(source.text, value)
          ? SETTING
          : useAt(placeOf(value), found.registry, callSite(source));
      note(found, source, alias.flag, at, value, withVia(use, value));
    }
  }
}

const SETTING: Use = { kind: 'read', via: null, type: null };

/** Is it a constant of another module that this file does not import? Told before any tree is made. */
function isFarAndUnknown(alias: Alias, source: SourceText): boolean {
  if (alias.container !== null || alias.isAccessor || alias.file === source.file) return false;
  // `from app import settings` and then `settings.NEW_CART`.
  if (source.family === 'python' && source.text.includes(`.${alias.name}`)) return false;
  return !isVisible(alias, source) && !/\*\s+as\s|\brequire\b|^\s*import\s+\w+/m.test(source.text);
}

/** Looks for the values of constants that calls were given: `X = "name"` makes X stand for the flag. */
export function lookForConstants(
  found: Found,
  source: SourceText,
  wanted: readonly Wanted[],
  root: () => Node,
): void {
  if (source.grammar === null || source.isTest) return;
  for (const { name, container, file, isMade } of wanted) {
    if (!source.text.includes(name) || (container !== null && !source.text.includes(container))) continue;
    // A value that is no text, and no call that is given one, cannot be a flag's name.
    const declared = new RegExp(
      String.raw`(?<![\w$.])["']?${escaped(name)}["']?\s*(?::[^=,;\n(]*)?(?:=>|[=:(])\s*(?:new\s+)?(?:[A-Za-z_.]*\(\s{0,200})?(?:["'\x60@$rbfF]|[A-Za-z_$][\w$.]*\s*\+|nameof\()`,
      'g',
    );
    for (const match of source.text.matchAll(declared)) {
      const at = match.index + match[0].indexOf(name);
      if (isMade === true && !MADE.test(source.text.slice(at + name.length, at + name.length + 120)))
        continue;
      const node = root().descendantForIndex(at, at + name.length);
      const holder = node === null ? null : holderAround(node);
      if (node === null || holder === null || holderName(holder) !== name) continue;
      const value = literalIn(holder, node, source) ?? valueOf(holder);
      const text = value === null ? null : givenText(value, source);
      if (value === null || text === null || text === '' || /\s/.test(text)) continue;
      const use = useAt(placeOf(value), found.registry, callSite(source));
      if (use.kind !== 'alias' || use.name !== name) continue;
      if (container !== null && use.container !== container && use.container !== null) continue;
      if (use.container === null && use.scope !== null && file !== source.file) continue;
      note(found, source, text, value.startIndex + Math.max(0, value.text.indexOf(text)), value, use);
    }
  }
}

// A class that says that what it makes is a flag; `Flag` and `Gate` of other things say more.
const MADE =
  /^\s*(?::[^=\n]{0,80})?=\s*(?:new\s+)?(?:\w+\.)*\w*(?:Flag|Switch|Toggle|Sample|FeatureGate|Experiment)\(\s*[frb]?["']/;

function holderAround(name: Node): Node | null {
  let current: Node | null = name;
  for (let steps = 0; current !== null && steps < 4; steps += 1, current = current.parent)
    if (
      /declarator$|assignment$|^pair$|_spec$|const_item|static_item|const_element|enum_case|enum_constant|public_field_definition|property_declaration|enum_assignment|init_declarator/.test(
        current.type,
      )
    )
      return current;
  return null;
}

function valueOf(holder: Node): Node | null {
  return (
    holder.childForFieldName('value') ??
    holder.childForFieldName('right') ??
    holder.namedChild(holder.namedChildCount - 1)
  );
}

function literalIn(holder: Node, name: Node, source: SourceText): Node | null {
  let current = valueOf(holder);
  for (let steps = 0; current !== null && steps < 5; steps += 1) {
    if (givenText(current, source) !== null && !isSame(current, name)) return current;
    current = current.childForFieldName('arguments')?.namedChild(0) ?? current.namedChild(0);
  }
  return null;
}

/** The expression that stands for the flag here, with what it is a member of; null when this is another thing of the same name. */
function wholeUse(node: Node, alias: Alias, source: SourceText): Node | null {
  const parent = node.parent;
  if (parent === null) return null;
  const wrapped = parent.type === 'variable_name' && parent.parent !== null ? parent : node;
  const outer = wrapped.parent;
  if (outer !== null && MEMBERS.test(outer.type) && !isSame(outer.namedChild(0), wrapped)) {
    const object = lastName(outer.namedChild(0)?.text ?? '');
    if (alias.container === null || alias.isAccessor) return isOpenName(alias, object, source) ? outer : null;
    if (object === alias.container) return outer;
    const isOwn = /^(?:this|self|cls|Self|static)$/.test(object) && alias.file === source.file;
    return isOwn || isRenamed(source.text, alias.container, object) ? outer : null;
  }
  if (isDeclaration(wrapped)) return null;
  if (alias.isAccessor) return alias.file === source.file ? null : wrapped;
  if (alias.container === null)
    return alias.file === source.file || isVisible(alias, source) ? wrapped : null;
  const isInside = alias.file === source.file && source.family !== 'javascript' && source.family !== 'python';
  return isInside || source.importsMembers ? wrapped : null;
}

/** May `object.NAME` be a constant that stands alone in a module or package called `object`? */
function isOpenName(alias: Alias, object: string, source: SourceText): boolean {
  if (/^(?:this|self)$/.test(object)) return false;
  if (source.family !== 'javascript') return true;
  return (
    alias.isAccessor ||
    new RegExp(String.raw`\*\s+as\s+${escaped(object)}\b|\b${escaped(object)}\s*=\s*require\b`).test(
      source.text,
    )
  );
}

function isVisible(alias: Alias, source: SourceText): boolean {
  if (source.family !== 'javascript' && source.family !== 'python') return true;
  return importsName(source.text, alias.name) && isImportedFrom(source, alias);
}

/** Does an import by a relative path lead to the file of the constant, or to a folder that may hand it on? */
function isImportedFrom(source: SourceText, { name, file }: Alias): boolean {
  const from = new RegExp(
    String.raw`\{[^{}]*\b${escaped(name)}\b[^{}]*\}\s*(?:from|=\s*require\()\s*["'](\.[^"'\n]*)["']`,
  ).exec(source.text)?.[1];
  if (from === undefined) return true;
  const wanted = path.posix
    .join(path.posix.dirname(source.file), from)
    .replace(/(?:\/index)?(?:\.[cm]?[jt]sx?)?$/, '');
  const bare = file.replace(/(?:\/index)?\.\w+$/, '');
  return bare === wanted || bare.startsWith(`${wanted}/`);
}

function isRenamed(text: string, container: string, object: string): boolean {
  return new RegExp(
    String.raw`\b${escaped(container)}\s+as\s+${escaped(object)}\b|\b${escaped(object)}\s*=\s*(?:[\w$]+\.)*${escaped(container)}\b`,
  ).test(text);
}

/** Is this the very place that gives the name its value? */
function isItsDeclaration({ file, origin }: Alias, source: SourceText, at: number): boolean {
  if (file !== source.file || at > origin || origin - at > 300) return false;
  return !/[;\n]/.test(source.text.slice(at, origin));
}

function isDeclaration(node: Node): boolean {
  const parent = node.parent;
  if (parent === null || /method_invocation|member_call_expression|^call$/.test(parent.type)) return false;
  if (/import|export_specifier|using|use_list|use_declaration/.test(parent.type)) return true;
  if (parent.type === 'dotted_name' && /import/.test(parent.parent?.type ?? '')) return true;
  const name =
    parent.childForFieldName('name') ?? parent.childForFieldName('left') ?? parent.childForFieldName('key');
  return isSame(name, node) && !/keyword_argument|^argument$/.test(parent.type);
}

function isWithinReach(alias: Alias, source: SourceText): boolean {
  if (alias.file === source.file) return !alias.isAccessor;
  if (alias.scope !== null) return false;
  if (!alias.isAccessor) return true;
  const parts = alias.file.split('/');
  const stem = (parts.at(-1) ?? '').replace(/\..*$/, '');
  return (
    source.fileSpeaks ||
    source.text.includes(stem) ||
    source.text.includes(parts.at(-2) ?? stem) ||
    /\bflags?\b/i.test(source.text)
  );
}

function isMemberByText(text: string, at: number, container: string): boolean {
  const before = text.slice(Math.max(0, at - 120), at);
  if (!/(?:\.|::|->)\s*$/.test(before)) return false;
  return (
    before.includes(container) ||
    new RegExp(String.raw`\b${escaped(container)}\s+as\b|=\s*(?:[\w$]+\.)*${escaped(container)}\b`).test(text)
  );
}

/** An accessor that is used at all asks for the flag; one that is only named in an import does not. */
function accessorUse(value: Node): Use {
  const parent = value.parent;
  const isUsed = parent !== null && !/import|export/.test(parent.type);
  return isUsed ? { kind: 'read', via: null, type: null } : { kind: 'mention' };
}

function withVia(use: Use, value: Node): Use {
  return use.kind === 'read' ? { ...use, via: value.text.replaceAll(/\s+/g, '').slice(0, 120) } : use;
}
