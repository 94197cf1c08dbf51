import { isIP } from 'node:net';
import path from 'node:path';
import { Fault } from '../../fault.ts';
import { quoted } from '../../model/quoted.ts';
import type { Values } from '../command.ts';
import { listenAddress, tlsFiles } from '../listening.ts';
import { hasSwitch, optionalText, requiredText } from '../options.ts';

/** What the command line of `haunted agent ofrep` says, the service itself apart. Paths are absolute. */
export type AgentWords = {
  readonly manifest: string;
  readonly keyring: string | null;
  readonly acceptUnsigned: boolean;
  readonly source:
    | { readonly kind: 'flagd'; readonly file: string }
    | {
        readonly kind: 'upstream';
        readonly url: string;
        readonly authFile: string | null;
        readonly timeoutMs: number;
      };
  readonly host: string;
  readonly port: number;
  readonly tokenFile: string | null;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly report: string | null;
};

/** Reads the words. Fault: BAD_USAGE. */
export function agentWords(values: Values, positionals: readonly string[], cwd: string): AgentWords {
  const [extra] = positionals;
  if (extra !== undefined) throw new Fault('BAD_USAGE', `\`haunted agent ofrep\` takes no ${quoted(extra)}.`);
  const at = (name: string): string | null =>
    optionalText(values, name) === undefined ? null : path.resolve(cwd, requiredText(values, name, 'a path'));
  return {
    manifest: path.resolve(
      cwd,
      requiredText(values, 'manifest', 'the manifest of the binary that runs here'),
    ),
    keyring: at('keyring'),
    acceptUnsigned: hasSwitch(values, 'accept-unsigned'),
    source: sourceOf(values, at),
    ...listenAddress(optionalText(values, 'listen') ?? '127.0.0.1:8016'),
    tokenFile: at('token-file'),
    tls: tlsFiles(at('tls-cert'), at('tls-key')),
    report: at('report'),
  };
}

function sourceOf(values: Values, at: (name: string) => string | null): AgentWords['source'] {
  const file = at('flagd');
  const upstream = optionalText(values, 'upstream');
  if ((file === null) === (upstream === undefined))
    throw new Fault(
      'BAD_USAGE',
      'Say where the flags are: give --flagd FILE or --upstream URL, and one of them only.',
    );
  if (file !== null) {
    for (const word of ['upstream-auth-file', 'upstream-timeout'])
      if (optionalText(values, word) !== undefined)
        throw new Fault('BAD_USAGE', `--${word} goes with --upstream, and the flags are in a file here.`);
    return { kind: 'flagd', file };
  }
  return {
    kind: 'upstream',
    url: upstreamUrl(upstream ?? '', at('upstream-auth-file') !== null),
    authFile: at('upstream-auth-file'),
    timeoutMs: timeoutOf(optionalText(values, 'upstream-timeout')),
  };
}

function upstreamUrl(text: string, hasSecret: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '')
    throw new Fault(
      'BAD_USAGE',
      `--upstream ${quoted(text)} is not a URL such as https://flags.example.com.`,
    );
  if (url.username !== '' || url.password !== '')
    throw new Fault(
      'BAD_USAGE',
      '--upstream must not hold a password, for everybody can read a command line; use --upstream-auth-file.',
    );
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isHere = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (hasSecret && url.protocol === 'http:' && !isHere)
    throw new Fault(
      'BAD_USAGE',
      `--upstream ${quoted(text)} would send the secret of --upstream-auth-file in the clear; use https.`,
    );
  return url.href.replace(/\/+$/, '');
}

function timeoutOf(text: string | undefined): number {
  if (text === undefined) return 2_000;
  const ms = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (ms >= 1 && ms <= 60_000) return ms;
  throw new Fault(
    'BAD_USAGE',
    `--upstream-timeout ${quoted(text)} is not a number of milliseconds from 1 to 60000.`,
  );
}
