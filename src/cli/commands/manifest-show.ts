import { Fault } from '../../fault.ts';
import type { Command } from '../command.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { showPage } from '../manifest/show-page.ts';
import { oneOf } from '../options.ts';

/** `haunted manifest show`: a readable page of one manifest, signed or bare. */
export const manifestShow: Command = {
  usage: 'FILE [--format table|json]',
  about: [
    'Prints what a manifest says: binary, config, servers, way back, and the flag ownership table. Of a signed one it names the keys, and',
    'verifies nothing: `haunted manifest verify` does. Ends with 0, and with 1 when the file holds no manifest.',
  ].join('\n'),
  options: {
    format: {
      type: 'string',
      value: 'table|json',
      help: 'A page (default), or the manifest without its envelope.',
    },
  },
  run: async (values, positionals, io) => {
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const [file, surplus] = positionals;
    if (file === undefined || surplus !== undefined)
      throw new Fault('BAD_USAGE', 'Give one manifest: `haunted manifest show FILE`.');
    const read = await readManifest(file, io.cwd);
    io.stdout(format === 'json' ? `${JSON.stringify(read.raw, null, 2)}\n` : showPage(read));
    return 0;
  },
};
