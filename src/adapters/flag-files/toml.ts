import { Fault } from '../../fault.ts';
import { openToml } from '../../scan/toml-document.ts';

/** What a TOML text says, as plain values; whole numbers beyond 2^53 as bigint. Fault: BAD_INPUT naming file and line. */
export function parseToml(text: string, file: string): unknown {
  const opened = openToml(text);
  if (opened.ok) return opened.value;
  const { line, clause, cause } = opened;
  const where = line === null ? file : `${file} line ${line}`;
  throw new Fault('BAD_INPUT', `${where} is not TOML we can use: ${clause}.`, { file, line }, cause);
}
