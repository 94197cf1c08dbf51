import { Fault } from '../../fault.ts';
import { gateHere } from '../button/gate-here.ts';
import { GATE_OPTIONS } from '../button/options.ts';
import { WORD_OPTIONS, wordSigned } from '../button/sign-word.ts';
import { theCluster } from '../button/the-cluster.ts';
import type { Command } from '../command.ts';

/** `haunted manifest release`: a refused manifest may be deployed again. */
export const manifestRelease: Command = {
  usage: 'SHA256 --key FILE --reason TEXT [--cluster C] [--ledger FILE | --server URL]',
  about: [
    'Takes the mark from a manifest that was rolled back from, by an operator’s signature, so that it may be deployed again. The first',
    'characters of its digest are enough. Ends with 0, or 1 when it could not be done.',
  ].join('\n'),
  options: { ...WORD_OPTIONS, ...GATE_OPTIONS },
  run: async (values, [start, surplus], io) => {
    // An empty word, as of a variable that nobody set, is the beginning of every digest.
    if (start === undefined || surplus !== undefined || !/^[0-9a-f]{4,64}$/.test(start))
      throw new Fault(
        'BAD_USAGE',
        'Name one manifest by at least four characters of its digest: `haunted manifest release 3f9c…`.',
      );
    const { gate, close } = await gateHere(values, io);
    try {
      const { cluster, manifests } = await theCluster(gate, values, io);
      const found = [...manifests.values()].filter(
        ({ manifest_sha256, refused }) => refused !== null && manifest_sha256.startsWith(start),
      );
      const [only, other] = found;
      if (only === undefined)
        throw new Fault(
          'NOT_FOUND',
          `No refused manifest of cluster ${cluster} has a digest that begins so.`,
        );
      if (other !== undefined)
        throw new Fault(
          'AMBIGUOUS',
          'Several refused manifests have a digest that begins so; give more of it.',
        );
      const said = { kind: 'release_manifest', cluster, manifest_sha256: only.manifest_sha256 } as const;
      const bytes = new TextEncoder().encode(await wordSigned(said, values, io));
      io.stdout(`${await gate.hear({ source: 'The word', bytes })}\n`);
      return 0;
    } finally {
      await close();
    }
  },
};
