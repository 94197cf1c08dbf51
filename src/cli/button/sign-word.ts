import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readPrivateKey } from '../../adapters/files/key-file.ts';
import { Fault } from '../../fault.ts';
import { OperatorWord } from '../../model/operator-word.ts';
import { signWord } from '../../seal/operator-word.ts';
import { parseValue } from '../../seal/parse-document.ts';
import type { Option, Values } from '../command.ts';
import type { Io } from '../io.ts';
import { optionalText, requiredText } from '../options.ts';

/** What every word of an operator needs. */
export const WORD_OPTIONS = {
  key: { type: 'string', value: 'FILE', help: 'An operator’s private key.' },
  reason: { type: 'string', value: 'TEXT', help: 'Why, in one line; it is signed and kept.' },
  for: {
    type: 'string',
    value: 'TIME',
    help: 'How long the word counts, such as 30m, 2h or 1d; 1h by default.',
  },
} as const satisfies Readonly<Record<string, Option>>;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const MOST_DAYS = 30;

type Said = Readonly<Record<string, unknown>> & {
  readonly kind: OperatorWord['kind'];
  readonly cluster: string;
};

/** An operator’s word, signed now. Faults: BAD_USAGE, BAD_INPUT for a key of another role, and what reading the key throws. */
export async function wordSigned(said: Said, values: Values, io: Io): Promise<string> {
  const file = requiredText(values, 'key', 'the private key of an operator');
  const reason = requiredText(values, 'reason', 'why, in one line');
  const key = await readPrivateKey(path.resolve(io.cwd, file));
  const now = io.now();
  const word = parseValue(
    OperatorWord,
    {
      schema: 'haunted.operator-word/v1',
      word: `${said.kind}-${randomBytes(6).toString('hex')}`,
      ...said,
      reason,
      said_at: new Date(now).toISOString(),
      until: new Date(now + lengthOf(optionalText(values, 'for') ?? '1h')).toISOString(),
    },
    'The word',
  );
  return signWord(word, key);
}

/** A length of time such as 30m, in milliseconds. Fault BAD_USAGE. */
export function lengthOf(text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? 0);
  if (seconds > 0 && seconds <= MOST_DAYS * 86_400) return seconds * 1_000;
  throw new Fault(
    'BAD_USAGE',
    `--for ${JSON.stringify(text)} is no length of time: write 30m, 2h or 1d, at most ${MOST_DAYS}d.`,
  );
}
