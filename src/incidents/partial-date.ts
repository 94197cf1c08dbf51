const DAY = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;

/** Whether the date, as far as it is given, is in the calendar: there was a 29 February 2012 and none in 2013. */
export function isInCalendar(date: string): boolean {
  const [, year, month, day] = DAY.exec(date) ?? [];
  if (year === undefined) return false;
  const at = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}

/** Whether the first moment of the date lies after `now`, in milliseconds since the epoch. */
export function isInFuture(date: string, now: number): boolean {
  // The day begins up to 14 hours earlier in the east of the world than in UTC.
  const EARLIEST_ZONE_MS = 14 * 3_600_000;
  return Date.parse(date) - EARLIEST_ZONE_MS > now;
}

/** Whether the first date is surely before the second; 2012-08 is not before 2012-08-15, nor after it. */
export function isBefore(first: string, second: string): boolean {
  const known = Math.min(first.length, second.length);
  return first.slice(0, known) < second.slice(0, known);
}
