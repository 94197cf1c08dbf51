import type { Command } from '../command.ts';
import { compareWithBase } from '../flags/compare-with-base.ts';
import { renderScan } from '../flags/render-scan.ts';
import { previousRows, scanFolder } from '../flags/run-scan.ts';
import { readScanWords, SCAN_OPTIONS } from '../flags/scan-words.ts';

/** `haunted flags scan`: which flags a source tree reads, where, and whose they are. */
export const flagsScan: Command = {
  usage: '[DIR] [--definitions FILE|FOLDER]… [--base REF] [--format table|json|sarif|markdown]',
  about: [
    'Reads the source code in DIR (the current folder by default) and prints every flag: whether the code asks for it, where, whose it is, and',
    'who touched it last. It runs nothing and changes nothing. Without definitions it lists every flag it sees read. Ends with 0; with --strict it ends',
    'with 2 when a flag is read that is defined nowhere; with --base it ends with 2 when something got worse since that commit; with 1 when it',
    'could not look. docs/flags.md is the manual.',
  ].join('\n'),
  options: SCAN_OPTIONS,
  run: async (values, positionals, io) => {
    const words = await readScanWords(values, positionals, io);
    const previous = await previousRows(words.previous, io);
    const scanned = await scanFolder(words, previous, io);
    if (words.base !== undefined) return await compareWithBase(scanned, words, words.base, io);
    const hasDefinitions = words.settings.definitions.length > 0;
    io.stdout(renderScan(scanned, { format: words.format, hasDefinitions }, io));
    const isOrphaned = scanned.scan.flags.some(({ grade, defined }) => grade === 'evaluated' && !defined);
    return words.strict && isOrphaned ? 2 : 0;
  },
};
