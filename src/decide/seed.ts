import { FINDINGS, type Finding, type FindingCode } from '../model/finding.ts';
import { oneLine } from '../model/one-line.ts';

export type Effect = Finding['effect'];
export type Phase = Finding['phase'];

/**
 * A finding about a class of equal servers, or about the whole cluster, before it is written out server by server. The sentence
 * waits for the server's name.
 */
export type Seed = {
  readonly code: FindingCode;
  readonly effect: Effect;
  readonly phase: Phase;
  readonly flag: string | null;
  readonly expected: Finding['expected'];
  readonly actual: Finding['actual'];
  readonly where: readonly string[];
  readonly sentence: (hostname: string) => string;
};

type Said = {
  readonly effect?: Effect;
  readonly phase?: Phase;
  readonly flag?: string | null;
  readonly expected?: Finding['expected'];
  readonly actual?: Finding['actual'];
  readonly where?: readonly string[];
  readonly sentence: string | ((hostname: string) => string);
};

/** Makes a seed; what is not said takes the table's effect, the present, no flag, and nothing expected or found. */
export function seedOf(code: FindingCode, said: Said): Seed {
  const { sentence } = said;
  return {
    code,
    effect: said.effect ?? FINDINGS[code].effect,
    phase: said.phase ?? 'now',
    flag: said.flag ?? null,
    expected: said.expected ?? null,
    actual: said.actual ?? null,
    where: said.where ?? [],
    sentence: typeof sentence === 'string' ? () => sentence : sentence,
  };
}

/** Writes a seed out for one server, or for the whole cluster when `hostname` is null. */
export function findingOf(seed: Seed, hostname: string | null): Finding {
  return {
    code: seed.code,
    effect: seed.effect,
    phase: seed.phase,
    hostname,
    flag: seed.flag,
    expected: seed.expected,
    actual: seed.actual,
    // A file may be called anything, and a symbol after a long path may be long.
    where: seed.where.map(oneLine),
    sentence: seed.sentence(hostname ?? ''),
    remedy: FINDINGS[seed.code].remedy,
  };
}

/** The first characters of a digest, enough to tell two apart at a glance. */
export function shortDigest(digest: string | null | undefined): string {
  return digest === null || digest === undefined ? 'nothing known' : digest.slice(0, 12);
}
