import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** Whether two secrets are the same, in a time that does not depend on where they differ. */
export function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(wanted));
}

/** Of one length for all texts, as the comparison wants it. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Whether this address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** The word after `Bearer` in an Authorization header. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}

/**
 * Whether a Host header names this machine by itself or by an address. A web page that has rebound its own name to 127.0.0.1 sends
 * that name, and could read through somebody's browser.
 */
export function isLocalHost(header: string | undefined): boolean {
  // HTTP/1.0 knows no Host, and no browser speaks it.
  if (header === undefined) return true;
  const host = header.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return host.toLowerCase() === 'localhost' || isIP(host) !== 0;
}
