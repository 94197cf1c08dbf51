import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readAllDefinitions } from '../src/cli/flags/read-all-definitions.ts';
import { scanSource } from '../src/cli/flags/scan-source.ts';
import { mergeDefinitions } from '../src/cli/flags/merge-definitions.ts';
import { listedFlag } from '../src/cli/manifest/flags-of-source.ts';
import type { FlagOwnership } from '../src/model/flag.ts';
import { readFlags } from '../src/scan/read-flags.ts';
import { hiddenPairs } from './flag-alarms/hidden-pairs.ts';
import { judgeChain, type ReleaseFlags } from './flag-alarms/judge-chain.ts';
import { bareTree, sourceOpener, type TaggedSource } from './flag-alarms/tagged-source.ts';

/**
 * How often does the memory of flags raise an alarm over the releases of a real repository?
 *
 *   node tools/flag-alarms.ts scan REPO --definitions FILE … [--ignore PATTERN …] TAG … > scans.jsonl
 *   node tools/flag-alarms.ts judge scans.jsonl > alarms.jsonl
 *   node tools/flag-alarms.ts hidden scans.jsonl
 *
 * `scan` reads the flags of each release of a bare repository, in the order given, and writes one line for each: releases that hold
 * none of the definition files are passed over. It takes about as long as a scan of each. `judge` makes a chain of manifests from those
 * lines as `manifest create --source` does and judges each release over those before it: one line for each alarm with what was said of the
 * flag before and after, one without codes for each name that kept its meaning by likeness alone, and a last one with the sums. Whether
 * an alarm is true a person decides, by reading both releases. `hidden` counts the pairs of flags that memory could not tell apart.
 */

async function scanRelease(
  { source, texts }: TaggedSource,
  names: ReadonlySet<string>,
): Promise<Pick<ReleaseFlags, 'flags'> & { readonly unreadable: number }> {
  const definitions = await readAllDefinitions(texts, console.error);
  const scan = await scanSource({
    source,
    texts,
    definitions,
    declared: [],
    // Of the rows before, a scan that settles no meanings uses the names alone.
    previous: [...names].map(bareRow),
    withHistory: false,
    readFlags,
    onProgress: () => undefined,
  });
  const merged = mergeDefinitions(definitions);
  const flags = scan.flags.map((flag) => listedFlag(flag, merged.get(flag.flag) ?? null));
  return { flags, unreadable: scan.unreadable.length };
}

function bareRow(flag: string): FlagOwnership {
  const whose = { owner: null, last_modified: null, verification: 'not_verified' } as const;
  return { flag, ...whose, state: 'retired', meaning: 'm:none' };
}

async function scan(
  folder: string,
  tags: readonly string[],
  definitions: readonly string[],
  ignore: readonly string[],
): Promise<void> {
  const open = sourceOpener(bareTree(folder, process.env), definitions, ignore);
  const names = new Set<string>();
  for (const release of tags) {
    const tagged = await open(release);
    if (tagged.texts.length === 0) {
      console.error(`${release} is passed over: it holds none of the definition files.`);
      continue;
    }
    const { flags, unreadable } = await scanRelease(tagged, names);
    for (const { row } of flags) names.add(row.flag);
    console.error(`${release}: ${flags.length} flags, ${unreadable} files unreadable`);
    console.log(JSON.stringify({ release, flags }));
  }
}

function scansOf(file: string): ReleaseFlags[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ReleaseFlags);
}

function judge(releases: readonly ReleaseFlags[]): void {
  const { alarms, kept, flagReleases } = judgeChain(releases);
  for (const alarm of [...alarms, ...kept]) console.log(JSON.stringify(alarm));
  const byCode = Map.groupBy(
    alarms.flatMap(({ codes }) => codes),
    (code) => code,
  );
  const codes = Object.fromEntries([...byCode].map(([code, found]) => [code, found.length]));
  const rate = Number(((alarms.length * 1000) / flagReleases).toFixed(3));
  console.log(
    JSON.stringify({
      releases: releases.length,
      flagReleases,
      alarms: alarms.length,
      kept: kept.length,
      codes,
      per1000: rate,
    }),
  );
}

const { values, positionals } = parseArgs({
  options: { definitions: { type: 'string', multiple: true }, ignore: { type: 'string', multiple: true } },
  allowPositionals: true,
});
const [verb, at = '', ...tags] = positionals;
if (verb === 'scan') await scan(at, tags, values.definitions ?? [], values.ignore ?? []);
else if (verb === 'judge') judge(scansOf(at));
else console.log(JSON.stringify(hiddenPairs(scansOf(at))));
