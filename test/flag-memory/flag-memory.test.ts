import { describe, expect, it } from 'vitest';
import { AT_THE_SAME_TIME, KNOWN_CASES, OTHER_RETURNS } from './known-cases.ts';
import { inOrderOfRelease, judgeReleases, kindOf } from './judge-releases.ts';
import {
  demoReleases,
  kubernetesReleases,
  mozillaReleases,
  type Release,
  type SaidFlag,
} from './read-histories.ts';

const MOZILLA = mozillaReleases();
const ALL = [...MOZILLA, ...kubernetesReleases(), ...demoReleases()];

/** The same releases with the flags alone of which two releases say something different. */
function onlyWhatChanges(releases: readonly Release[]): Release[] {
  const said = new Map<string, Set<string>>();
  for (const flag of releases.flatMap(({ flags }) => flags))
    said.set(flag.flag, (said.get(flag.flag) ?? new Set()).add(JSON.stringify(flag)));
  const changes = ({ flag }: SaidFlag): boolean => (said.get(flag)?.size ?? 0) > 1;
  return releases.map((release) => ({ ...release, flags: release.flags.filter(changes) }));
}

function linesOf(releases: readonly Release[]): Release[][] {
  return [...Map.groupBy(releases, ({ product, line }) => `${product} ${line}`).values()];
}

describe('the memory over real histories', () => {
  it('is asked about every release and flag that is written down', () => {
    expect(ALL).toHaveLength(768);
    expect(ALL.reduce((sum, { flags }) => sum + flags.length, 0)).toBe(174_445);
  });

  it(
    'tells of every known case at its release, of names that returned, and of nothing else',
    { timeout: 60_000 },
    () => {
      const alarms = linesOf(ALL).flatMap((line) => judgeReleases(line).alarms);
      const told = alarms.map(({ flag, version }) => `${flag} ${version}`).sort();
      const expected = [...KNOWN_CASES, ...OTHER_RETURNS]
        .map(({ flag, version }) => `${flag} ${version}`)
        .sort();
      expect(told).toEqual(expected);
      const kinds = new Map(alarms.map(({ flag, version, codes }) => [`${flag} ${version}`, kindOf(codes)]));
      expect(kinds).toEqual(
        new Map(
          [...KNOWN_CASES, ...OTHER_RETURNS].map((known) => [`${known.flag} ${known.version}`, known.kind]),
        ),
      );
    },
  );

  it('raises nothing on the gates of Kubernetes', () => {
    const judged = judgeReleases(kubernetesReleases());
    expect(judged).toEqual({ alarms: [], flagReleases: 265, releases: 7 });
  });

  it('tells of names that two lines give different meanings at the same time', { timeout: 60_000 }, () => {
    const firefox = MOZILLA.filter(({ product }) => product === 'firefox-desktop');
    const { alarms } = judgeReleases(onlyWhatChanges(inOrderOfRelease(firefox)));
    const across = AT_THE_SAME_TIME.map(({ flag }) => {
      const told = alarms.filter(
        (alarm) => alarm.flag === flag && alarm.against.some((name) => !name.startsWith(`${alarm.line} `)),
      );
      return { flag, lines: [...new Set(told.map(({ line }) => line))].sort() };
    });
    expect(across).toEqual(AT_THE_SAME_TIME);
  });
});
