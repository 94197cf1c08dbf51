import path from 'node:path';
import type { FlagDefinition } from '../../model/flag-definition.ts';
import type { DefinitionText } from './definition-files.ts';

const CODE_ENDINGS = new Set(
  '.ts .tsx .mts .cts .js .jsx .mjs .cjs .cs .go .java .kt .kts .py .rb .rs .php .c .h .cc .cpp .cxx .hpp .hh .sh .bash'.split(
    ' ',
  ),
);

/**
 * What all the definition files say, in the order of the files. A file that was found in a folder and defines no flags is passed
 * over, and `note` is told. Throws BAD_INPUT naming file and line for one that is broken or was named and defines none.
 */
export async function readAllDefinitions(
  files: readonly DefinitionText[],
  note: (sentence: string) => void,
): Promise<readonly FlagDefinition[]> {
  const all: FlagDefinition[] = [];
  for (const file of files) {
    const { path: shown, text } = file;
    if (CODE_ENDINGS.has(path.extname(shown).toLowerCase())) {
      const { readCodeDefinitions } = await import('../../scan/code-definitions.ts');
      all.push(...(await readCodeDefinitions({ path: shown, text })));
    } else if (file.isFound && !(await definesFlags(file))) {
      note(`${shown} is passed over: it defines no flags in a format that is known.`);
    } else {
      const { readDefinitions } = await import('../../scan/definitions/read-definitions.ts');
      all.push(...readDefinitions({ path: shown, text }));
    }
  }
  return all;
}

async function definesFlags({ path, text }: DefinitionText): Promise<boolean> {
  const { openDefinitionFile } = await import('../../scan/definitions/definition-file.ts');
  const { READERS } = await import('../../scan/definitions/readers.ts');
  const opened = openDefinitionFile({ path, text });
  return READERS.some((reader) => reader.fits(opened));
}
