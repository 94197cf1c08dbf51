/** Whether this server may take live traffic at this moment, and why not. */
export type Readiness = {
  readonly ready: boolean;
  /** One line of plain ASCII, such as `no lease: binary_mismatch`. */
  readonly reason: string;
};

/**
 * What every door for traffic answers from. `current` is asked with each answer, so that a lease that ran out a moment ago is
 * not served; `onChange` tells when it became something else, and returns what ends the telling.
 */
export type ReadinessSource = {
  readonly current: () => Readiness;
  readonly onChange: (listener: (readiness: Readiness) => void) => () => void;
};
