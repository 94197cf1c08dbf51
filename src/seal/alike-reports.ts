import type { NodeReport } from '../model/node-report.ts';
import { learnTemplate } from './report-template.ts';
import type { ReportTemplate } from './report-template.ts';

/** Reports read quickly because they are laid out like ones that were read carefully before. */
export type AlikeReports<T> = {
  /** What is between `start` and `end`, or undefined when it is like nothing seen before and must be read carefully. */
  readonly read: (
    bytes: Buffer,
    start: number,
    end: number,
  ) => { readonly report: NodeReport; readonly beside: T } | undefined;
  /** Remembers bytes that were read carefully, the report they gave, and what stood beside it in them. */
  readonly learn: (bytes: Uint8Array, report: NodeReport, beside: T) => void;
};

type Kept<T> = { readonly template: ReportTemplate; readonly beside: T };

/** Layouts kept at once, and so the price of a report that is like none of them. */
const TEMPLATES_KEPT = 16;
/** How often new layouts are learned without any of them being met again, and how many misses earn one more try. */
const TRIES = 32;
const MISSES_PER_TRY = 16;

/**
 * Nearly all reports of a fleet are alike byte for byte. This keeps the layouts met last, the newest first. `prefix` is where a report stands in
 * its bytes. A fleet in which no two reports are alike costs little more than without: learning stops when it does not pay.
 */
export function alikeReports<T>(prefix: '' | 'predicate.'): AlikeReports<T> {
  const kept: Kept<T>[] = [];
  let tries = TRIES;
  return {
    read: (bytes, start, end) => {
      for (const [index, { template, beside }] of kept.entries()) {
        const report = template.read(bytes, start, end);
        if (report === undefined) continue;
        if (index > 0) kept.unshift(...kept.splice(index, 1));
        tries = Math.min(tries + 1, TRIES);
        return { report, beside };
      }
      tries = Math.min(tries + 1 / MISSES_PER_TRY, TRIES);
      return undefined;
    },
    learn: (bytes, report, beside) => {
      if (tries < 1) return;
      tries -= 1;
      kept.unshift({ template: learnTemplate(bytes, report, prefix), beside });
      if (kept.length > TEMPLATES_KEPT) kept.pop();
    },
  };
}
