/** Turns parsed RFC 3339 instants into milliseconds since the epoch, remembering the last one: a fleet mostly reports alike. */
export function instantReader(): (instant: string) => number {
  let lastText = '';
  let lastMs = Number.NaN;
  return (instant) => {
    if (instant !== lastText) {
      lastText = instant;
      lastMs = Date.parse(instant);
    }
    return lastMs;
  };
}

/** Writes milliseconds since the epoch as RFC 3339 in UTC. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** A span of time as a person says it: `4 min 10 s`, `93 days`. */
export function spanOf(ms: number): string {
  const s = Math.round(Math.abs(ms) / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 172_800) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} days`;
}
