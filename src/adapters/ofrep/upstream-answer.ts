import type { Evaluation, FlagMetadata } from '../../agent/ofrep/flag-source.ts';
import { FAILURE_CODES, SUCCESS_REASONS } from '../../agent/ofrep/flag-source.ts';
import { isObject } from '../../seal/is-object.ts';
import { quoted } from '../../model/quoted.ts';
import { away } from './upstream-call.ts';

const LONGEST = 500;
const MOST_METADATA = 100;

/** What an upstream service says about one flag, held against what it was asked. A lie is `unavailable`, never a value. */
export function evaluationOf(flag: string, said: unknown): Evaluation {
  if (!isObject(said)) return away('answered with something that is no evaluation');
  if (said['key'] !== flag)
    return away(`was asked about ${quoted(flag)} and answered about ${quoted(String(said['key']))}`);
  if ('errorCode' in said) return failureOf(said);
  const reason = SUCCESS_REASONS.find((each) => each === said['reason']);
  // OFREP 0.1.0 and 0.2.0 require none, and shipped services send OpenFeature reasons that OFREP does not list, such as DEFAULT.
  const isReason = said['reason'] === undefined || typeof said['reason'] === 'string';
  if (!isReason || said['reason'] === 'ERROR')
    return away(`answered about ${quoted(flag)} with a reason that goes with no value`);
  const { variant, value } = said;
  const rest = {
    reason: reason ?? 'UNKNOWN',
    variant: typeof variant === 'string' ? variant.slice(0, LONGEST) : null,
    metadata: metadataOf(said['metadata']),
  } as const;
  if (value === undefined) return { kind: 'code_default', ...rest };
  if (value === null || Array.isArray(value))
    return away(`gave ${quoted(flag)} a value that OFREP does not know`);
  return { kind: 'value', value, ...rest };
}

/** What a 400 or 404 says. */
export function failureOf(said: Readonly<Record<string, unknown>>): Evaluation {
  if (said['errorCode'] === 'FLAG_NOT_FOUND') return { kind: 'not_found' };
  const code = FAILURE_CODES.find((each) => each === said['errorCode']) ?? 'GENERAL';
  const details = said['errorDetails'];
  const detail = typeof details === 'string' ? quoted(details, LONGEST) : 'no details';
  return { kind: 'failed', code, detail: `The flag service behind this node said: ${detail}.` };
}

function metadataOf(metadata: unknown): FlagMetadata {
  if (!isObject(metadata)) return {};
  return Object.fromEntries(
    Object.entries(metadata)
      .filter(
        (entry): entry is [string, boolean | number | string] =>
          ['boolean', 'string'].includes(typeof entry[1]) || Number.isFinite(entry[1]),
      )
      .slice(0, MOST_METADATA),
  );
}
