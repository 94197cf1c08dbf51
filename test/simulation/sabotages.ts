import type { Answer } from '../../src/gate/ports.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Fact } from '../../src/model/entry.ts';
import type { ProofAnswer } from '../../src/model/agent-wire.ts';
import { BINARIES } from './servers.ts';
import { HOSTS } from './setups.ts';
import type { Sabotage } from './world.ts';

/** A part that is wrong on purpose, and the invariant that must notice. */
export type Sabotaged = { readonly what: string; readonly invariant: string; readonly sabotage: Sabotage };

const withFacts =
  (change: (facts: readonly Fact[]) => readonly Fact[]) =>
  (ledger: Ledger): Ledger => ({
    ...ledger,
    append: async (facts, options) => {
      const changed = change(facts);
      return changed.length === 0 ? await ledger.head() : await ledger.append(changed, options);
    },
  });

/** A ledger that accepts without comparing lets two people in at once; that takes two who press. */
export const NO_COMPARING: Sabotage = {
  ledger: (ledger) => ({
    ...ledger,
    append: (facts, options) => ledger.append(facts, { ...options, expected: 'any' }),
  }),
};

function letThrough(fact: Fact): Fact[] {
  if (fact.kind !== 'verdict' || !fact.body.findings.includes('quarantined')) return [fact];
  const { cluster, event_id, manifest_sha256, gate } = fact.body;
  if (gate !== 'deploy' || event_id === null || manifest_sha256 === null) return [fact];
  const body = {
    cluster,
    change: event_id,
    action: gate,
    manifest_sha256,
    from_manifest_sha256: null,
    nonce: event_id,
    actor: 'alice',
    reason: null,
    document: null,
  };
  return [
    { ...fact, body: { ...fact.body, verdict: 'ALLOW_DEPLOY' } },
    { kind: 'change_begun', body },
  ];
}

export const SABOTAGES: readonly Sabotaged[] = [
  {
    what: 'a gate that writes no verdict',
    invariant: 'no change without an ALLOW in the ledger',
    sabotage: { ledger: withFacts((facts) => facts.filter(({ kind }) => kind !== 'verdict')) },
  },
  {
    what: 'a gate that lets through what it found a quarantine against',
    invariant: 'nothing is let through in quarantine',
    sabotage: { ledger: withFacts((facts) => facts.flatMap(letThrough)) },
  },
  {
    what: 'servers that are asked once and believed for ever',
    invariant: 'PROVEN is proven',
    sabotage: {
      parts: (parts) => {
        const known = new Map<string, Answer>();
        return {
          ...parts,
          nodes: {
            ask: async (question, door, onAnswer) => {
              const answers = await parts.nodes.ask(question, door, onAnswer);
              return answers.map((answer) => {
                const before = known.get(answer.hostname);
                known.set(answer.hostname, before ?? answer);
                if (before?.opened.kind !== 'report') return answer;
                const { event_id, nonce } = question;
                const { report } = before.opened;
                const value = { ...report.value, challenge: { event_id, nonce } };
                const opened = { kind: 'report', report: { ...report, value } } as const;
                return { ...before, opened, document: JSON.stringify(value) };
              });
            },
          },
        };
      },
    },
  },
  {
    what: 'a gate that gives leases to all',
    invariant: 'no lease for an unproven server',
    sabotage: {
      ledger: withFacts((facts) =>
        facts.map((fact) => {
          if (fact.kind !== 'lease' || fact.body.state !== 'held') return fact;
          const proof_seq = fact.body.nodes[0]?.proof_seq ?? null;
          return {
            ...fact,
            body: { ...fact.body, nodes: HOSTS.map((hostname) => ({ hostname, proof_seq })) },
          };
        }),
      ),
    },
  },
  {
    what: 'a gate that answers every proof with a lease',
    invariant: 'no traffic without a fresh proof',
    sabotage: {
      gate: (gate) => ({
        ...gate,
        receive: async (cluster, answer) => {
          const { opened } = answer;
          const given = await gate.receive(cluster, answer);
          const shown = opened.kind === 'report' ? opened.report.value.binary_sha256 : BINARIES.A;
          return { ...given, accepted: true, lease: given.lease ?? leaseFor(shown) };
        },
      }),
    },
  },
  {
    what: 'an agent that lets no lease run out',
    invariant: 'no traffic without a fresh proof',
    sabotage: {
      agent: (fleet) => ({
        ...fleet,
        isReady: (server) => server.agent?.isAlive === true && server.held.held !== null,
      }),
    },
  },
  {
    what: 'an agent that does not see what starts',
    invariant: 'no traffic without a fresh proof',
    sabotage: {
      agent: (fleet) => ({
        ...fleet,
        restart: (host) => {
          const server = fleet.serverOf(host);
          server.running = server.disk;
        },
      }),
    },
  },
  {
    what: 'a gate that takes quarantines for advice',
    invariant: 'a quarantine of all leaves the floor',
    sabotage: {
      parts: (parts) => ({
        ...parts,
        rules: (cluster) => {
          const rules = parts.rules(cluster);
          return { ...rules, traffic: { ...rules.traffic, takes_out: 'unproven' } };
        },
      }),
    },
  },
  {
    what: 'somebody who ends quarantines in the name of an operator',
    invariant: 'a quarantine ends by proof or signature',
    sabotage: {
      ledger: withFacts((facts) =>
        facts.flatMap((fact): Fact[] => {
          if (fact.kind !== 'quarantine_opened') return [fact];
          const { cluster, quarantine } = fact.body;
          const release = {
            by: 'operator',
            keyid: BINARIES.X,
            reason: 'it is late',
            document: '{}',
          } as const;
          return [fact, { kind: 'quarantine_released', body: { cluster, quarantine, release } }];
        }),
      ),
    },
  },
  {
    what: 'traffic that is told before the ledger is',
    invariant: 'no act without an entry',
    sabotage: {
      parts: (parts) => ({
        ...parts,
        acts: {
          ...parts.acts,
          order: async (order) => {
            const until = new Date(parts.chance.now() + 77_777).toISOString();
            const give = HOSTS.map((hostname) => ({ hostname, until, proof_seq: 1 }));
            return await parts.acts.order({ ...order, give });
          },
        },
      }),
    },
  },
  {
    what: 'a gate that says PROVEN when a command went well',
    invariant: 'exit 0 is proven',
    sabotage: {
      gate: (gate) => ({
        ...gate,
        end: async (...asked) => {
          const settled = await gate.end(...asked);
          return { ...settled, verdict: { ...settled.verdict, verdict: 'PROVEN' } };
        },
      }),
    },
  },
  {
    what: 'a gate that does not read what others wrote',
    invariant: 'replay is the live state',
    sabotage: {
      gate: (gate) => ({
        ...gate,
        look: async (cluster) =>
          (await gate.look(cluster)).map((state) => ({ ...state, oddities: [{ seq: 1, detail: 'x' }] })),
      }),
    },
  },
  {
    what: 'a gate that does not go on where another one died',
    invariant: 'nobody is left unasked',
    sabotage: {
      gate: (gate) => ({ ...gate, receive: gate.weigh }),
    },
  },
  {
    what: 'a gate that starts anew and tells traffic nothing',
    invariant: 'traffic is told what the ledger says',
    sabotage: {
      gate: (gate) => ({ ...gate, tellAgain: async () => undefined }),
    },
  },
  {
    what: 'servers that can never be asked',
    invariant: 'it gets right in the end',
    sabotage: {
      parts: (parts) => ({
        ...parts,
        nodes: {
          ask: async ({ hostnames }) =>
            hostnames.map((hostname) => {
              const unreachable = { hostname, detail: 'nobody asked' };
              return { hostname, opened: { kind: 'unreachable', unreachable }, document: null } as const;
            }),
        },
      }),
    },
  },
];

function leaseFor(binary_sha256: string): NonNullable<ProofAnswer['lease']> {
  const until = '2012-08-01T12:00:00.000Z';
  return { for_ms: 30_000, until, binary_sha256, config_sha256: 'c'.repeat(64) };
}
