import type { FlagOwnership } from '../model/flag.ts';

const ID_KEPT = 14;
const PURPOSE_KEPT = 60;

/**
 * A meaning as a person can tell it from another: the first characters of its id and, where the table has one, the purpose.
 * The findings' `expected` and `actual` hold the whole id.
 */
export function spokenMeaning(meaning: string, row: FlagOwnership | null): string {
  const id = meaning.length > ID_KEPT + 2 ? `${meaning.slice(0, ID_KEPT).toWellFormed()}…` : meaning;
  const purpose = (row?.purpose ?? '').trim();
  if (row === null || row.meaning !== meaning || purpose === '') return id;
  const said = purpose.length > PURPOSE_KEPT ? `${purpose.slice(0, PURPOSE_KEPT).toWellFormed()}…` : purpose;
  return `${id} “${said}”`;
}
