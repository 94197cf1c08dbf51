import { Fault } from '../fault.ts';

/** A header map with methods, such as fetch's Headers, a Map, or NATS' MsgHdrs. */
type HeaderStore = {
  get: (name: string) => unknown;
  set: (name: string, value: string) => unknown;
  delete?: (name: string) => unknown;
  keys?: () => Iterable<string>;
  values?: (name: string) => unknown;
};

/**
 * The headers of a message, in the forms that Node's clients have them: an object by name (HTTP; Kafka and AMQP, with text or
 * bytes), pairs of name and value, Node's flat `rawHeaders`, or a map with `get` and `set`.
 */
export type HeaderMap =
  | HeaderStore
  | Record<string, unknown>
  | (readonly [string, unknown])[]
  | string[]
  // An interface such as IncomingHttpHeaders has no index signature, so it fits none of the above.
  | object;

/** All values of a header, whatever the case of its name, joined as one field (RFC 9110, 5.2); null when it is not there. */
export function readHeader(headers: HeaderMap, name: string): string | null {
  const values = valuesOf(headers, name).flatMap(textsOf);
  return values.length === 0 ? null : values.join(',');
}

function valuesOf(headers: HeaderMap, name: string): unknown[] {
  if (isStore(headers)) return storedValues(headers, name);
  return entriesOf(headers)
    .filter(([key]) => isNamed(key, name))
    .map(([, value]) => value);
}

function storedValues(headers: HeaderStore, name: string): unknown[] {
  const keys = storedKeys(headers, name);
  // NATS keeps repeated headers apart and gives them with values(name); elsewhere values() takes no name and means another thing.
  const isMulti = typeof headers.values === 'function' && headers.values.length > 0;
  return keys.flatMap((key) => (isMulti ? headers.values?.(key) : [headers.get(key)]));
}

function storedKeys(headers: HeaderStore, name: string): string[] {
  const keys = typeof headers.keys === 'function' ? [...headers.keys()] : [name];
  return keys.filter((key) => typeof key === 'string' && isNamed(key, name));
}

function entriesOf(headers: HeaderMap): (readonly [unknown, unknown])[] {
  if (!Array.isArray(headers)) return Object.entries(headers);
  const list: readonly unknown[] = headers;
  if (list.every((each) => Array.isArray(each)))
    return list.map((pair: readonly unknown[]) => [pair[0], pair[1]]);
  return list.flatMap((each, at) => (at % 2 === 0 ? [[each, list[at + 1]] as const] : []));
}

function isStore(headers: HeaderMap): headers is HeaderStore {
  return (
    'get' in headers && typeof headers.get === 'function' && typeof Reflect.get(headers, 'set') === 'function'
  );
}

function isNamed(key: unknown, name: string): boolean {
  return typeof key === 'string' && key.toLowerCase() === name;
}

/** Texts and bytes; several values of one header may be a list. */
function textsOf(value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array)
    return [Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  throw new Fault('BAD_INPUT', 'The header holds neither text nor bytes.');
}

/**
 * Writes a header in place of every earlier one of its name, as bytes where bytes stood; null removes it. The headers are
 * changed, as every client of Node takes them.
 */
export function writeHeader(headers: HeaderMap, name: string, text: string | null): void {
  if (isStore(headers)) {
    const keys = storedKeys(headers, name);
    for (const key of keys.slice(text === null ? 0 : 1)) headers.delete?.(key);
    if (text !== null) headers.set(keys[0] ?? name, text);
    return;
  }
  if (Array.isArray(headers)) writeList(headers, name, text);
  else writeRecord(headers as Record<string, unknown>, name, text);
}

function writeRecord(headers: Record<string, unknown>, name: string, text: string | null): void {
  const [first = name, ...others] = Object.keys(headers).filter((key) => isNamed(key, name));
  const isBytes = headers[first] instanceof Uint8Array;
  for (const key of others) delete headers[key];
  if (text === null) delete headers[first];
  else headers[first] = isBytes ? Buffer.from(text) : text;
}

function writeList(headers: unknown[], name: string, text: string | null): void {
  const isFlat = headers.some((each) => typeof each === 'string');
  const kept = entriesOf(headers).filter(([key]) => !isNamed(key, name));
  if (text !== null) kept.push([name, text]);
  headers.splice(0, headers.length, ...(isFlat ? kept.flat() : kept.map(([key, value]) => [key, value])));
}
