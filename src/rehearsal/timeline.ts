import { appendFileSync } from 'node:fs';

/** One line of the story. */
type Fact = {
  /** 0 is the preparation. */
  readonly act: 0 | 1 | 2 | 3 | 4;
  /** When it happens in the story, in New York time; empty when it goes on from the line before. */
  readonly story_time: string;
  readonly what: string;
  /** The number that goes with it, with its unit; empty when there is none. */
  readonly count: string;
  /**
   * `record`: stated by SEC release 34-70694, in the paragraphs given. `story`: our own, to make the record's gaps playable.
   * `measured`: happened on this machine just now. `haunted`: what the command under rehearsal said.
   */
  readonly source: 'record' | 'story' | 'measured' | 'haunted';
  readonly paragraphs: readonly number[];
  /** How a reader should take it at first sight. */
  readonly tone: 'plain' | 'bad' | 'good';
};

/** A fact with the time it really happened at. */
export type TimedFact = Fact & { readonly at: string; readonly elapsed_ms: number };

/** Where facts go: to the reader at once, and into timeline.ndjson. */
export type Timeline = {
  readonly tell: (fact: Pick<Fact, 'what'> & Partial<Fact>) => void;
  /** Starts an act; the facts that follow belong to it. */
  readonly open: (act: Fact['act'], title: string) => void;
  /** Lets the reader see a document, as it is; it stands in a file of its own too. */
  readonly show: (text: string) => void;
};

/** What the reader sees as the rehearsal goes on. */
export type Audience = {
  readonly onAct: (act: Fact['act'], title: string) => void;
  readonly onFact: (fact: TimedFact) => void;
  readonly onDocument: (text: string) => void;
};

/** A timeline that writes to a file and tells the audience. `now` is in epoch milliseconds. */
export function startTimeline(file: string, audience: Audience, now: () => number): Timeline {
  const start = now();
  let act: Fact['act'] = 0;
  return {
    open: (next, title) => {
      act = next;
      audience.onAct(next, title);
    },
    show: audience.onDocument,
    tell: (fact) => {
      const at = now();
      const timed: TimedFact = {
        at: new Date(at).toISOString(),
        elapsed_ms: at - start,
        act,
        story_time: '',
        count: '',
        source: 'measured',
        paragraphs: [],
        tone: 'plain',
        ...fact,
      };
      appendFileSync(file, `${JSON.stringify(timed)}\n`);
      audience.onFact(timed);
    },
  };
}
