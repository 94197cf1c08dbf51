/**
 * What `haunted` itself could not do. A bad world is a Finding in a Verdict; a bug is a plain Error; this is the third kind:
 * unreadable input, a missing right, a wrong word on the command line.
 */
export const FAULTS = {
  BAD_USAGE: { exit: 1, status: 400, help: 'docs/faults.md#bad_usage' },
  BAD_INPUT: { exit: 1, status: 400, help: 'docs/faults.md#bad_input' },
  NOT_FOUND: { exit: 1, status: 404, help: 'docs/faults.md#not_found' },
  TOO_LARGE: { exit: 1, status: 413, help: 'docs/faults.md#too_large' },
  NO_PERMISSION: { exit: 1, status: 403, help: 'docs/faults.md#no_permission' },
  KEY_UNSAFE: { exit: 1, status: 403, help: 'docs/faults.md#key_unsafe' },
  NO_PROCESS: { exit: 1, status: 404, help: 'docs/faults.md#no_process' },
  AMBIGUOUS: { exit: 1, status: 409, help: 'docs/faults.md#ambiguous' },
  CANNOT_WRITE: { exit: 1, status: 507, help: 'docs/faults.md#cannot_write' },
  UNREACHABLE: { exit: 1, status: 502, help: 'docs/faults.md#unreachable' },
  NOT_ADMITTED: { exit: 1, status: 401, help: 'docs/faults.md#not_admitted' },
  OVERLOADED: { exit: 1, status: 503, help: 'docs/faults.md#overloaded' },
  UNSUPPORTED: { exit: 1, status: 501, help: 'docs/faults.md#unsupported' },
  LEDGER_CONFLICT: { exit: 1, status: 409, help: 'docs/faults.md#ledger_conflict' },
  LEDGER_BUSY: { exit: 1, status: 503, help: 'docs/faults.md#ledger_busy' },
  LEDGER_CORRUPT: { exit: 1, status: 500, help: 'docs/faults.md#ledger_corrupt' },
  LEDGER_UNSAFE: { exit: 1, status: 403, help: 'docs/faults.md#ledger_unsafe' },
  CHANGE_UNDER_WAY: { exit: 3, status: 409, help: 'docs/faults.md#change_under_way' },
  INTERRUPTED: { exit: 130, status: 503, help: 'docs/faults.md#interrupted' },
} as const satisfies Record<string, { exit: number; status: number; help: string }>;

export type FaultCode = keyof typeof FAULTS;

/** One sentence for a person (what, where, what to do), a code for a machine, and the library's error as `cause`. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: FaultCode,
    message: string,
    detail: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.detail = detail;
  }
}
