import type { Acts, Chance } from '../gate/ports.ts';
import type { AgentStreams } from './agent-streams.ts';
import type { Roll } from './roll.ts';

type Parts = {
  readonly roll: Roll;
  readonly streams: AgentStreams;
  readonly chance: Chance;
  readonly challengeMs: number;
};

/**
 * Tells agents who may take traffic and who not. A lease that was taken away has a line of its own. One that was given to a server whose
 * agent was told that it has none is earned by proving again, so it is asked to.
 */
export function tellStreams({ roll, streams, chance, challengeMs }: Parts): NonNullable<Acts['announce']> {
  return ({ cluster, give, take }) => {
    for (const { hostname, reason } of take) {
      const enrolled = roll.find(cluster, hostname);
      if (enrolled === undefined) continue;
      enrolled.hasLease = false;
      streams.send(enrolled.key, { type: 'lease_ended', reason: reason.slice(0, 1_000) });
    }
    for (const { hostname } of give) {
      const enrolled = roll.find(cluster, hostname);
      if (enrolled === undefined || enrolled.hasLease) continue;
      const [event_id, nonce] = [chance.name('lease'), chance.nonce()];
      streams.send(enrolled.key, { type: 'challenge', event_id, nonce, within_ms: challengeMs });
    }
  };
}
