import { parse, TomlError } from 'smol-toml';
import { Fault } from '../../fault.ts';

/** What a TOML text says, as plain values; whole numbers beyond 2^53 as bigint. Fault: BAD_INPUT naming file and line. */
export function parseToml(text: string, file: string): unknown {
  try {
    return parse(text, { maxDepth: 64, integersAsBigInt: 'asNeeded' });
  } catch (error) {
    const line = error instanceof TomlError ? error.line : null;
    const [first = ''] = (error instanceof Error ? error.message : '').split('\n');
    const reason = first.replace(/^Invalid TOML document: /, '').replace(/\.$/, '');
    throw new Fault(
      'BAD_INPUT',
      `${file}${line === null ? '' : ` line ${line}`} is not TOML we can use: ${reason}.`,
      { file, line },
      error,
    );
  }
}
