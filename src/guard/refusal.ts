import type { GuardRefusalCode } from '../model/guard-report.ts';

/**
 * What a refusal is in OpenFeature (spec 0.9, section 1.7: error codes) and in HTTP. 409: the message is well formed and at odds
 * with what runs here; 400: a stamp cannot be read; 431: it is too large (RFC 6585); 503: this process must not serve.
 */
export const REFUSALS = {
  binary_not_ours: { error: 'PROVIDER_FATAL', status: 503 },
  flag_not_owned: { error: 'FLAG_NOT_FOUND', status: 409 },
  flag_type_changed: { error: 'TYPE_MISMATCH', status: 409 },
  flag_reused: { error: 'GENERAL', status: 409 },
  flag_shackled: { error: 'GENERAL', status: 409 },
  flag_retired: { error: 'GENERAL', status: 409 },
  flag_dormant: { error: 'GENERAL', status: 409 },
  flag_not_sent: { error: 'GENERAL', status: 409 },
  sender_not_listed: { error: 'GENERAL', status: 409 },
  stamp_missing: { error: 'GENERAL', status: 409 },
  stamp_malformed: { error: 'GENERAL', status: 400 },
  stamp_repeated: { error: 'GENERAL', status: 400 },
  stamp_forged: { error: 'GENERAL', status: 400 },
  stamp_version: { error: 'GENERAL', status: 400 },
  stamps_too_large: { error: 'GENERAL', status: 431 },
} as const satisfies Record<GuardRefusalCode, { error: string; status: number }>;

/** A flag that was not let in: a code for programs, one sentence for people. */
export type Refusal = {
  readonly code: GuardRefusalCode;
  /** Null when the flag's name itself cannot be read. */
  readonly flag: string | null;
  readonly sentence: string;
};

/** The text that carries a refusal through places that keep one text only, such as OpenFeature's `errorMessage`. */
export function refusalText({ code, sentence }: Refusal): string {
  return `haunted ${code}: ${sentence}`;
}

/** A refusal as an exception. `code` is OpenFeature's error code, which its SDK hands on; `refusal.code` is the guard's own. */
export class FlagRefused extends Error {
  readonly code: (typeof REFUSALS)[GuardRefusalCode]['error'];
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusalText(refusal));
    this.name = 'FlagRefused';
    this.code = REFUSALS[refusal.code].error;
    this.refusal = refusal;
  }
}
