import { LIMITS } from '../../model/limits.ts';
import type { BoundFlag } from '../../model/node-report.ts';

/** A value as a report can hold it; null, which means not known, for what it cannot. */
export function valueOf(value: unknown): BoundFlag['value'] {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value.length <= LIMITS.text ? value : null;
}
