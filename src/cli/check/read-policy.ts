import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import { Policy } from '../../model/policy.ts';
import { parseDocument, parseValue } from '../../seal/parse-document.ts';

// A policy is a dozen lines; a document this long is another file.
const MAX_BYTES = 1024 * 1024;

/** The policy in a file: JSON when its name ends so, else YAML. Fault BAD_INPUT names the field that is wrong. */
export async function readPolicy(file: string): Promise<Policy> {
  const bytes = await readDocument(file, { maxBytes: MAX_BYTES, what: 'policy' });
  const source = `The policy ${shownPath(file)}`;
  if (file.endsWith('.json')) return parseDocument(Policy, bytes, source);
  const { parseYaml } = await import('../../adapters/yaml/parse.ts');
  return parseValue(Policy, parseYaml(textOf(bytes, source), source).value ?? {}, source);
}

function textOf(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault('BAD_INPUT', `${source} is not UTF-8 text; save it as UTF-8.`, { source }, error);
  }
}
