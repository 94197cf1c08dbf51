import { createHash } from 'node:crypto';
import type {
  BulkEvaluation,
  Evaluation,
  FlagContext,
  FlagSource,
  Freshness,
} from '../../agent/ofrep/flag-source.ts';
import { isObject } from '../../seal/is-object.ts';
import { evaluationOf, failureOf } from './upstream-answer.ts';
import { askUpstream, away } from './upstream-call.ts';
import type { Upstream } from './upstream-call.ts';

const EVALUATE = '/ofrep/v1/evaluate/flags';
/** Answers kept to be used again when the service says that nothing changed; the oldest goes first. */
const KEPT = 128;

type Kept = { readonly etag: string; readonly byFlag: ReadonlyMap<string, Evaluation> };

/**
 * An OFREP service behind this node. It has no version: it changes without telling us, so callers of ours must go on polling. What it
 * says is held against what it was asked; hanging, lying and being down are all `unavailable`.
 */
export function upstreamSource(upstream: Upstream): FlagSource {
  const keptByContext = new Map<string, Kept>();

  const evaluate = async (flag: string, context: FlagContext): Promise<Evaluation> => {
    const reply = await askUpstream(upstream, `${EVALUATE}/${encodeURIComponent(flag)}`, {
      body: { context },
    });
    if (reply.kind !== 'reply') return reply;
    if (reply.status === 200) {
      const said = evaluationOf(flag, reply.value);
      return said.kind === 'failed' || said.kind === 'not_found' ? away('answered 200 with an error') : said;
    }
    if (reply.status === 304) return away('answered 304 without being asked to');
    // A 404 page of a proxy is not the word of a flag service.
    if (!isObject(reply.value) || reply.value['key'] !== flag || typeof reply.value['errorCode'] !== 'string')
      return away(`answered ${reply.status} without saying what is wrong`);
    return failureOf(reply.value);
  };

  const evaluateAll = async (
    flags: readonly string[],
    context: FlagContext,
    freshness: Freshness,
  ): Promise<BulkEvaluation> => {
    const name = createHash('sha256').update(JSON.stringify(context)).digest('hex');
    // The tag in a caller's query is of our own stream and says nothing there; that something changed does.
    const isFresh = freshness.etag !== null || freshness.lastModified !== null;
    const kept = isFresh ? undefined : keptByContext.get(name);
    const query =
      freshness.lastModified === null
        ? ''
        : `?flagConfigLastModified=${encodeURIComponent(freshness.lastModified)}`;
    const reply = await askUpstream(upstream, `${EVALUATE}${query}`, {
      body: { context },
      ifNoneMatch: kept?.etag,
    });
    if (reply.kind !== 'reply') return reply;
    if (reply.status === 304)
      return kept === undefined ? away('answered 304 without being asked to') : picked(kept.byFlag, flags);
    if (reply.status !== 200) return bulkFailure(reply.status, reply.value);
    const byFlag = flagsIn(reply.value);
    if (byFlag === null) return away('answered a bulk request without a list of flags');
    keptByContext.delete(name);
    if (reply.etag !== null && reply.etag.length < 256) keptByContext.set(name, { etag: reply.etag, byFlag });
    const [oldest] = keptByContext.keys();
    if (keptByContext.size > KEPT && oldest !== undefined) keptByContext.delete(oldest);
    return picked(byFlag, flags);
  };

  return { evaluate, evaluateAll, version: () => null, onChange: () => () => {} };
}

function bulkFailure(status: number, value: unknown): BulkEvaluation {
  const failure = isObject(value) && typeof value['errorCode'] === 'string' ? failureOf(value) : null;
  return failure?.kind === 'failed' ? failure : away(`answered ${status} without saying what is wrong`);
}

/** Null when it is no bulk answer. A flag that is there twice has no answer. */
function flagsIn(value: unknown): Map<string, Evaluation> | null {
  const list = isObject(value) ? value['flags'] : null;
  if (!Array.isArray(list)) return null;
  const byFlag = new Map<string, Evaluation>();
  for (const said of list as unknown[]) {
    const key = isObject(said) ? said['key'] : undefined;
    if (typeof key !== 'string') return null;
    byFlag.set(key, byFlag.has(key) ? away(`answered twice about one flag`) : evaluationOf(key, said));
  }
  return byFlag;
}

function picked(byFlag: ReadonlyMap<string, Evaluation>, flags: readonly string[]): BulkEvaluation {
  return {
    kind: 'flags',
    byFlag: new Map(
      flags.flatMap((flag) => {
        const said = byFlag.get(flag);
        return said === undefined ? [] : [[flag, said] as const];
      }),
    ),
  };
}
