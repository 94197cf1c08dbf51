import { ALLOWED_INCIDENTS } from './allowed-incidents.ts';
import { BINARY_INCIDENTS } from './binary-incidents.ts';
import { EVIDENCE_INCIDENTS } from './evidence-incidents.ts';
import { FLAG_INCIDENTS } from './flag-incidents.ts';
import type { Incident } from './incident.ts';
import { KNIGHT } from './knight.ts';
import { MANIFEST_INCIDENTS } from './manifest-incidents.ts';
import { ROLLBACK_INCIDENTS } from './rollback-incidents.ts';

/** Every folder under incidents/ that can be replayed. */
export const INCIDENTS: readonly Incident[] = [
  KNIGHT,
  ...FLAG_INCIDENTS,
  ...EVIDENCE_INCIDENTS,
  ...BINARY_INCIDENTS,
  ...MANIFEST_INCIDENTS,
  ...ROLLBACK_INCIDENTS,
  ...ALLOWED_INCIDENTS,
];
