import type { Role } from './keyring.ts';

/** A role as a sentence names it. */
export function withArticle(role: Role): string {
  return `${role === 'operator' ? 'an' : 'a'} ${role}`;
}
