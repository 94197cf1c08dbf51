import type { Answer, Nodes } from '../../gate/ports.ts';
import { openProof } from '../../seal/open.ts';
import { collectOverSsh } from '../collect/over-ssh.ts';
import type { SshWords } from '../collect/request.ts';
import { targetsOf } from '../collect/targets.ts';
import type { LoadedConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { silent } from './exec-nodes.ts';

/**
 * Servers asked over ssh, with the nonce of the event: nothing is installed on them, and the transport vouches for what comes back.
 * Faults: those of collectOverSsh. A signal does not stop the asking: whoever pressed Ctrl-C wants to know all the more.
 */
export function sshNodes(wordsFor: (cluster: string) => SshWords, loaded: LoadedConfig, io: Io): Nodes {
  return {
    ask: async ({ cluster, hostnames, event_id, nonce }, door, onAnswer) => {
      const targets = (await targetsOf({ hosts: hostnames, inventory: null, group: null }, loaded)) ?? [];
      const heard = new Map<string, Answer>();
      const asked = { ...wordsFor(cluster), challenge: { event_id, nonce } };
      const patient: Io = { ...io, signal: new AbortController().signal };
      const progress = {
        step: (name: string, ok: boolean) => {
          // What it said is opened when all are in; whoever waits only wants to see that it answered.
          onAnswer?.(ok ? { ...silent(name, ''), document: '' } : silent(name, 'no report'));
        },
        clear: () => undefined,
      };
      for (const line of await collectOverSsh(targets, asked, { io: patient, progress })) {
        const hostname = 'report' in line ? line.inventory_name : line.hostname;
        const document = 'report' in line ? JSON.stringify(line) : null;
        heard.set(hostname, { hostname, opened: openProof(line, hostname, door), document });
      }
      return hostnames.map((host) => heard.get(host) ?? silent(host, 'it was not asked'));
    },
  };
}
