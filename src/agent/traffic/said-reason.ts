import type { Readiness, ReadinessSource } from './readiness.ts';

const LONGEST = 80;
const UNSAID = 'not ready';
const BROKEN: Readiness = { ready: false, reason: 'the agent cannot tell' };

/**
 * What a source says now. A source that throws has a bug, and a server nobody can vouch for takes no traffic: it counts as not
 * ready, and the door stays open to say so.
 */
export function readinessOf(source: ReadinessSource): Readiness {
  try {
    return source.current();
  } catch {
    return BROKEN;
  }
}

/**
 * A reason in the characters that HAProxy's agent-check line, an HTTP header and an argument of a program all carry as they are:
 * letters, digits, space and `_ . : / ( ) -`, a letter or digit first, at most 80.
 */
export function saidReason(reason: string): string {
  const plain = reason
    .slice(0, 4 * LONGEST)
    .replaceAll(/[^\w .:/()-]+/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, LONGEST)
    .trimEnd();
  return plain === '' ? UNSAID : plain;
}
