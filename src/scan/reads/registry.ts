import type { DeclaredCall } from '../source-tree.ts';
import {
  asksForFlag,
  type Callee,
  holdsFlagName,
  isCommonName,
  isSdkName,
  type KeyPlace,
  sdkKeyPlaces,
  speaksOfFlags,
} from './call-words.ts';
import { clientPlaces } from './clients.ts';
import { isOfOtherTrade } from './other-trades.ts';

/** A name that stands for a flag's name: a constant, an enum member, a key of an exported table, a generated accessor. */
export type Alias = {
  readonly name: string;
  /** The type, table or namespace it is a member of; null for one that stands alone. */
  readonly container: string | null;
  readonly flag: string;
  readonly file: string;
  readonly family: string;
  /** Where in its file it is known; null for everywhere. */
  readonly scope: { readonly start: number; readonly end: number } | null;
  /** Where in its file the flag's name stands. */
  readonly origin: number;
  /** An accessor asks for the flag itself: using it is a read, wherever its value goes. */
  readonly isAccessor: boolean;
};

/** A function of the team that hands its argument on to something that asks for a flag. */
export type Wrapper = {
  readonly name: string;
  readonly file: string;
  readonly family: string;
  readonly place: KeyPlace;
};

/** What has been learned about a source tree so far. It only grows. */
export type Registry = {
  readonly aliases: Map<string, Alias[]>;
  readonly wrappers: Map<string, Wrapper[]>;
  /** Functions that ask for a flag of their own choice, by family and name: what they are given is not what they ask for. */
  readonly fixed: Set<string>;
  readonly declared: readonly DeclaredCall[];
};

/** Where a call stands: its file, the languages it can call, and whether the file names a flag system. */
export type CallSite = {
  readonly file: string;
  readonly family: string;
  readonly text: string;
  readonly fileSpeaks: boolean;
};

export function emptyRegistry(declared: readonly DeclaredCall[]): Registry {
  return { aliases: new Map(), wrappers: new Map(), fixed: new Set(), declared };
}

/** Adds an alias, or says that it was known. */
export function addAlias({ aliases }: Registry, alias: Alias): boolean {
  return addTo(aliases, alias.name, alias);
}

/** Adds a wrapper, or says that it was known. */
export function addWrapper({ wrappers }: Registry, wrapper: Wrapper): boolean {
  return addTo(wrappers, wrapper.name, wrapper);
}

function addTo<T>(map: Map<string, T[]>, key: string, value: T): boolean {
  const list = map.get(key) ?? [];
  if (list.some((known) => JSON.stringify(known) === JSON.stringify(value))) return false;
  map.set(key, [...list, value]);
  return true;
}

/** At which places does this call take a flag's name? Null when it is not known to take one at all. */
export function keyPlaces(registry: Registry, callee: Callee, site: CallSite): readonly KeyPlace[] | null {
  const declared = registry.declared.filter((call) => isDeclared(call, callee));
  if (declared.length > 0) return declared.map(({ argument }) => ({ index: argument, keyword: null }));
  const own = wrappersOf(registry, callee, site);
  const asked = clientPlaces(callee, site);
  const known = asked === undefined ? guessedPlaces(callee, site) : asked;
  if (own.length > 0)
    return [...own.map(({ place }) => place), ...(known ?? []).map((index) => ({ index, keyword: null }))];
  if (!Array.isArray(asked) && isFixed(registry, callee, site)) return null;
  return known?.map((index) => ({ index, keyword: null })) ?? null;
}

function guessedPlaces(callee: Callee, site: CallSite): readonly number[] | null {
  const places = sdkKeyPlaces(callee, site);
  return places === null || isOfOtherTrade(callee, site) ? null : places;
}

/** Can a call of this name ask for a flag at all? Fast, and never "no" for one that can. */
export function mayAsk({ wrappers, declared }: Registry, name: string): boolean {
  return isSdkName(name) || wrappers.has(name) || declared.some(({ call }) => call.endsWith(name));
}

/** Does the name of a call alone say that it asks for a flag, and does nothing known speak against it? */
export function seemsToAsk(registry: Registry, callee: Callee, site: CallSite): boolean {
  return (
    asksForFlag(callee) &&
    !isOfOtherTrade(callee, site) &&
    !isFixed(registry, callee, site) &&
    !isOwnOther(registry, callee, site)
  );
}

/** Is it a function of this very file that hands its argument to nothing that asks for a flag? Then its name misleads. */
function isOwnOther({ wrappers }: Registry, { name, receiver }: Callee, { file, text }: CallSite): boolean {
  if (receiver !== '' || wrappers.get(name)?.some((wrapper) => wrapper.file === file) === true) return false;
  const declared = new RegExp(
    String.raw`\b(?:function\*?|def|func|fun|fn)\s+${escaped(name)}\s*[(<]|\b(?:const|let|var)\s+${escaped(name)}\s*=\s*(?:async\s*)?(?:\(|function|\w+\s*=>)`,
  ).exec(text);
  return declared !== null && !takesFlag(name, text.slice(declared.index + declared[0].length - 1));
}

/** Does a function that says that it is about feature flags say the same of what it is given, whatever it does with it? */
function takesFlag(name: string, head: string): boolean {
  if (!/feature_?flag|feature_?toggle|switch/i.test(name)) return false;
  const parameters = /^[^(]{0,80}\(([^()]{1,400})/.exec(head)?.[1] ?? '';
  return parameters
    .split(',')
    .map((parameter) => /[A-Za-z_$][\w$]*/.exec(parameter)?.[0] ?? '')
    .some((parameter) => holdsFlagName(parameter) || /switch/i.test(parameter));
}

/** Is this call known to be of a function of the team's own that hands its argument on, or declared to be one? */
export function isOwnCall(registry: Registry, callee: Callee, site: CallSite): boolean {
  return (
    wrappersOf(registry, callee, site).length > 0 ||
    registry.declared.some((call) => isDeclared(call, callee))
  );
}

function isFixed({ fixed }: Registry, { name }: Callee, { family }: CallSite): boolean {
  return fixed.has(`${family} ${name}`);
}

function wrappersOf({ wrappers }: Registry, callee: Callee, site: CallSite): readonly Wrapper[] {
  return (wrappers.get(callee.name) ?? []).filter((wrapper) => {
    if (wrapper.family !== site.family) return false;
    if (!isCommonName(wrapper.name) || wrapper.file === site.file || speaksOfFlags(callee.receiver))
      return true;
    // A folder is a package in most languages; in these two a name has to be imported, and from that very file: there are
    // many things called `resolve`.
    if (site.family !== 'javascript' && site.family !== 'python')
      return folderOf(wrapper.file) === folderOf(site.file);
    return importsName(site.text, wrapper.name) && namesModule(site.text, wrapper.file);
  });
}

const lastAsked = { text: '', answers: new Map<string, boolean>() };

/** Does the file say that it takes this name from elsewhere? Remembered for one file: each of its calls asks the same. */
export function importsName(text: string, name: string): boolean {
  if (lastAsked.text !== text) {
    lastAsked.text = text;
    lastAsked.answers.clear();
  }
  const known = lastAsked.answers.get(name);
  if (known !== undefined) return known;
  const answer = isImported(text, name);
  lastAsked.answers.set(name, answer);
  return answer;
}

function isImported(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    // A piece of a path in the same statement is no import of the name.
    if (!/[\s{,(*:\\]/.test(text[at - 1] ?? ' ') || !/[\s,;})]/.test(text[at + name.length] ?? ' ')) continue;
    const before = text.slice(Math.max(0, at - 800), at);
    if (IMPORTS.test(before)) return true;
    if (UNPACKS.test(before) && REQUIRES.test(text.slice(at, at + 800))) return true;
  }
  return false;
}

const IMPORTS = /(?:^|\n)[ \t]*(?:import|from|using|use|include|export\s*\{)[^;=]*$/;
const UNPACKS = /(?:const|let|var)\s*\{[^}=]*$/;
const REQUIRES = /^[^}=]*\}\s*=\s*(?:await\s+)?(?:require|import)\b/;

/** Does the file import something from this other file, by the last part of its name? */
function namesModule(text: string, file: string): boolean {
  const parts = file.split('/');
  const stem = (parts.at(-1) ?? '').replace(/(?:\.d)?\.\w+$/, '');
  const module = /^(?:index|__init__)$/.test(stem) ? (parts.at(-2) ?? stem) : stem;
  return new RegExp(
    String.raw`(?:from|import|require)\b[^\n;]*[./'"]${escaped(module)}(?:\.\w+)?(?:['"\s]|$)`,
    'm',
  ).test(text);
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

function isDeclared({ call }: DeclaredCall, { name, receiver }: Callee): boolean {
  const parts = call.split(/\.|::|->/);
  const last = parts.pop() ?? '';
  if (last !== name) return false;
  const before = parts.join('.');
  const stands = receiver.replaceAll(/\?\.|!\.|::|->/g, '.').replace(/\.\s*$/, '');
  if (before === '') return true;
  return stands.endsWith(before) && !/[\w$]/.test(stands.at(-before.length - 1) ?? ' ');
}

export function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
