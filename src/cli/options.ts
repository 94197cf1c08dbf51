import { Fault } from '../fault.ts';
import type { Values } from './command.ts';

/** The value of a string option, or undefined when it was not given. */
export function optionalText(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The value of a string option that the command cannot do without. */
export function requiredText(values: Values, name: string, what: string): string {
  const value = optionalText(values, name);
  if (value === undefined || value === '')
    throw new Fault('BAD_USAGE', `--${name} is missing: give ${what}.`);
  return value;
}

/** The values of an option that may be repeated. */
export function textList(values: Values, name: string): readonly string[] {
  const value = values[name];
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  return typeof value === 'string' ? [value] : [];
}

/** Whether a switch was given. */
export function hasSwitch(values: Values, name: string): boolean {
  return values[name] === true;
}

/** The value of an option that must be one of a closed set. */
export function oneOf<T extends string>(values: Values, name: string, allowed: readonly T[], fallback: T): T {
  const value = optionalText(values, name);
  if (value === undefined) return fallback;
  const found = allowed.find((word) => word === value);
  if (found === undefined)
    throw new Fault('BAD_USAGE', `--${name} ${JSON.stringify(value)} is not one of ${allowed.join(', ')}.`);
  return found;
}

/** A time option as milliseconds since the epoch; `--now` makes a judgement repeatable. */
export function timeOption(values: Values, name: string, fallback: number): number {
  const value = optionalText(values, name);
  if (value === undefined) return fallback;
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(value)
    ? Date.parse(value)
    : Number.NaN;
  if (Number.isNaN(at))
    throw new Fault(
      'BAD_USAGE',
      `--${name} ${JSON.stringify(value)} is not a time: write it like 2012-08-01T09:30:00Z.`,
    );
  return at;
}
