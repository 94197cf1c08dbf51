import * as z from 'zod';

/** What OFREP 0.3.0 allows in its bodies, in our words: stricter than the document where it leaves room for more. */

const Metadata = z.record(z.string(), z.union([z.boolean(), z.string(), z.number()]));
const Value = z.union([z.boolean(), z.string(), z.number(), z.record(z.string(), z.unknown())]);

export const EvaluationSuccess = z.strictObject({
  key: z.string(),
  reason: z.enum(['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'UNKNOWN']),
  value: Value.optional(),
  variant: z.string().optional(),
  metadata: Metadata.optional(),
});

export const EvaluationFailure = z.strictObject({
  key: z.string(),
  errorCode: z.enum(['PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT', 'GENERAL']),
  errorDetails: z.string(),
  metadata: Metadata.optional(),
});

export const FlagNotFound = EvaluationFailure.extend({ errorCode: z.literal('FLAG_NOT_FOUND') });

const EventStream = z.strictObject({
  type: z.literal('sse'),
  endpoint: z.strictObject({ requestUri: z.string().startsWith('/') }),
  inactivityDelaySec: z.int().min(1),
});

export const BulkSuccess = z.strictObject({
  flags: z.array(z.union([EvaluationSuccess, EvaluationFailure])),
  metadata: Metadata.optional(),
  eventStreams: z.array(EventStream).optional(),
});

export const BulkFailure = z.strictObject({ errorCode: z.string(), errorDetails: z.string() });

export const GeneralError = z.looseObject({ errorDetails: z.string() });
