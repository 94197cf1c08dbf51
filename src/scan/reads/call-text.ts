import { asksForFlag, holdsFlagMembers, isOtherWork, tokensOf } from './call-words.ts';
import { occurrences } from './source-text.ts';

/** The last class that begins before this offset, by the text alone. */
export function classBefore(text: string, at: number): string | null {
  const start = text.lastIndexOf('class ', at);
  return start === -1 ? null : (/^class\s+(\w+)/.exec(text.slice(start, start + 120))?.[1] ?? null);
}

/** Is a call's first argument a member of a type that speaks of flags, as in `enabled(FeatureFlag.NEW_CART)`? Then it is a flag's name. */
export function givesFlagMember(list: string): boolean {
  const type = /^\s{0,9}\(\s{0,200}(?:[a-z_]\w*\.)?([A-Z]\w*)(?:\.|::)[A-Za-z_]\w*(?:\.value)?\s*[,)]/.exec(
    list,
  )?.[1];
  return type !== undefined && holdsFlagMembers(type);
}

const MEMBER = /^(?:[A-Za-z_]\w*(?:\.|::)){0,4}?([A-Z]\w*)(?:\.|::)[A-Za-z_]\w*$/;

/** Is this a member of a type that speaks of flags, and so a flag's name: `FeatureType.NewCart`? */
export function isFlagMember(expression: string): boolean {
  const type = MEMBER.exec(expression)?.[1];
  return type !== undefined && holdsFlagMembers(type);
}

const QUESTION =
  /^(?:is|has|can|should|may|must|check|require|requires|ensure|allow|allows|allowed|authorize|authorise|if|when|unless|enabled)$/;
const ANSWER = /^(?:result|state|status|value|decision)$/;

/** Does the name of a call put a question, whatever it is about: `IsAuthorized`, `GetAuthorizationResult`? Given a member of a type of flags it asks for that one. */
export function putsQuestion(name: string): boolean {
  const tokens = tokensOf(name).filter((token) => token !== 'async');
  if (isOtherWork({ name, receiver: '' })) return false;
  return QUESTION.test(tokens[0] ?? '') || (tokens[0] === 'get' && ANSWER.test(tokens.at(-1) ?? ''));
}

// From the name of a function to the last of its parameters, as people write them.
const LONGEST_HEAD = 400;

/** Could it be a parameter of a function above whose name says that it asks for a flag? Told before any tree is made. */
export function isGivenToAsker(text: string, name: string, at: number): boolean {
  for (const place of occurrences(text.slice(0, at), name))
    for (const [, asker = ''] of text
      .slice(Math.max(0, place - LONGEST_HEAD), place)
      .matchAll(/([A-Za-z_$][\w$]*)\s{0,9}[=:(<]/g))
      if (asksForFlag({ name: asker, receiver: '' })) return true;
  return false;
}
