import { codeSite } from './program-text.ts';
import { FLAG } from './stage.ts';

/** The flags of the old executable: the switch is still there, and nothing sets it. */
export function oldFlags(): string {
  return flagFile({
    comment: [
      'The flags of the old router. Power Peg was out of use since 2003 and never deleted; the code was last touched in 2005.',
      'The record gives these years only (SEC release 34-70694, paragraph 14). The name of the flag is ours.',
    ],
    site: codeSite('router-old.cjs', 'powerPeg'),
    lines: [
      'owner: null',
      "purpose: 'Power Peg: send child orders until told to stop'",
      'type: boolean',
      'state: dormant',
      'bound: false',
      'verification: not_verified',
      'travels_in: [message]',
      "last_modified: '2005-01-01T00:00:00Z'",
    ],
  });
}

/** The flags of the new executable: the same name, and another function behind it. */
export function newFlags(): string {
  return flagFile({
    comment: [
      'The flags of the new router. The Retail Liquidity Program (RLP) took over the switch that Power Peg had left',
      '(SEC release 34-70694, paragraph 13). Owner, checker and times are fictional.',
    ],
    site: codeSite('router-new.cjs', 'retailLiquidity'),
    lines: [
      'owner: team-rlp',
      "purpose: 'Retail Liquidity Program: send retail orders to the retail venue'",
      'type: boolean',
      'state: live',
      'bound: true',
      'verification: verified',
      'verified_by: second-reader',
      "verified_at: '2012-07-25T00:00:00Z'",
      'travels_in: [message]',
      'senders: [order-gateway]',
      "last_modified: '2012-07-20T00:00:00Z'",
    ],
  });
}

/** The flags of the gateway: it sends the one flag, and means by it what the new router does. */
export function gatewayFlags(meaning: string): string {
  return flagFile({
    comment: [
      'The flags of the order gateway: what it sends, and what it means by it. It is that of the new router.',
    ],
    site: codeSite('gateway.cjs', 'send'),
    lines: [
      'owner: team-rlp',
      "purpose: 'Retail Liquidity Program: send retail orders to the retail venue'",
      `meaning: '${meaning}'`,
      'type: boolean',
      'state: live',
      'bound: true',
      'verification: verified',
      'verified_by: second-reader',
      "verified_at: '2012-07-25T00:00:00Z'",
      'travels_in: [message]',
      'senders: [order-gateway]',
      "last_modified: '2012-07-20T00:00:00Z'",
    ],
  });
}

function flagFile({
  comment,
  site,
  lines,
}: {
  readonly comment: readonly string[];
  readonly site: { readonly file: string; readonly line: number; readonly symbol: string };
  readonly lines: readonly string[];
}): string {
  return [
    ...comment.map((line) => `# ${line}`),
    'schema: haunted.flags/v1',
    'flags:',
    `  ${FLAG}:`,
    ...lines.map((line) => `    ${line}`),
    '    where:',
    `      - { file: ${site.file}, line: ${site.line}, symbol: ${site.symbol} }`,
    '',
  ].join('\n');
}
