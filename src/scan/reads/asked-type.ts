import { plain } from './call-words.ts';

/** The type of value that the name of a call asks for; null where it does not say. */
export function typeAsked(
  name: string,
): 'boolean' | 'string' | 'number' | 'integer' | 'float' | 'object' | null {
  const even = plain(name);
  if (/bool|ison|isoff|enabled|isactive/.test(even)) return 'boolean';
  if (/string/.test(even)) return 'string';
  if (/int/.test(even) && !/point|print|hint/.test(even)) return 'integer';
  if (/float|double/.test(even)) return 'float';
  if (/number/.test(even)) return 'number';
  if (/object|json|struct/.test(even)) return 'object';
  return null;
}
