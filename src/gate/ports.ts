import type { OpenedProof, Door } from '../seal/open.ts';
import type { Policy } from '../model/policy.ts';

/** Bytes as they were received, and what a sentence calls them. */
export type Received = { readonly source: string; readonly bytes: Uint8Array };

/** What every server of an inventory is asked. */
export type Question = {
  readonly cluster: string;
  readonly hostnames: readonly string[];
  readonly event_id: string;
  readonly nonce: string;
};

/** What came back from one server: opened at the door, with the document as it was received where there is one. */
export type Answer = {
  readonly hostname: string;
  readonly opened: OpenedProof;
  readonly document: string | null;
};

/**
 * How servers are asked (port): over ssh, through their agents, from files. Every server is asked whatever the others answer, and
 * each gets an answer: silence until the deadline is `unreachable`. Never throws for a server; Fault for what concerns all of them.
 */
export type Nodes = {
  readonly ask: (
    question: Question,
    door: Door,
    onAnswer?: (answer: Answer) => void,
  ) => Promise<readonly Answer[]>;
};

/** Where time and names come from (port), so that a whole cluster can be replayed from one seed. */
export type Chance = {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A name nobody has used, such as `deploy-42-3f9c`. */
  readonly name: (kind: string) => string;
  /** 128 bits that nobody can guess, as hex. */
  readonly nonce: () => string;
};

/** Who must take no live traffic, and who may; what is told to whatever carries traffic. */
export type TrafficOrder = {
  readonly cluster: string;
  readonly give: readonly { readonly hostname: string; readonly until: string; readonly proof_seq: number }[];
  readonly take: readonly { readonly hostname: string; readonly reason: string }[];
};

/** Something a person must look at now. */
export type Page = { readonly cluster: string; readonly sentence: string; readonly event_id: string | null };

/**
 * What acts on the world after the ledger has it (port). Orders and pages are tried once; what failed comes back as a sentence, to be shown and
 * paged, and nothing is tried again by itself.
 */
export type Acts = {
  readonly order: (order: TrafficOrder) => Promise<string | null>;
  readonly page: (page: Page) => Promise<string | null>;
  /** Tells agents the same at once, while orders wait for one another; absent where there are none. It waits for nothing and cannot fail. */
  readonly announce?: (order: TrafficOrder) => void;
};

/** How a cluster takes servers out of traffic, from haunted.yaml. */
export type TrafficPolicy = {
  /** How long a lease lasts, in seconds. */
  readonly lease_s: number;
  /** Which servers a quarantine takes out: the unproven, or all. */
  readonly takes_out: 'unproven' | 'all';
  /** Proven servers that stay in traffic under `all`; and below this many, unproven ones keep a lease until it runs out. */
  readonly floor: number;
};

export type Rules = { readonly policy: Policy; readonly traffic: TrafficPolicy };
