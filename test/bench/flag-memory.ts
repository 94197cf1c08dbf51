import { inOrderOfRelease, judgeReleases, type Judged, kindOf } from '../flag-memory/judge-releases.ts';
import { KNOWN_CASES, OTHER_RETURNS } from '../flag-memory/known-cases.ts';
import {
  demoReleases,
  kubernetesReleases,
  mozillaReleases,
  type Release,
} from '../flag-memory/read-histories.ts';

/**
 * What the judge makes of the histories in test/fixtures/flag-histories: `node test/bench/flag-memory.ts`. Recall over the
 * known cases, precision, and alarms for every 1,000 flag-releases (one flag in one release).
 */

const known = new Set(KNOWN_CASES.map(({ flag, version }) => `${flag} ${version}`));
const returns = new Set(OTHER_RETURNS.map(({ flag, version }) => `${flag} ${version}`));

function lineOf(name: string, { alarms, flagReleases, releases }: Judged): string {
  const told = alarms.map(({ flag, version }) => `${flag} ${version}`);
  const cases = told.filter((text) => known.has(text)).length;
  const others = told.filter((text) => returns.has(text)).length;
  const rate = ((alarms.length * 1000) / flagReleases).toFixed(3);
  return `${name}: ${releases} releases, ${flagReleases} flag-releases, ${alarms.length} alarms (${cases} known, ${others} returns, ${alarms.length - cases - others} others), ${rate} per 1,000`;
}

function summed(parts: readonly Judged[]): Judged {
  const sum = (of: (part: Judged) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    alarms: parts.flatMap(({ alarms }) => alarms),
    flagReleases: sum(({ flagReleases }) => flagReleases),
    releases: sum(({ releases }) => releases),
  };
}

const mozilla = mozillaReleases();
const all: readonly Release[] = [...mozilla, ...kubernetesReleases(), ...demoReleases()];
const lines = [...Map.groupBy(all, ({ product, line }) => `${product} ${line}`)].map(
  ([name, releases]) => [name, judgeReleases(releases)] as const,
);
for (const [name, judged] of lines) console.log(lineOf(name, judged));
const alone = summed(lines.map(([, judged]) => judged));
console.log(lineOf('every line on its own', alone));
for (const { line, version, flag, codes } of alone.alarms)
  console.log(`  ${kindOf(codes)} ${line} ${version} ${flag}`);

const together = judgeReleases(
  inOrderOfRelease(mozilla.filter(({ product }) => product === 'firefox-desktop')),
);
console.log(lineOf('the four lines of firefox-desktop together', together));
const byFlag = Map.groupBy(together.alarms, ({ flag, line }) => `${flag} in ${line}`);
for (const [name, alarms] of byFlag) console.log(`  ${name}: ${alarms.length}, first ${alarms[0]?.version}`);
