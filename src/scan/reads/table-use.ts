import type { Node } from 'web-tree-sitter';
import { ancestorsOf } from './ancestors.ts';
import { type Callee, isNoun, isOtherWork, tokensOf } from './call-words.ts';
import { partsOf } from './parser.ts';
import { stringNode } from './string-value.ts';
import { functionName, holderName, isFunction } from './symbol.ts';

// What stands beside the flag in a table that something goes through to decide what is shown, run or reached.
const BESIDE =
  /^(?:path|paths|component|components|element|route|routes|href|url|to|menu|children|render|handler|handlers|exact|layout|page|pages|view|views|guard|guards|loader|command|action|onclick|tab|tabs|icon|title|label|enabled|enable|visible|hidden|show|filter|permission|permissions|role|roles|default|fallback|method|job|schedule|task|plugin|module|import|redirect|resolve|items|submenu|exec|run|fn|callback|middleware|policy|step|steps|widget|panel|column|columns)$/;
const TABLES =
  /^(?:route|routes|router|routing|menu|menus|nav|navigation|sidebar|page|pages|tab|tabs|guard|guards|gate|gates|job|jobs|command|commands|plugin|plugins|module|modules|step|steps|middleware|middlewares|handler|handlers|view|views|panel|panels|widget|widgets|column|columns|section|sections|config|options|props|settings|endpoint|endpoints|schema|query|fields|actions)$/;
// A table that keeps books about flags, or shows them, asks for none.
const BOOKS =
  /^(?:removed|removal|reason|deprecated|archived|retired|stale|tombstone|tombstones|graveyard|owner|owners|owned|expires|expiry|history|changelog|registry|catalog|inventory|legacy|audit|args|argtypes|story|stories|example|examples|sample|samples|mock|mocks|fixture|fixtures|demo|stub|since|ticket|jira|cleanup|created|updated|docs|documentation|event|events|analytics|telemetry)$/;
const GUARDS =
  /^(?:route|routes|router|path|url|guard|gate|page|menu|view|step|tab|nav|command|handler|job|task|endpoint|middleware|module|plugin|worker|when|if|require|requires|required|include|register)$/;

/**
 * Is a flag's name under a key such as `flag:` there to be asked for? A log line, an event and a book about flags name flags in the
 * same words. It counts where the table stands beside what it decides about, or is called what such tables are called.
 */
export function isAskedTable(entry: Node, callee: Callee | null): boolean {
  if (isListOfNames(entry)) return false;
  const beside = siblingWords(entry);
  if (beside.some((word) => BOOKS.test(word)) || standsInBooks(entry)) return false;
  if (callee !== null && isOtherWork(callee) && !tokensOf(callee.name).some((token) => GUARDS.test(token)))
    return false;
  return beside.some((word) => BESIDE.test(word)) || isInTable(entry);
}

/** `{ newCartFlagKey: 'new-cart', oldCartFlagKey: 'old-cart' }`: every key names its own text, so the table only lists them. */
function isListOfNames(entry: Node): boolean {
  const key = partsOf(entry)[0]?.text ?? '';
  if (tokensOf(key).every((word) => OF_ANY_FLAG.test(word))) return false;
  const pairs = entry.parent === null ? [] : partsOf(entry.parent);
  return pairs.length > 1 && pairs.every((pair) => stringNode(partsOf(pair)[1] ?? pair) !== null);
}

const OF_ANY_FLAG =
  /^(?:features?|flags?|toggles?|gates?|killswitch|key|keys|name|names|id|ids|required?s?|when|if|unless|by|is|hidden|hide|visible|show|shown|enabled|disabled|enable|on|off|with|under|behind|guard|ui)$/;

/** Is a flag's name under a keyword such as `flag=` there to be asked for? */
export function isAskedKeyword(keyword: string, callee: Callee): boolean {
  // `feature_flag=` says so by itself; `flag=` is said to loggers and counters as well.
  const isExplicit =
    tokensOf(keyword).filter((token) => /^(?:(?:feature|flag|toggle|gate)s?|required?s?)$/.test(token))
      .length > 1;
  if (isExplicit) return !isOtherWork(callee) && !isNoun(callee.name);
  return tokensOf(callee.name).some((token) => GUARDS.test(token)) && !isOtherWork({ ...callee, name: '' });
}

/** Is this place never reached, by its own words: `if (false)`? */
export function isUnreachable(node: Node): boolean {
  for (const current of ancestorsOf(node)) {
    if (isFunction(current)) return false;
    if (!/^if_(?:statement|expression)$|^if$/.test(current.type)) continue;
    const condition = current.childForFieldName('condition');
    const then = current.childForFieldName('consequence') ?? current.childForFieldName('body');
    if (condition === null || then === null) continue;
    const isNever = /^\(?\s*(?:false|False|0)\s*\)?$/.test(condition.text);
    if (isNever && node.startIndex >= then.startIndex && node.endIndex <= then.endIndex) return true;
  }
  return false;
}

function siblingWords(entry: Node): readonly string[] {
  if (entry.parent === null) return [];
  return partsOf(entry.parent)
    .filter((part) => part.id !== entry.id)
    .slice(0, 40)
    .flatMap((part) => tokensOf((partsOf(part)[0] ?? part).text.slice(0, 60)));
}

function standsInBooks(entry: Node): boolean {
  for (const current of ancestorsOf(entry)) {
    const name = nameOf(current);
    if (name !== null && tokensOf(name).some((token) => BOOKS.test(token))) return true;
    if (isFunction(current)) return false;
  }
  return false;
}

/** Is the table, or the one around it, a constant or a key that is called as such tables are? */
function isInTable(entry: Node): boolean {
  for (const current of ancestorsOf(entry)) {
    if (isFunction(current) || /return|throw|raise/.test(current.type)) return false;
    const name = nameOf(current);
    if (name !== null && tokensOf(name).some((token) => TABLES.test(token))) return true;
  }
  return false;
}

function nameOf(node: Node): string | null {
  if (isFunction(node)) return functionName(node);
  return /declarator|assignment|^pair$|_spec$|property_declaration|field_definition|_item$/.test(node.type)
    ? holderName(node)
    : null;
}
