import { Fault } from '../../fault.ts';
import type { Gate } from '../../gate/gate.ts';
import type { ClusterState } from '../../ledger/state.ts';
import type { Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { optionalText } from '../options.ts';

/**
 * The cluster that is meant: --cluster, else haunted.yaml, else the only one there is. Faults: BAD_USAGE when there are several,
 * NOT_FOUND when the ledger knows none of that name.
 */
export async function theCluster(gate: Gate, values: Values, io: Io): Promise<ClusterState> {
  const { config } = await loadConfig(io, optionalText(values, 'config'));
  const name = optionalText(values, 'cluster') ?? config.cluster ?? null;
  const known = await gate.look(name);
  const [only, other] = known;
  if (only === undefined) throw unknownCluster(name);
  if (other === undefined) return only;
  const names = known.map(({ cluster }) => cluster).join(', ');
  throw new Fault('BAD_USAGE', `Which cluster? Give --cluster with one of ${names}.`);
}

/** No cluster of this name, or none at all, is in the ledger. */
export function unknownCluster(name: string | null): Fault {
  return new Fault(
    'NOT_FOUND',
    name === null
      ? 'The ledger knows no cluster yet; say what one has to run with `haunted adopt --manifest FILE`.'
      : `The ledger knows no cluster ${name}; say what it has to run with \`haunted adopt --manifest FILE\`.`,
  );
}
