import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { runCommandLine } from '../src/cli/run.ts';
import { FINDING_CODES, type FindingCode } from '../src/model/finding.ts';
import { EXIT_BY_VERDICT, Verdict } from '../src/model/verdict.ts';
import { FOLDER, isPageStale, staleFiles } from '../tools/incidents.ts';
import { INCIDENTS } from '../tools/stories/all.ts';
import { commandLine, IncidentCases } from '../tools/stories/case.ts';
import { documentTexts } from '../tools/stories/files.ts';
import { replay } from '../tools/stories/replay.ts';
import { testIo } from './fixtures/test-io.ts';

function file(folder: string, name: string): Buffer {
  return readFileSync(path.join(FOLDER, folder, name));
}

function json(folder: string, name: string): unknown {
  return JSON.parse(file(folder, name).toString());
}

/** Every question of every folder that can be replayed, as the files on disk ask it. */
const CASES = globSync('*/case.json', { cwd: FOLDER })
  .map((found) => path.dirname(found))
  .sort()
  .flatMap((folder) =>
    IncidentCases.parse(json(folder, 'case.json')).cases.map((given) => ({
      folder,
      moment: given.moment,
      given,
    })),
  );

/** What needs a memory that no document of these folders is: a ledger, an operator’s signature, a registry of artifacts. */
const NOT_HERE = new Set<FindingCode>([
  'rollback_target_missing',
  'rollback_target_refused',
  'quarantined',
  'bypass_active',
]);

describe('the graded incidents', () => {
  it('are the ones that are told in tools/stories', () => {
    expect(new Set(CASES.map(({ folder }) => folder))).toEqual(new Set(INCIDENTS.map(({ name }) => name)));
    expect(CASES.length).toBeGreaterThan(30);
    expect(isPageStale()).toBe(false);
  });

  it.each(INCIDENTS)('$name: its documents are what the story makes of them', (incident) => {
    expect(staleFiles(incident)).toEqual([]);
  });

  it.each(CASES)('$folder, $moment: the verdict is the expected one, whole', ({ folder, given }) => {
    const expected = Verdict.parse(json(folder, given.expected));
    expect(replay(given, `incidents/${folder}`, (name) => file(folder, name))).toEqual(expected);
  });

  it.each(CASES)(
    '$folder, $moment: `haunted check` answers the same, with its exit code',
    async ({ folder, given }) => {
      const session = testIo({ cwd: process.cwd(), now: 0 });
      const line = [
        ...commandLine(given, path.join(path.relative(process.cwd(), FOLDER), folder)),
        '--format',
        'json',
      ];
      const exit = await runCommandLine(line, COMMANDS, '0.1.0', session.io);
      const expected = Verdict.parse(json(folder, given.expected));
      expect(session.stderr()).toBe('');
      expect(JSON.parse(session.stdout())).toEqual(expected);
      expect(exit).toBe(EXIT_BY_VERDICT[expected.verdict]);
    },
  );

  it.each(INCIDENTS.flatMap(({ name, twins }) => twins.map((twin) => ({ name, ...twin }))))(
    '$name: without its one wrong fact nothing forbids ($instead)',
    ({ name, story }) => {
      const texts = documentTexts(story);
      for (const given of story.cases) {
        const verdict = replay(given, `incidents/${name}`, (each) => Buffer.from(texts.get(each) ?? ''));
        expect(verdict.findings.filter(({ effect }) => effect !== 'none')).toEqual([]);
        expect(EXIT_BY_VERDICT[verdict.verdict]).toBe(0);
      }
    },
  );

  it.each(INCIDENTS)(
    '$name: is wrong exactly when it has a clean twin for each question',
    ({ name, story, twins }) => {
      const words = story.cases.map(({ expected }) => Verdict.parse(json(name, expected)).verdict);
      const wrong = words.filter((word) => EXIT_BY_VERDICT[word] !== 0);
      expect(twins.map((twin) => twin.story.cases.length)).toEqual(wrong.map(() => 1));
      expect(twins.flatMap((twin) => twin.story.cases.map(({ moment }) => moment))).toEqual(
        wrong.length === 0 ? [] : story.cases.map(({ moment }) => moment),
      );
    },
  );

  it('raise every finding that documents alone can raise', () => {
    const raised = new Set(
      CASES.flatMap(({ folder, given }) =>
        Verdict.parse(json(folder, given.expected)).findings.map(({ code }) => code),
      ),
    );
    expect(FINDING_CODES.filter((code) => !raised.has(code) && !NOT_HERE.has(code))).toEqual([]);
  });

  it('tell Knight as the record does: one wrong now, eight after, and nothing copied from the eighth', () => {
    const verdict = Verdict.parse(json('knight-2012', 'expected/before-the-uninstall.json'));
    expect(verdict.rollback).toMatchObject({
      mechanism: 'uninstall_latest',
      servers_wrong_now: 1,
      servers_wrong_after: 8,
      rollback_would_corrupt_cluster: true,
    });
  });
});
