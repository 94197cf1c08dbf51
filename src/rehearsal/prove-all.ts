import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { CLUSTER, keyFile } from './ground.ts';
import type { Haunted } from './haunted.ts';
import { running, type Server } from './servers.ts';
import { sideBySide } from './side-by-side.ts';
import type { Stage } from './stage.ts';

/** A question put to the servers, so that an old proof cannot stand for a new one. */
export type Challenge = { readonly event: string; readonly nonce: string };

/**
 * Lets every server prove with its own key what it runs, into `evidence/<occasion>`, and answers with that folder. The proof
 * covers what the kernel says runs, and the flags that arrived in messages.
 */
export async function proveAll(
  stage: Stage,
  haunted: Haunted,
  occasion: string,
  challenge: Challenge | null,
): Promise<string> {
  const evidence = `evidence/${occasion}`;
  await mkdir(path.join(stage.folder, evidence), { recursive: true });
  await sideBySide(stage.servers, (server) =>
    haunted.must(wordsOf(stage.folder, server, evidence, challenge)),
  );
  stage.timeline.tell({
    what:
      challenge === null
        ? 'haunted prove: each server signs what the kernel runs.'
        : `haunted prove: all eight, to the nonce ${challenge.nonce.slice(0, 8)}….`,
    count: `${stage.servers.length} proofs`,
    source: 'haunted',
  });
  return evidence;
}

function wordsOf(folder: string, server: Server, evidence: string, challenge: Challenge | null): string[] {
  const words = {
    '--cluster': CLUSTER,
    '--hostname': server.name,
    '--pid': String(running(server).pid),
    '--path': path.relative(folder, server.binary),
    '--traffic-port': String(running(server).port),
    '--received': path.relative(folder, server.received),
    '--key': keyFile(server.name),
    '--state': 'prover-state',
    '--out': `${evidence}/${server.name}.json`,
    ...(challenge === null ? {} : { '--event': challenge.event, '--nonce': challenge.nonce }),
  };
  return ['prove', ...Object.entries(words).flat()];
}
