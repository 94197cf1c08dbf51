import type { Node } from 'web-tree-sitter';
import { ancestorsOf } from './ancestors.ts';
import type { Callee } from './call-words.ts';
import { houseReceiver } from './sdk-kinds.ts';
import { typeName } from './symbol.ts';

const LONGEST = 240;

/** The name and the receiver of a call, an attribute or a command, from its own text. */
export function calleeOf(call: Node, list: Node | null): Callee {
  if (call.type === 'implicit_object_creation_expression') return { name: declaredType(call), receiver: '' };
  const end = list === null ? call.endIndex : list.startIndex;
  const from = Math.max(call.startIndex, end - LONGEST);
  const text = call.text
    .slice(from - call.startIndex, end - call.startIndex)
    .replaceAll(/\/\/[^\n]*\n|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\s*(?:::)?<[^()]*>\s*$/, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/(?:\?\.|!)?\s*$/, '');
  const called = calledThrough(text);
  const name = /([A-Za-z_$][\w$]*[?!$]?)$/.exec(called)?.[1] ?? '';
  const receiver = called.slice(0, called.length - name.length).trim();
  return { name: name.replace(/!$/, ''), receiver: houseReceiver(receiver, typeName(call)) };
}

// `sync_to_async(waffle.flag_is_active)(request, "x")`: what is called is what was handed in.
const HANDED_IN = /[\w$]\(\s*((?:[A-Za-z_$][\w$]*\.){0,4}[A-Za-z_$][\w$]*)\s*,?\s*\)$/;

/** The text of what is really called: a function that is given another and called at once stands for that other. */
export function calledThrough(head: string): string {
  return head.endsWith(')') ? (HANDED_IN.exec(head)?.[1] ?? head) : head;
}

/** `static readonly Toggle X = new("x")` says the type on the left. */
function declaredType(creation: Node): string {
  for (const current of ancestorsOf(creation)) {
    const type = current.childForFieldName('type');
    if (type !== null) return /([A-Za-z_]\w*)(?:<[^<>]*>)?\??$/.exec(type.text)?.[1] ?? '';
    if (/statement|member|accessor/.test(current.type)) break;
  }
  return '';
}
