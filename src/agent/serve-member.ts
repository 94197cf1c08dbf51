import type { AgentStatus } from '../model/agent-status.ts';
import type { StreamLine } from '../model/agent-wire.ts';
import { Fault } from '../fault.ts';
import { leaseEnded, leaseLeft } from './held-lease.ts';
import { keepStream } from './keep-stream.ts';
import { leaseHolder } from './lease-holder.ts';
import type { AgentClock, Change, ControlPlane, Credentials, Observer, Watcher } from './ports.ts';
import { proveService } from './prove-service.ts';
import type { ProverFacts, ProverNews } from './prove-service.ts';
import type { ReadinessSource } from './traffic/readiness.ts';

export type MemberParts = {
  readonly credentials: Credentials;
  /** Those of the last join, read again. Faults: everything that reading throws. */
  readonly rejoined: () => Promise<Credentials>;
  readonly observer: Observer;
  readonly watch: (onChange: (change: Change) => void) => Watcher;
  readonly control: ControlPlane;
  readonly clock: AgentClock;
  /** Told of what a person may want to read later. */
  readonly onNews: (news: MemberNews) => void;
};

export type MemberNews =
  | ProverNews
  | { readonly kind: 'connected' }
  | { readonly kind: 'rejoined'; readonly keyid: string }
  | { readonly kind: 'disconnected'; readonly problem: string }
  | { readonly kind: 'asked'; readonly event_id: string }
  | { readonly kind: 'lease_ended'; readonly reason: string };

/** One service of one cluster, answered for. */
export type ServedMember = {
  /** Whether it may take live traffic: for the doors. */
  readonly readiness: ReadinessSource;
  readonly status: () => Omit<AgentStatus, 'version' | 'server'>;
  readonly close: () => void;
};

/** Answers for one service: keeps its stream open, proves it, and holds its lease. Never judges. */
export function serveMember(parts: MemberParts): ServedMember {
  const { control, clock, onNews } = parts;
  const { cluster, hostname } = parts.credentials.member;
  let { credentials } = parts;
  const holder = leaseHolder(clock);
  const prover = proveService({ ...parts, credentials: () => credentials, holder });
  prover.start();
  let connection: { readonly since: number | null; readonly problem: string | null } = {
    since: null,
    problem: 'The control plane has not been reached yet.',
  };
  let ended: string | null = null;
  /** The control plane may say the same after each proof it refuses; it is news once, and again after there was a lease. */
  const end = (reason: string): void => {
    const isNews = holder.lease().held !== null || reason !== ended;
    ended = reason;
    holder.update((lease) => leaseEnded(lease, reason));
    if (isNews) onNews({ kind: 'lease_ended', reason });
  };
  const onLine = (line: Exclude<StreamLine, { type: 'beat' }>): void => {
    switch (line.type) {
      case 'settings':
        return prover.every(line.prove_every_ms);
      case 'challenge':
        onNews({ kind: 'asked', event_id: line.event_id });
        return prover.challenge(line);
      case 'lease_ended':
        return end(line.reason);
    }
  };
  const closeStream = keepStream({
    open: async (hear, signal) => {
      try {
        await control.stream(credentials.member, hear, signal);
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'NOT_ADMITTED') throw error;
        const joined = await parts.rejoined();
        if (joined.member.session === credentials.member.session) throw error;
        // Somebody let this server join again while it is answered for. What it holds was earned by proof, and runs on to its end.
        credentials = joined;
        onNews({ kind: 'rejoined', keyid: joined.key.keyid });
        await control.stream(credentials.member, hear, signal);
      }
    },
    clock,
    onLine,
    onState: (problem) => {
      const isNews = problem !== connection.problem;
      const isTurn = (problem === null) !== (connection.problem === null) || connection.since === null;
      connection = { since: isTurn ? clock.now() : connection.since, problem };
      if (isNews) onNews(problem === null ? { kind: 'connected' } : { kind: 'disconnected', problem });
    },
  });
  return {
    readiness: holder,
    status: () => {
      const now = clock.bootMs();
      const lease = holder.lease();
      const left = leaseLeft(lease, now);
      const { terms } = lease.held ?? {};
      return {
        schema: 'haunted.agent-status/v1',
        cluster,
        hostname,
        keyid: credentials.key.keyid,
        ...holder.current(),
        lease:
          left === 0 || terms === undefined
            ? null
            : {
                left_ms: Math.round(left),
                binary_sha256: terms.binary_sha256,
                config_sha256: terms.config_sha256,
              },
        connected: connection.problem === null,
        connected_since: instant(connection.since),
        ...factsShown(prover.facts()),
        // Why nobody hears it says more than that a proof was not taken.
        problem: connection.problem ?? prover.facts().problem,
      };
    },
    close: () => {
      closeStream();
      prover.close();
      holder.close();
    },
  };
}

function factsShown(
  facts: ProverFacts,
): Pick<
  AgentStatus,
  'prove_every_ms' | 'last_attempt_at' | 'last_success_at' | 'last_look' | 'last_answer' | 'last_challenge'
> {
  const { look, answer, challenged } = facts;
  return {
    prove_every_ms: facts.everyMs,
    last_attempt_at: instant(facts.attemptAt),
    last_success_at: instant(facts.successAt),
    last_look: look === null ? null : { at: new Date(look.at).toISOString(), ...lookShown(look.look) },
    last_answer:
      answer === null
        ? null
        : {
            at: new Date(answer.at).toISOString(),
            accepted: answer.answer.accepted,
            findings: answer.answer.findings,
            reason: answer.answer.reason,
          },
    last_challenge: challenged === null ? null : { ...challenged, at: new Date(challenged.at).toISOString() },
  };
}

type Looked = NonNullable<ProverFacts['look']>['look'];

function lookShown(look: Looked): Omit<NonNullable<AgentStatus['last_look']>, 'at'> {
  const report = look.ok ? look.report : null;
  return {
    binary_sha256: report?.binary_sha256 ?? null,
    binary_on_disk_sha256: report?.binary_on_disk_sha256 ?? null,
    config_sha256: report?.config_sha256 ?? null,
    pid: report?.process?.pid ?? null,
    code: look.ok ? null : look.code,
    problem: look.ok ? null : look.problem,
  };
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
