import { Fault } from '../../fault.ts';
import { isLoopback } from '../../http/callers.ts';
import { quoted } from '../../model/quoted.ts';

/** The address of a control plane. Fault BAD_USAGE for one that is none, or that would show a secret to the network. */
export function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isBare = url !== null && url.pathname === '/' && url.search === '' && url.hash === '';
  if (url === null || !isBare || !['http:', 'https:'].includes(url.protocol))
    throw new Fault(
      'BAD_USAGE',
      `The control plane ${quoted(text)} is not an address such as https://gate.example:7420.`,
    );
  if (url.username !== '' || url.password !== '')
    throw new Fault(
      'BAD_USAGE',
      'The address of the control plane must not hold a password; use a token file.',
    );
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[(.*)\]$/, '$1')))
    throw new Fault(
      'BAD_USAGE',
      `The control plane ${quoted(text)} would be spoken to in the clear; use https, plain http is for this machine only.`,
    );
  return url;
}

/** Why it could not be reached, as a clause. */
export function whyNot({ name, code = '', message }: NodeJS.ErrnoException): string {
  if (name === 'AbortError') return 'it did not answer in time';
  switch (code) {
    case 'ECONNREFUSED':
      return 'nobody listens there';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'it broke the connection off';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name is not known';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no way to it';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'its certificate is signed by nobody trusted here; name who signed it with --ca-file, or ca_file';
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'its certificate is for another name';
    default:
      return code === '' ? message.replaceAll(/\s+/g, ' ').slice(0, 200) : `the system said ${code}`;
  }
}
