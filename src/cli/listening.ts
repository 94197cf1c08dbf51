import { Fault } from '../fault.ts';
import { quoted } from '../model/quoted.ts';

/** The host and port in the value of --listen, such as 127.0.0.1:8016 or [::1]:8016. Fault BAD_USAGE. */
export function listenAddress(text: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  if (host === undefined || port > 65_535)
    throw new Fault(
      'BAD_USAGE',
      `--listen ${quoted(text)} is not an address such as 127.0.0.1:8016 or [::1]:8016.`,
    );
  return { host, port };
}

/** The files of --tls-cert and --tls-key; null for neither. Fault BAD_USAGE for one without the other. */
export function tlsFiles(
  cert: string | null,
  key: string | null,
): { readonly cert: string; readonly key: string } | null {
  if (cert === null && key === null) return null;
  if (cert === null || key === null)
    throw new Fault('BAD_USAGE', '--tls-cert and --tls-key belong together; give both or neither.');
  return { cert, key };
}
