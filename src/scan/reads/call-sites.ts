import type { Node } from 'web-tree-sitter';
import { FlagName } from '../../model/text.ts';
import { ancestorsOf } from './ancestors.ts';
import { typeAsked } from './asked-type.ts';
import { asksForFlag, isFirm, isLoose, isSdkName, plain } from './call-words.ts';
import { calleeOf } from './callee.ts';
import { lastName } from './last-name.ts';
import { callNamesIn } from './call-names.ts';
import { classBefore, givesFlagMember, isGivenToAsker } from './call-text.ts';
import { isAskedOfClient } from './clients.ts';
import { callSite, type Found, learnAlias, learnWrapper, note, noteBroken } from './found.ts';
import { composedText } from './composed-text.ts';
import { type Call, callOfName, keysOfCall } from './key-of-call.ts';
import { receiverBefore } from './open-call.ts';
import { isCountryCode } from './other-trades.ts';
import { partsOf } from './parser.ts';
import { lookAtAskedConstants, wantConstant } from './wanted.ts';
import { importsName, isOwnCall, keyPlaces, mayAsk } from './registry.ts';
import { houseReceiver } from './sdk-kinds.ts';
import type { SourceText } from './source-text.ts';
import { literalText, stringNode } from './string-value.ts';
import { functionName, isFunction } from './symbol.ts';
import { lookAtCallsInTemplate } from './templates.ts';

// Every run of spaces has its end, or a line of nothing else would be gone through again and again.
const OPENS =
  /\s{0,40}(?:(?:!|\?\.|::)\s{0,40})?(?:<[^()]{0,120}>\s{0,40})?\((?:\s{0,400}|\s{0,40}\/\/[^\n]{0,200}\n\s{0,200})[^)\s\d]/y;
const OPENS_BARE = /[ \t]*[(:"'$\w]/y;

/**
 * Looks at every call in a file that is known to ask for a flag, and follows the key it gives: to a name, a constant or a parameter.
 * `pieces` are what of the calls' names was found in the file; with `only` no other call than these counts.
 */
export function lookAtCalls(
  found: Found,
  source: SourceText,
  pieces: readonly string[],
  only: ReadonlySet<string> | null,
  root: () => Node,
): void {
  if (only === null) lookAtCallsInTemplate(found, source, pieces);
  if (source.grammar === null || source.isTest) return;
  const { text } = source;
  const site = callSite(source);
  const opens = source.grammar === 'bash' || source.grammar === 'ruby' ? OPENS_BARE : OPENS;
  for (const { name: word, index } of callNamesIn(text, pieces)) {
    opens.lastIndex = index + word.length;
    const isOpened = opens.test(text);
    // `flags?.x` and `cond ? a : b` are not Ruby's question marks.
    const name = isOpened ? word : word.replace(/\?$/, '');
    if (only === null ? !mayAsk(found.registry, name) : !only.has(name)) continue;
    if (!isOpened) {
      opens.lastIndex = index + name.length;
      if (!opens.test(text)) continue;
    }
    const receiver = houseReceiver(receiverBefore(text, index), classBefore(text, index));
    if (keyPlaces(found.registry, { name, receiver }, site) === null) continue;
    // A loose call matters only for a literal that is a defined flag's name, and those are looked at by themselves.
    const isKnown =
      isAskedOfClient({ name, receiver }, site) ||
      isFirm({ name, receiver }, 9) ||
      givesFlagMember(text.slice(index + name.length, index + name.length + 400));
    if (isSdkName(name) && !found.registry.wrappers.has(name) && !isKnown) continue;
    const node = root().descendantForIndex(index, index + name.length);
    const call = node === null ? null : callOfName(node);
    if (call === null) {
      if (node !== null) noteBroken(found, source, index, node);
      continue;
    }
    const callee = calleeOf(
      call.node,
      call.list ?? (call.node.type === 'command' ? (partsOf(call.node)[1] ?? null) : null),
    );
    const isSure =
      !isSdkName(callee.name) ||
      isOwnCall(found.registry, callee, site) ||
      isAskedOfClient(callee, site) ||
      isFirm(callee, call.list === null ? 1 : partsOf(call.list).length) ||
      givesFlagMember(call.list?.text ?? '');
    for (const key of keysOfCall(call, keyPlaces(found.registry, callee, site) ?? []))
      followKey(found, source, key, callee.name, call, isSure, root);
  }
  if (only !== null) return;
  lookAtAskedConstants(found, source, root);
  for (const match of text.matchAll(/\/ofrep\/v1\/evaluate\/flags\/(?=[$#{"'`])/g))
    followAddress(found, source, match.index, root());
  lookAtSubscripts(found, source, root);
}

function followKey(
  found: Found,
  source: SourceText,
  key: Node,
  via: string,
  call: Call,
  isSure: boolean,
  root: () => Node,
): void {
  const literal = stringNode(key);
  const text = literal === null ? null : literalText(literal);
  if (literal !== null && text !== null && !/\$/.test(text)) {
    if (
      isPlausible(text) &&
      !isCountryCode(text, source) &&
      (found.names.has(text) || (isSure && !isShortOfLoose(text, via)))
    ) {
      note(found, source, text, literal.startIndex + Math.max(0, literal.text.indexOf(text)), literal, {
        kind: 'read',
        via,
        type: typeAsked(via),
      });
      noteHolder(found, source, text, call.node);
    }
    return;
  }
  if (!isSure) return;
  const composed = composedText(key, source);
  if (composed !== null) {
    if (isPlausible(composed))
      note(found, source, composed, key.startIndex, key, { kind: 'read', via, type: typeAsked(via) });
    return;
  }
  const own = parameterOf(key, source);
  if (own !== null) {
    learnWrapper(found, { name: own.name, file: source.file, family: source.family, place: own.place });
    return;
  }
  if (/substitution|binary|concatenated|call/.test(key.type)) return;
  want(found, source, key, root);
}

/** A constant that the call is given: its value has to be found before the read can be told. */
function want(found: Found, source: SourceText, key: Node, root: () => Node): void {
  const text = key.text
    .replaceAll(/\s+/g, '')
    .replace(/^"?\$\{?(\w+)\}?"?$/, '$1')
    .replace(/\.(?:value|key|name|slug|id|Value|Key|getKey\(\)|getValue\(\))$/, '');
  const match = /^(?:[\w$.:>!?-]*?([A-Za-z_$][\w$]*)[!?]*(?:\.|::|->))?([A-Za-z_$][\w$]*)$/.exec(text);
  if (match === null) return;
  const [, container = null, name = ''] = match;
  const isLocal = !/^[A-Z]|^k[A-Z]/.test(name) && !(container === null && importsName(source.text, name));
  wantConstant(found, source, { name, container, isLocal, isMade: false }, root);
}

/** Remembers what an asking function that chooses its own flag is called, and the accessors of generated code. */
function noteHolder(found: Found, source: SourceText, flag: string, call: Node): void {
  let isFirst = true;
  for (const current of ancestorsOf(call)) {
    const isHolder = /declarator$|^pair$|var_spec|public_field_definition|property_declaration/.test(
      current.type,
    );
    if (!isFunction(current) && !isHolder) continue;
    const name = isFunction(current)
      ? functionName(current)
      : lastName(current.childForFieldName('name')?.text ?? current.childForFieldName('key')?.text ?? '');
    if (name === null || name === '') continue;
    if (
      isFunction(current) &&
      isFirst &&
      asksForFlag({ name, receiver: '' }) &&
      parametersOf(current).length > 0
    )
      found.registry.fixed.add(`${source.family} ${name}`);
    isFirst = false;
    if (source.isGenerated && plain(name).includes(plain(flag))) {
      const { file, family } = source;
      const origin = current.startIndex;
      learnAlias(found, { name, container: null, flag, file, family, scope: null, origin, isAccessor: true });
      return;
    }
  }
}

/** `…/evaluate/flags/${name}` asks over HTTP: who gives the name? */
function followAddress(found: Found, source: SourceText, at: number, root: Node): void {
  const end = at + '/ofrep/v1/evaluate/flags/'.length;
  const node = root.descendantForIndex(end, end + 1);
  const inner = node === null ? null : innermost(node, source.text, end);
  const own = inner === null ? null : parameterOf(inner, source);
  if (own !== null)
    learnWrapper(found, { name: own.name, file: source.file, family: source.family, place: own.place });
}

function innermost(node: Node, text: string, at: number): Node | null {
  const offset = /^(?:"\s*[+,.]\s*|'\s*[+,.]\s*|[$#]?\{?\s*)/.exec(text.slice(at, at + 12))?.[0].length ?? 0;
  if (text[at] === '$' && /\d/.test(text[at + 1] ?? ''))
    return node.tree.rootNode.descendantForIndex(at, at + 2);
  return node.tree.rootNode.descendantForIndex(at + offset, at + offset + 1);
}

// Only the end of the holder's name: a pattern that begins with any word is tried at every letter.
const SUBSCRIPT =
  /(?:[Ff]lags|FLAGS|[Tt]oggles|[Ss]witches|FEATURES)(?:\s+as\s+[\w<>]+)?[)!?.]*\s*(?:\[|\.get\()\s*([A-Za-z_$][\w$]*)\s*[\],)]/g;

/** `flags[name]` in a function that is given the name makes the function a wrapper. */
function lookAtSubscripts(found: Found, source: SourceText, root: () => Node): void {
  for (const match of source.text.matchAll(SUBSCRIPT)) {
    const name = match[1] ?? '';
    let start = match.index;
    while (start > 0 && /\w/.test(source.text[start - 1] ?? '')) start -= 1;
    if (!isGivenToAsker(source.text, name, start)) continue;
    const at = match.index + match[0].lastIndexOf(name);
    const node = root().descendantForIndex(at, at + name.length);
    if (node === null || !/identifier/.test(node.type)) continue;
    const own = parameterOf(node, source);
    if (own !== null && asksForFlag({ name: own.name, receiver: '' }))
      learnWrapper(found, { name: own.name, file: source.file, family: source.family, place: own.place });
  }
}

/** Of which function around it is this a parameter, and which one? Closures are looked through. */
function parameterOf(
  key: Node,
  source: SourceText,
): {
  readonly name: string;
  readonly place: { readonly index: number | null; readonly keyword: string | null };
} | null {
  const text = key.text
    .replace(/^[&*]+/, '')
    .replace(/[!?]+$/, '')
    .replace(/^\$(?=[A-Za-z_])/, '');
  const positional =
    /^"?\$\{?(\d)\}?"?$/.exec(key.text)?.[1] ?? (source.grammar === 'bash' ? shellParameter(key) : undefined);
  if (positional === undefined && !/^[A-Za-z_][\w$]*$/.test(text)) return null;
  for (const current of ancestorsOf(key)) {
    if (!isFunction(current)) continue;
    const name = functionName(current);
    if (positional !== undefined)
      return name === null ? null : { name, place: { index: Number(positional) - 1, keyword: null } };
    const parameters = parametersOf(current);
    const index = parameters.indexOf(text);
    if (index === -1) continue;
    return name === null || /^(?:constructor|__init__|initialize)$/.test(name)
      ? null
      : { name, place: { index, keyword: text } };
  }
  return null;
}

/** `local key="$1"` and then `$key`. */
function shellParameter(key: Node): string | undefined {
  const name =
    /^"?\$\{?([A-Za-z_]\w*)\}?"?$/.exec(key.text)?.[1] ??
    (key.type === 'variable_name' ? key.text : undefined);
  if (name === undefined) return undefined;
  for (const current of ancestorsOf(key))
    if (isFunction(current)) return new RegExp(String.raw`\b${name}="?\$\{?(\d)`).exec(current.text)?.[1];
  return undefined;
}

/** The names of a function's parameters, in order, without the object it is called on. */
function parametersOf(node: Node): readonly string[] {
  const list =
    node.childForFieldName('parameters') ??
    node.childForFieldName('parameter') ??
    declaratorParameters(node) ??
    node.namedChildren.find((child) =>
      /parameters$|parameter_list|function_value_parameters/.test(child.type),
    ) ??
    null;
  if (list === null) return [];
  if (/identifier/.test(list.type)) return [list.text];
  return partsOf(list)
    .filter((part) => !/separator|self_parameter/.test(part.type) && !/^(?:self|cls|this)$/.test(part.text))
    .flatMap((part) => {
      const names = part.childrenForFieldName('name').flatMap((name) => (name === null ? [] : [name]));
      const chosen =
        names.length > 0
          ? names
          : [
              part.childForFieldName('pattern') ??
                part.childForFieldName('left') ??
                part.childForFieldName('declarator') ??
                part,
            ];
      return chosen.map((name) => /[A-Za-z_][\w$]*/.exec(name.text)?.[0] ?? '');
    });
}

function declaratorParameters(node: Node): Node | null {
  let current = node.childForFieldName('declarator');
  while (current !== null) {
    const list = current.childForFieldName('parameters');
    if (list !== null) return list;
    current = current.childForFieldName('declarator');
  }
  return null;
}

/** What is asked of a `flagService` in two letters is the flag of a country. */
function isShortOfLoose(text: string, via: string): boolean {
  return text.length <= 2 && isLoose(via);
}

function isPlausible(text: string): boolean {
  // What is refused by a schema wakes the whole of zod, so the usual refusals come first.
  return text !== '' && !/\s/.test(text.trim()) && !/^[\d.]+$/.test(text) && FlagName.safeParse(text).success;
}
