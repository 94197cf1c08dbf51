import { brokenFile } from './broken-file.ts';
import type { DefinitionReader } from './reader.ts';

/** A plain text (`.txt`): the name of one flag on each line; `#` begins a comment at a line's start or after a blank. */
export const nameList: DefinitionReader = {
  format: 'names',
  fits: ({ lines }) => lines !== null,
  read: ({ path, lines }) =>
    (lines ?? []).flatMap((text, index) => {
      const flag = text.replace(/(?:^|\s)#.*$/, '').trim();
      const line = index + 1;
      if (/\s/.test(flag))
        throw brokenFile(path, line, 'has a blank inside a name; a list of flags has one name on each line');
      return flag === '' ? [] : [{ flag, line }];
    }),
};
