import path from 'node:path';
import { readPrivateKey } from '../../adapters/files/key-file.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { Fault } from '../../fault.ts';
import { isEnvelope } from '../../seal/envelope.ts';
import { readJson } from '../../seal/json.ts';
import { signManifest } from '../../seal/sign.ts';
import type { Command } from '../command.ts';
import { optionalText, requiredText } from '../options.ts';

/** `haunted manifest sign`: puts a manifest into a DSSE envelope with a builder's signature. */
export const manifestSign: Command = {
  usage: 'FILE --key FILE [--out FILE]',
  about: [
    'Signs a manifest with a builder key and prints the DSSE envelope, or writes it with --out. Refuses a manifest whose digest is',
    'wrong or that contradicts itself, because no gate would let it in. Ends with 0 when it is signed, and 1 otherwise.',
  ].join('\n'),
  options: {
    key: { type: 'string', value: 'FILE', help: 'the builder’s private key file' },
    out: { type: 'string', value: 'FILE', help: 'where the envelope goes; stdout by default' },
  },
  run: async (values, positionals, io) => {
    const [file, surplus] = positionals;
    if (file === undefined || surplus !== undefined)
      throw new Fault('BAD_USAGE', 'Give one manifest: `haunted manifest sign FILE --key FILE`.');
    const keyFile = requiredText(values, 'key', 'the builder’s private key file');
    const out = optionalText(values, 'out');
    const bytes = await readDocument(path.resolve(io.cwd, file), { what: 'manifest' });
    const source = `The manifest ${shownPath(file)}`;
    const read = readJson(bytes);
    if (!read.ok) throw new Fault('BAD_INPUT', `${source} ${read.detail}.`, { reason: read.reason });
    if (isEnvelope(read.value)) throw new Fault('BAD_INPUT', `${source} is in an envelope already.`);
    const envelope = signManifest(read.value, source, await readPrivateKey(path.resolve(io.cwd, keyFile)));
    if (out === undefined) io.stdout(envelope);
    else await writeFileAtomic(path.resolve(io.cwd, out), envelope);
    return 0;
  },
};
