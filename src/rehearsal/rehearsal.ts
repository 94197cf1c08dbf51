import type { ActFour } from './act-four.ts';
import type { ActOne } from './act-one.ts';
import type { ActThree } from './act-three.ts';
import type { ActTwo } from './act-two.ts';
import type { Executable } from './executables.ts';
import type { Flow } from './flow.ts';
import { type Checked, typed } from './haunted.ts';
import { SAFETY_CAP } from './servers.ts';

/** What a rehearsal leaves behind: `rehearsal.json`, and what `--format json` prints. */
export type Rehearsal = {
  readonly schema: 'haunted.rehearsal/v1';
  readonly scenario: 'knight-2012';
  readonly folder: string;
  readonly took_ms: number;
  readonly executables: readonly Executable[];
  /** Child orders that the rehearsal lets Power Peg send for one parent order. */
  readonly safety_cap: number;
  readonly flows: readonly NamedFlow[];
  readonly checks: readonly CheckSummary[];
  /** Whether gates and guard gave the answers that the story needs: block, block, block, proven, and refused. */
  readonly went_as_it_must: boolean;
  readonly from_the_record: readonly string[];
  readonly fictional: readonly string[];
};

/** One batch of orders, with its place in the story. */
export type NamedFlow = {
  readonly act: 1 | 2 | 3 | 4;
  readonly name: string;
  readonly what: string;
  readonly flow: Flow;
};

/** What one gate said, and how to ask it again. */
export type CheckSummary = {
  readonly gate: string;
  readonly exit: number | null;
  readonly verdict: string;
  readonly servers_wrong_now: number | null;
  readonly servers_wrong_after: number | null;
  readonly file: string;
  readonly command: string;
};

/** What is from the record, with the paragraphs of SEC release 34-70694 (16 October 2013). */
export const FROM_THE_RECORD = [
  'eight servers, staged copies from 27 July 2012, nothing copied to the eighth, no second look (15, 26)',
  'the flag of Power Peg was used again for RLP, and it rode on the orders (13, 16)',
  'Power Peg was out of use since 2003; its counter was moved in 2005 and not tested again (14)',
  'it went on for orders that another part of the system knew to be filled (16)',
  'the new code was uninstalled from the seven correct servers, and that made it worse (27)',
  'no kill switch, no procedure to halt the router (20, 21)',
] as const;

/** What is ours, because the record is silent or because this is one machine. */
export const FICTIONAL = [
  'the names of the servers, of the flag, of the gateway and of the teams; which server is the eighth',
  'the days between 27 July and 1 August, and every time of day but the open at 09:30',
  'the programs, their digests and all counts: they are of this machine, not of Knight',
  `the cap of ${SAFETY_CAP} child orders for one order, which keeps this machine well`,
  'the gate, and that somebody forces it, and the guard; who pressed what at Knight is not known',
] as const;

/** Whether the exit codes of the gates are those of the story. */
export function hasExpectedExits(checks: readonly CheckSummary[]): boolean {
  return checks.map(({ exit }) => exit).join(' ') === '2 2 2 0';
}

/** Every batch of orders that carried the flag, in the order of the story. */
export function flowsOf(one: ActOne, two: ActTwo, three: ActThree, four: ActFour): NamedFlow[] {
  return [
    { act: 1, name: 'usual', what: 'without the flag, all eight old', flow: one.usual },
    { act: 1, name: 'before_uninstall', what: 'seven new, one old', flow: one.beforeUninstall },
    { act: 1, name: 'after_uninstall', what: 'after the uninstall', flow: one.afterUninstall },
    { act: 2, name: 'forced_on', what: 'gate forced: seven new, one old', flow: two.forcedOn },
    { act: 3, name: 'drained', what: 'the eighth drained', flow: three.drained },
    { act: 3, name: 'proven', what: 'mended, all eight PROVEN', flow: three.proven },
    { act: 4, name: 'guarded', what: 'the eighth old again, guarded', flow: four.guarded },
  ];
}

/** What a gate said, without the whole verdict, which stands in its own file. */
export function summaryOf({ gate, exit, verdict, file, words }: Checked): CheckSummary {
  return {
    gate,
    exit,
    verdict: verdict.verdict,
    servers_wrong_now: verdict.rollback?.servers_wrong_now ?? null,
    servers_wrong_after: verdict.rollback?.servers_wrong_after ?? null,
    file,
    command: typed(words),
  };
}
