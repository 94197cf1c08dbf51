import { GuardRefusalCode } from '../model/guard-report.ts';
import { readHeader } from './header-map.ts';
import type { HeaderMap } from './header-map.ts';
import type { Acceptance } from './accept.ts';
import { REFUSALS } from './refusal.ts';

/** The header by which a receiver tells the sender why a message was refused; one item for each reason, commas between. */
const REFUSED_HEADER = 'haunted-refused';

type Refused = Extract<Acceptance, { ok: false }>;

/** An answer to an HTTP request whose flags were refused: RFC 9457 problem details, and the reasons in a header as well. */
export type RefusalAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
};

const SHOWN = 16;

/** The HTTP answer for a message that was refused. The status is that of its first reason. */
export function refusalAnswer({ refusals }: Refused): RefusalAnswer {
  const [first] = refusals;
  const { status } = REFUSALS[first.code];
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...refusalHeaders({ refusals }) },
    body: JSON.stringify({
      type: `urn:haunted:${first.code}`,
      title: 'A flag in this message was refused',
      status,
      detail: first.sentence,
      refusals: refusals.slice(0, SHOWN),
    }),
  };
}

/** The reasons as a header, for a reply or a dead-letter message where there is no HTTP status: `flag_reused rlp, …`, ASCII only. */
export function refusalHeaders({ refusals }: Pick<Refused, 'refusals'>): Record<string, string> {
  const items = refusals
    .slice(0, SHOWN)
    .map(({ code, flag }) => (flag === null ? code : `${code} ${encodeURIComponent(flag.toWellFormed())}`));
  return { [REFUSED_HEADER]: items.join(', ') };
}

/** Why did the receiver refuse? The reasons in the headers of its answer, for the sender; empty when there are none. */
export function readRefusals(
  headers: HeaderMap,
): readonly { readonly code: GuardRefusalCode; readonly flag: string | null }[] {
  const text = readHeader(headers, REFUSED_HEADER) ?? '';
  return text
    .split(',')
    .slice(0, SHOWN)
    .flatMap((item) => {
      const [word, name] = item.trim().split(' ');
      const code = GuardRefusalCode.safeParse(word);
      return code.success ? [{ code: code.data, flag: flagOf(name) }] : [];
    });
}

function flagOf(name: string | undefined): string | null {
  try {
    return name === undefined ? null : decodeURIComponent(name);
  } catch {
    return null;
  }
}
