import { createHash } from 'node:crypto';
import type { FlagOwnership } from '../../model/flag.ts';
import type { Evaluation, FlagMetadata } from './flag-source.ts';
import { meaningProblem, saidMeaning, typeProblem } from './ownership.ts';
import type { OwnershipView, Refusal } from './ownership.ts';

/** One answer as HTTP carries it. `body` is null where OFREP allows none. */
export type Answer = {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What is counted for one flag: that it was answered, or why not. */
export type Outcome = {
  readonly answer: Answer;
  readonly counted: string;
  /** What the definition says the flag means; absent when nobody asked, null when it does not say. */
  readonly said?: string | null;
};

export const EVALUATED = 'evaluated';

/**
 * The body of a refusal for one flag. 404 FLAG_NOT_FOUND says that the flag is not this binary's, which is true for good. All else is
 * 400 GENERAL, the only code for it in the evaluationFailure schema (it has no TYPE_MISMATCH): a node that cannot show its binary knows
 * nothing about the flag, and FLAG_NOT_FOUND would make a chain of providers ask the next, unguarded one. Not a 500, which proxies
 * and clients try again at once. The code in `haunted.refused` is for machines.
 */
export function refusalAnswer(flag: string, refusal: Refusal): Outcome {
  const isUnowned = ['flag_not_owned', 'flag_shackled', 'flag_retired', 'flag_dormant'].includes(
    refusal.code,
  );
  const body = { ...failure(flag, refusal.detail), metadata: { 'haunted.refused': refusal.code } };
  return {
    answer: isUnowned
      ? { status: 404, body: { ...body, errorCode: 'FLAG_NOT_FOUND' } }
      : { status: 400, body: { ...body, errorCode: 'GENERAL' } },
    counted: refusal.code,
  };
}

/** The answer to one owned flag from what its source said: the value only when type and meaning are this binary's. */
export function evaluationAnswer(view: OwnershipView, row: FlagOwnership, evaluation: Evaluation): Outcome {
  const { flag } = row;
  switch (evaluation.kind) {
    case 'value':
    case 'code_default': {
      const isValue = evaluation.kind === 'value';
      const problem =
        meaningProblem(row, evaluation.metadata) ?? (isValue ? typeProblem(row, evaluation.value) : null);
      const { reason, variant, metadata } = evaluation;
      const said = saidMeaning(metadata);
      if (problem !== null) return { ...refusalAnswer(flag, problem), said };
      const body = {
        key: flag,
        reason,
        ...(isValue ? { value: evaluation.value } : {}),
        ...(variant === null ? {} : { variant }),
        metadata: { ...metadata, ...ownersMetadata(view, row) },
      };
      return { answer: { status: 200, body }, counted: EVALUATED, said };
    }
    case 'not_found': {
      const detail = `The flag ${JSON.stringify(flag)} belongs to this binary, and its source does not define it.`;
      const body = { ...failure(flag, detail), errorCode: 'FLAG_NOT_FOUND' };
      return { answer: { status: 404, body }, counted: 'not_defined' };
    }
    case 'failed': {
      const body = { ...failure(flag, evaluation.detail), errorCode: evaluation.code };
      return { answer: { status: 400, body }, counted: 'source_failed' };
    }
    case 'unavailable':
      return {
        answer: unavailableAnswer({ key: flag, errorCode: 'GENERAL' }, evaluation),
        counted: 'source_unavailable',
      };
  }
}

/** 429 when the source asked for patience, else 500: in both the caller keeps its own default. */
export function unavailableAnswer(
  names: Readonly<Record<string, string>>,
  { detail, retryAfter }: { readonly detail: string; readonly retryAfter: string | null },
): Answer {
  const body = { ...names, errorDetails: detail };
  if (retryAfter === null) return { status: 500, body };
  return { status: 429, body, headers: { 'Retry-After': retryAfter } };
}

/** Whose flag it is and what was proven, beside what the source says; ours cannot be overwritten. */
function ownersMetadata({ manifest }: OwnershipView, row: FlagOwnership): FlagMetadata {
  return {
    ...(row.owner === null ? {} : { 'haunted.owner': row.owner }),
    'haunted.meaning': row.meaning,
    'haunted.manifest_sha256': manifest.manifest_sha256,
    'haunted.generation': manifest.generation,
    'haunted.binary_sha256': manifest.binary_sha256,
  };
}

function failure(flag: string, detail: string): { readonly key: string; readonly errorDetails: string } {
  return { key: flag, errorDetails: detail };
}

/** A strong entity tag of a body. */
export function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
}

/**
 * Does an If-None-Match header name this tag? By weak comparison (RFC 9110 section 13.1.2). A tag without quotes is taken too: the OFREP
 * document writes its example so.
 */
export function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => bareTag(tag) === bareTag(etag));
}

function bareTag(tag: string): string {
  return tag.trim().replace(/^W\//, '').replaceAll('"', '');
}
