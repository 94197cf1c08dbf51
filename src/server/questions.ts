import type { Answer, Nodes, Question } from '../gate/ports.ts';
import type { AgentStreams } from './agent-streams.ts';
import type { Enrolled, Roll } from './roll.ts';

/** What servers are being asked, and how far each has come. */
export type Questions = {
  readonly nodes: Nodes;
  /** An agent has heard a challenge; a problem says that no proof will follow. */
  readonly heard: (key: string, ack: Ack) => void;
  /** A proof that carries a challenge: true when somebody waits for it, and has it now. */
  readonly answer: (key: string, challenge: Pick<Ack, 'event_id' | 'nonce'>, answer: Answer) => boolean;
  /** A stream was opened: what its server is being asked goes out on it. */
  readonly ask: (key: string) => void;
  /** Ends every question: who has not answered counts as silent. */
  readonly close: () => void;
};

type Ack = {
  readonly event_id: string;
  readonly nonce: string;
  readonly problem?: string | null | undefined;
};

/** One server that has not answered yet. */
type Waiting = {
  readonly enrolled: Enrolled;
  readonly hostname: string;
  wasTold: boolean;
  hasHeard: boolean;
};

type Asked = Question & {
  readonly waiting: Map<string, Waiting>;
  readonly settle: (key: string, answer: Answer) => void;
  readonly endsAt: number;
  readonly end: () => void;
};

type Options = {
  readonly roll: Roll;
  readonly streams: () => AgentStreams;
  readonly challengeMs: number;
  readonly now: () => number;
};

/**
 * Servers asked through their agents, in two phases with one deadline: the agent says that it heard, then it proves. Silence is told apart:
 * nobody joined, nobody connected, not heard, heard and not proven.
 */
export function questions({ roll, streams, challengeMs, now }: Options): Questions {
  const open = new Map<string, Asked>();

  const tell = (asked: Asked, key: string, waiting: Waiting): void => {
    const { event_id, nonce } = asked;
    const within_ms = Math.max(1, Math.round(asked.endsAt - performance.now()));
    if (!streams().send(key, { type: 'challenge', event_id, nonce, within_ms })) return;
    waiting.wasTold = true;
    roll.note(waiting.enrolled, undefined, now());
  };

  const ask: Nodes['ask'] = async (question, _door, onAnswer) => {
    const { cluster, hostnames } = question;
    const answers = new Map<string, Answer>();
    const give = (answer: Answer): void => {
      answers.set(answer.hostname, answer);
      onAnswer?.(answer);
    };
    const waiting = new Map<string, Waiting>();
    for (const hostname of hostnames) {
      const enrolled = roll.find(cluster, hostname);
      if (enrolled === undefined)
        give(silent(hostname, `no agent of ${hostname} has joined cluster ${cluster}`));
      else waiting.set(enrolled.key, { enrolled, hostname, wasTold: false, hasHeard: false });
    }
    if (waiting.size > 0)
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(late);
          open.delete(idOf(question));
          for (const each of waiting.values()) {
            const why = whySilent(each, challengeMs);
            roll.note(each.enrolled, why, now());
            give(silent(each.hostname, why));
          }
          waiting.clear();
          resolve();
        };
        const late = setTimeout(end, challengeMs);
        const settle = (key: string, answer: Answer): void => {
          if (!waiting.delete(key)) return;
          give(answer);
          if (waiting.size === 0) end();
        };
        const endsAt = performance.now() + challengeMs;
        const asked: Asked = { ...question, waiting, settle, endsAt, end };
        open.set(idOf(question), asked);
        for (const [key, each] of waiting) tell(asked, key, each);
      });
    return hostnames.flatMap((hostname) => answers.get(hostname) ?? []);
  };

  return {
    nodes: { ask },
    heard: (key, ack) => {
      const asked = open.get(idOf(ack));
      const waiting = asked?.waiting.get(key);
      if (asked === undefined || waiting === undefined) return;
      waiting.hasHeard = true;
      const problem = ack.problem ?? null;
      if (problem === null) return;
      const why = `its agent answers, and cannot prove it: ${problem}`;
      roll.note(waiting.enrolled, why, now());
      asked.settle(key, silent(waiting.hostname, why));
    },
    answer: (key, challenge, answer) => {
      const asked = open.get(idOf(challenge));
      if (asked?.waiting.has(key) !== true) return false;
      asked.settle(key, answer);
      return true;
    },
    ask: (key) => {
      for (const asked of open.values()) {
        const waiting = asked.waiting.get(key);
        if (waiting !== undefined) tell(asked, key, waiting);
      }
    },
    close: () => {
      for (const asked of Array.from(open.values())) asked.end();
    },
  };
}

/** The nonce is for one question and nobody can guess it, but an event is asked about twice: before its command, and after it. */
function idOf({ event_id, nonce }: Pick<Question, 'event_id' | 'nonce'>): string {
  return `${nonce} ${event_id}`;
}

function whySilent({ wasTold, hasHeard }: Waiting, challengeMs: number): string {
  const within = `within ${challengeMs / 1_000} s`;
  if (!wasTold) return `its agent has joined and is not connected; it did not come back ${within}`;
  if (!hasHeard) return `its agent is connected and did not acknowledge the challenge ${within}`;
  return `its agent acknowledged the challenge and sent no proof ${within}`;
}

function silent(hostname: string, detail: string): Answer {
  return { hostname, opened: { kind: 'unreachable', unreachable: { hostname, detail } }, document: null };
}
