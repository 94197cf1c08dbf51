import type { RefusalReason } from '../model/verified.ts';

/** Why something was not let in: a reason for programs and a clause for people. */
export type Refusal = { readonly ok: false; readonly reason: RefusalReason; readonly detail: string };

export function refusal(reason: RefusalReason, detail: string): Refusal {
  return { ok: false, reason, detail };
}
