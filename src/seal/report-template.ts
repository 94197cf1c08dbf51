import type { NodeReport } from '../model/node-report.ts';
import { Hostname, Instant, Name, Text } from '../model/text.ts';
import { isAt, isPlainText } from './layout.ts';
import { scalarSpans } from './scalar-spans.ts';
import type { ScalarSpan } from './scalar-spans.ts';

/** Reads one report out of bytes that are laid out as in the document it was learned from. */
export type ReportTemplate = {
  /** The report in `bytes` from `start` to `end`, or undefined when they differ from the template outside its holes. */
  readonly read: (bytes: Buffer, start: number, end: number) => NodeReport | undefined;
};

type TextRule = { readonly kind: 'text'; readonly accepts: (text: string) => boolean };
type NumberRule = { readonly kind: 'number'; readonly least: number };
type Rule = TextRule | NumberRule;

function text(schema: { readonly safeParse: (value: unknown) => { readonly success: boolean } }): Rule {
  return { kind: 'text', accepts: (value) => schema.safeParse(value).success };
}

/** Instants as nearly all provers write them. Fewer than the schema accepts, so that a quick yes is never a wrong one. */
const USUAL_INSTANT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;
const INSTANT: Rule = {
  kind: 'text',
  accepts: (value) => USUAL_INSTANT.test(value) || Instant.safeParse(value).success,
};

/**
 * What differs from node to node and from report to report, with the rule of each in model/node-report.ts. Everything else
 * must be the same byte for byte, so a field that is missing here makes reading slower and never wrong.
 */
const HOLES: ReadonlyMap<string, Rule> = new Map([
  ['hostname', text(Hostname)],
  ['observed_at', INSTANT],
  ['sequence', { kind: 'number', least: 0 }],
  ['boot_id', text(Text)],
  ['challenge.event_id', text(Name)],
  ['challenge.nonce', text(Name)],
  ['process.pid', { kind: 'number', least: 1 }],
  ['process.started_at', INSTANT],
  ['received_flags[].last_seen_at', INSTANT],
  ['traffic.established', { kind: 'number', least: 0 }],
  ['first_seen_on_this_binary', INSTANT],
  ['last_deploy_touched', INSTANT],
]);

/** The name of a statement's subject is advice that nobody reads, and provers put the host there. */
const SUBJECT_NAME = 'subject[].name';
const UNREAD: Rule = { kind: 'text', accepts: () => true };

type Hole = {
  readonly rule: Rule;
  /** Where its value goes, such as `process.pid`; empty for one that nobody reads. */
  readonly place: string;
  /** The bytes between the hole before and this one. */
  readonly literal: Buffer;
  /** The last text read, so that equal ones share one string and are held against the rule once. */
  lastText: string;
  value: string | number;
};

/** One object of the report and the holes in it. */
type Part = { readonly base: object; readonly fields: readonly Field[] };
type Field = { readonly key: string; readonly hole: Hole };

/**
 * Learns the layout of a report from bytes that were read strictly and held against the schema, and from the report they gave. `prefix` is
 * where the report stands in them: empty for a bare one, `predicate.` inside a statement. What is inside the report is frozen, because all
 * reports read by the template share it.
 */
export function learnTemplate(
  bytes: Uint8Array,
  report: NodeReport,
  prefix: '' | 'predicate.',
): ReportTemplate {
  const ruleAt = (path: string): Rule | undefined => {
    if (prefix !== '' && path === SUBJECT_NAME) return UNREAD;
    return path.startsWith(prefix) ? HOLES.get(path.slice(prefix.length)) : undefined;
  };
  let done = 0;
  const holes: Hole[] = [];
  for (const span of scalarSpans(bytes, (path) => ruleAt(path) !== undefined)) {
    const rule = ruleAt(span.path) as Rule;
    if (rule.kind !== span.kind || !isPlain(bytes, span)) continue;
    const place = rule === UNREAD ? '' : span.place.slice(prefix.length);
    // A copy, because a stream's bytes are overwritten. No hole holds a quote, so the first text read is new.
    const literal = Buffer.from(bytes.subarray(done, span.start));
    holes.push({ rule, place, literal, lastText: '"', value: '' });
    done = span.end;
  }
  const tail = Buffer.from(bytes.subarray(done));
  const build = builderOf(report, holes);
  return {
    read: (from, start, end) => {
      let at = start;
      for (const hole of holes) {
        if (!isAt(from, at, end, hole.literal)) return undefined;
        at += hole.literal.length;
        at = hole.rule.kind === 'text' ? readText(from, at, end, hole) : readNumber(from, at, end, hole);
        if (at === -1) return undefined;
      }
      return at + tail.length === end && isAt(from, at, end, tail) ? build() : undefined;
    },
  };
}

/** Whether a scalar can be a hole: what a template reads in its place is no wider than this. */
function isPlain(bytes: Uint8Array, { start, end, kind }: ScalarSpan): boolean {
  const scalar = bytes.subarray(start, end);
  return kind === 'text' ? scalar.every(isPlainText) : scalar.every(isDigit) && end - start <= MOST_DIGITS;
}

// Numbers of so many digits are exact. Longer ones take the full path.
const MOST_DIGITS = 15;
function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Reads a text without escapes up to its closing quote; answers where that is, or -1 when the full path must look. */
function readText(bytes: Buffer, start: number, end: number, hole: Hole): number {
  const last = hole.lastText;
  let isSame = true;
  let at = start;
  for (; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (!isPlainText(byte)) break;
    isSame = isSame && byte === last.charCodeAt(at - start);
  }
  if (at === end || bytes[at] !== 0x22) return -1;
  if (isSame && at - start === last.length) return at;
  const value = bytes.toString('latin1', start, at);
  if (!(hole.rule as TextRule).accepts(value)) return -1;
  hole.lastText = value;
  hole.value = value;
  return at;
}

/** Reads a number of digits only; answers where it ends, or -1 when the full path must look. */
function readNumber(bytes: Buffer, start: number, end: number, hole: Hole): number {
  let value = 0;
  let at = start;
  for (; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (!isDigit(byte)) break;
    value = value * 10 + (byte - 0x30);
  }
  const digits = at - start;
  if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && bytes[start] === 0x30)) return -1;
  if (value < (hole.rule as NumberRule).least) return -1;
  hole.value = value;
  return at;
}

/** Answers with the report as the holes now say it is. */
function builderOf(report: NodeReport, holes: readonly Hole[]): () => NodeReport {
  const fieldsByParent = new Map<string, Field[]>();
  for (const hole of holes.filter(({ place }) => place !== '')) {
    const dot = hole.place.lastIndexOf('.');
    const parent = hole.place.slice(0, Math.max(dot, 0));
    const fields = fieldsByParent.get(parent) ?? [];
    fields.push({ key: hole.place.slice(dot + 1), hole });
    fieldsByParent.set(parent, fields);
  }
  freezeInside(report);
  const top = fieldsByParent.get('') ?? [];
  const parts = (['challenge', 'process', 'traffic'] as const).map((key) => {
    const fields = fieldsByParent.get(key) ?? [];
    return { key, fields, build: (): unknown => filled({ base: report[key] as object, fields }) };
  });
  const rows: readonly Part[] = (report.received_flags ?? []).map((base, index) => ({
    base,
    fields: fieldsByParent.get(`received_flags[${index}]`) ?? [],
  }));
  const received = {
    key: 'received_flags',
    fields: rows.flatMap((row) => row.fields),
    build: (): unknown => Object.freeze(rows.map(filled)),
  };
  const others = [...parts, received]
    .filter(({ fields }) => fields.length > 0)
    .map(({ key, fields, build }) => ({ key, build: sharing(fields, build) }));
  return () => {
    const built: Record<string, unknown> = { ...report };
    for (const { key, hole } of top) built[key] = hole.value;
    for (const { key, build } of others) built[key] = build();
    return built as NodeReport;
  };
}

function filled({ base, fields }: Part): object {
  const built: Record<string, unknown> = { ...base };
  for (const { key, hole } of fields) built[key] = hole.value;
  return Object.freeze(built);
}

/** Builds anew only when one of the holes changed, so that equal parts of many reports are one object. */
function sharing(fields: readonly Field[], build: () => unknown): () => unknown {
  const values: unknown[] = [];
  let last: unknown;
  return () => {
    let isSame = true;
    for (const [index, { hole }] of fields.entries()) {
      if (values[index] === hole.value) continue;
      values[index] = hole.value;
      isSame = false;
    }
    if (!isSame) last = build();
    return last;
  };
}

function freezeInside(value: object): void {
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner !== 'object' || inner === null) continue;
    freezeInside(inner);
    Object.freeze(inner);
  }
}
