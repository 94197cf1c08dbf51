import path from 'node:path';
import { Fault } from '../fault.ts';
import type { FlagDefinition } from '../model/flag-definition.ts';
import { FlagName } from '../model/text.ts';
import { type Candidate, candidatesIn } from './code-candidates.ts';
import { tokensOf } from './reads/call-words.ts';
import { grammarOf } from './reads/languages.ts';
import { treeMaker } from './reads/parser.ts';

const PLURAL = /^(?:flags|features|toggles|gates|experiments|switches|keys|names|ids)$/;
const SINGULAR = /^(?:flag|feature|toggle|gate|experiment|killswitch|rollout)$/;
const BESIDES =
  /^(?:options|context|config|props|service|resolver|provider|manager|client|settings|state|payload|response|overrides|variant|variants|handler)$/;
/**
 * Which flags does a source file define? Flags that live in code stand as constants, members of an enum or a union, keys of a
 * typed table, in lists, or in calls that make or register them. Of several groups in one file those count whose name speaks of flags, then constants whose
 * own name does, or the file's; of a file where nothing does, the largest group. Throws BAD_INPUT when there is none.
 */
export async function readCodeDefinitions(file: {
  readonly path: string;
  readonly text: string;
}): Promise<readonly FlagDefinition[]> {
  const grammar = grammarOf(file.path);
  if (grammar === null)
    throw new Fault('BAD_INPUT', `${file.path} is no source file in a language that the scan reads.`);
  const tree = (await treeMaker([grammar])).parse(grammar, file.text);
  const candidates = [...candidatesIn(tree.rootNode, { text: file.text, grammar })];
  tree.delete();
  const chosen = unique(chosenOf(candidates, path.basename(file.path)));
  if (chosen.length === 0)
    throw new Fault(
      'BAD_INPUT',
      `${file.path} defines no flags: it has no constants, enum, union or typed table of names.`,
    );
  return chosen.map((candidate) => definitionOf(file.path, candidate));
}

function definitionOf(file: string, candidate: Candidate): FlagDefinition {
  const { flag, line, type, owner } = candidate;
  return {
    flag,
    format: `code (${path.extname(file).slice(1)})`,
    file,
    line,
    owner,
    type,
    default: candidate.default,
    purpose: null,
    target: null,
    state: null,
    bound: null,
    last_modified: null,
    last_modified_by: null,
    expires: null,
    entry: null,
  };
}

function chosenOf(all: readonly Candidate[], file: string): readonly Candidate[] {
  const candidates = withoutTexts(all);
  const flags = candidates.filter((candidate) => candidate.kind === 'made' || isInFlags(candidate));
  const own = ownNamed(candidates);
  if (flags.some(({ kind }) => kind === 'made'))
    return [...flags.filter(({ kind }) => kind !== 'property' && kind !== 'signature'), ...own];
  if (flags.length > 0) return flags;
  const stem = file.replace(/\..*$/, '');
  const alone = candidates.filter(({ kind }) => kind === 'alone');
  if (alone.length > 0 && (speaksOfFlags(stem) || speaksByName(stem))) return alone;
  return own.length > 0 ? own : largestGroup(candidates);
}

/** Does the type, the table or the list say that it holds flags? A type called `FeatureFlag` says what one flag has. */
function isInFlags({ kind, group }: Candidate): boolean {
  if (kind === 'alone' || group === '' || !speaksOfFlags(group)) return false;
  const words = tokensOf(group).filter(
    (word) => !/^(?:types?|map|values|schema|options|settings)$/.test(word),
  );
  return kind !== 'signature' || PLURAL.test(words.at(-1) ?? '');
}

/** The constants whose own names speak of flags; where half of a type's do, all of that type. */
function ownNamed(candidates: readonly Candidate[]): readonly Candidate[] {
  const chosen: Candidate[] = [];
  for (const [group, members] of Map.groupBy(candidates, ({ group: name }) => name)) {
    const speaking = members.filter(({ name }) => name !== '' && speaksByName(name));
    chosen.push(...(group !== '' && speaking.length * 2 > members.length ? members : speaking));
  }
  return chosen;
}

function largestGroup(candidates: readonly Candidate[]): readonly Candidate[] {
  const groups = Map.groupBy(candidates, ({ group }) => group);
  return [...groups.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

/** In a table with other values than texts the keys are the flags, and so are those of its texts; in one of texts alone the texts are. */
function withoutTexts(candidates: readonly Candidate[]): readonly Candidate[] {
  const keyed = new Set(candidates.filter(({ kind }) => kind === 'member').map(({ group }) => group));
  return candidates.filter(({ kind, group }) => (keyed.has(group) ? kind !== 'text' : kind !== 'text-key'));
}

function unique(candidates: readonly Candidate[]): readonly Candidate[] {
  const byFlag = new Map<string, Candidate>();
  for (const candidate of candidates) {
    if (!FlagName.safeParse(candidate.flag).success) continue;
    const before = byFlag.get(candidate.flag);
    byFlag.set(candidate.flag, before === undefined ? candidate : withMore(before, candidate));
  }
  return [...byFlag.values()].sort((a, b) => a.line - b.line);
}

/** A type says the type and a table the default of one flag: both are kept. */
function withMore(before: Candidate, more: Candidate): Candidate {
  return {
    ...before,
    type: before.type ?? more.type,
    default: before.default ?? more.default,
    owner: before.owner ?? more.owner,
  };
}

function speaksOfFlags(group: string): boolean {
  const tokens = tokensOf(group);
  if (tokens.some((token) => BESIDES.test(token))) return false;
  return tokens.some((token) => SINGULAR.test(token)) || PLURAL.test(tokens.at(-1) ?? '');
}

/** Does the name of one constant say that its text is a flag's name: `FeatureFlagNewCart`, `NEW_CART_SWITCH`, `NEW_CART_FLAG_NAME`? */
function speaksByName(name: string): boolean {
  const tokens = tokensOf(name);
  while (tokens.length > 1 && /^(?:keys?|names?|ids?)$/.test(tokens.at(-1) ?? '')) tokens.pop();
  if (/\bfeature (?:flag|toggle|switch)/.test(tokens.join(' '))) return true;
  return (
    tokens.length > 1 && /^(?:flags?|switch|switches|toggles?|killswitch|features)$/.test(tokens.at(-1) ?? '')
  );
}
