const NUMBERED = /^(.*?)(\d+)([^0-9]*)$/;
const MOST_RUNS = 6;

type Run = { readonly first: string; last: string; readonly frame: string; next: number };

/** Host names for a reader: `smars-01 to smars-07, smars-09`; of many that have nothing in common the first few, and how many more. */
export function hostNames(names: readonly string[]): string {
  const runs: Run[] = [];
  for (const name of names) {
    const [, head = name, digits = '', tail = ''] = NUMBERED.exec(name) ?? [];
    const frame = digits === '' ? name : `${head}\n${digits.length}\n${tail}`;
    const run = runs.at(-1);
    if (run !== undefined && digits !== '' && run.frame === frame && run.next === Number(digits)) {
      run.last = name;
      run.next += 1;
    } else
      runs.push({ first: name, last: name, frame, next: digits === '' ? Number.NaN : Number(digits) + 1 });
  }
  const shown = runs
    .slice(0, MOST_RUNS)
    .map(({ first, last }) => (first === last ? first : `${first} to ${last}`));
  const rest = runs.length - MOST_RUNS;
  return rest <= 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}
