/** What a caller says about itself; OFREP's `context`. */
export type FlagContext = Readonly<Record<string, unknown>>;

/** OFREP allows no other values here. */
export type FlagMetadata = Readonly<Record<string, boolean | number | string>>;

/** The reasons a 200 may carry, from the OFREP 0.3.0 schema; OpenFeature's DEFAULT is not among them. */
export const SUCCESS_REASONS = ['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'UNKNOWN'] as const;
type SuccessReason = (typeof SUCCESS_REASONS)[number];

/** The codes an evaluationFailure may carry, from the same schema. It knows no TYPE_MISMATCH. */
export const FAILURE_CODES = ['PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT', 'GENERAL'] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

type FlagFailure = { readonly kind: 'failed'; readonly code: FailureCode; readonly detail: string };

/** The source cannot answer anything now. `retryAfter` as in the HTTP header, when it said when to come back. */
export type SourceUnavailable = {
  readonly kind: 'unavailable';
  readonly detail: string;
  readonly retryAfter: string | null;
};

/** What the source says about one flag. Nothing in it is believed before the ownership table was asked. */
export type Evaluation =
  | {
      readonly kind: 'value';
      readonly value: unknown;
      readonly reason: SuccessReason;
      readonly variant: string | null;
      readonly metadata: FlagMetadata;
    }
  /** Defined, and the caller is to use its own default. */
  | {
      readonly kind: 'code_default';
      readonly reason: SuccessReason;
      readonly variant: string | null;
      readonly metadata: FlagMetadata;
    }
  | { readonly kind: 'not_found' }
  | FlagFailure
  | SourceUnavailable;

/** Each flag asked for and defined; one that is missing is not defined. */
export type BulkEvaluation =
  | { readonly kind: 'flags'; readonly byFlag: ReadonlyMap<string, Evaluation> }
  | FlagFailure
  | SourceUnavailable;

/** What an event stream told the caller, who passes it on: the source may hold something older. */
export type Freshness = { readonly etag: string | null; readonly lastModified: string | null };

/** Where the team keeps its flags: a file, a service. Nothing here throws for what the source does or says. */
export type FlagSource = {
  readonly evaluate: (flag: string, context: FlagContext) => Promise<Evaluation>;
  readonly evaluateAll: (
    flags: readonly string[],
    context: FlagContext,
    freshness: Freshness,
  ) => Promise<BulkEvaluation>;
  /** Names what the source holds now: another text for another content. Null when the source cannot notice its own changes. */
  readonly version: () => string | null;
  /** Calls back when `version` changed. Returns what ends it. */
  readonly onChange: (listener: () => void) => () => void;
};
