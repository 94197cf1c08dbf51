import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { IncidentCheck, ROLLBACK_TYPE_MEANINGS, RollbackType } from '../src/model/incident-terms.ts';
import { Incident } from '../src/model/incident.ts';
import { CHECK_QUESTIONS } from '../src/site/check-questions.ts';
import { sitePages } from '../src/site/site.ts';
import { GOOD } from './fixtures/incident.ts';
import { consoleBlocks } from '../tools/console-blocks.ts';
import { MANUAL, MANUAL_FOLDER, TABLE_PAGES, tablePages } from '../tools/incident-pages.ts';
import { withTables } from '../tools/incident-tables.ts';
import { runExamples } from '../tools/run-examples.ts';

/** The pages about incidents are true. `node tools/incident-pages.ts` writes their tables and examples anew. */

const ROOT = path.join(import.meta.dirname, '..');
const page = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const manual = readFileSync(MANUAL, 'utf8');
const blocks = consoleBlocks(manual);
const printed = await runExamples(
  blocks.map(({ words }) => words),
  MANUAL_FOLDER,
);
const now = await tablePages();

describe('the tables from the registry', () => {
  it.each(TABLE_PAGES)('are in %s as the registry has them', (name) => {
    expect(page(name)).toBe(now.get(name));
  });

  it('are made anew when the page says something else', () => {
    const stale = 'before\n<!-- data:answer -->\n\nold\n\n<!-- /data -->\nafter\n';
    expect(withTables(stale, new Map([['answer', 'new']]))).toBe(stale.replace('old', 'new'));
    expect(() => withTables(stale, new Map())).toThrow('no data is called answer');
  });
});

describe('docs/rollback-types.md', () => {
  it.each(RollbackType.options)('defines %s, and shows one', (type) => {
    const text = page('docs/rollback-types.md');
    const [, section = ''] = text.split(`## ${type}\n`);
    expect(section).toContain(ROLLBACK_TYPE_MEANINGS[type]);
    expect(section.split('\n## ')[0]).toMatch(/Example: \[[a-z0-9-]+\]\(\.\.\/incidents\//);
  });
});

describe('docs/incidents.md', () => {
  it.each(blocks.map((block, at) => ({ ...block, now: printed[at] })))(
    'line $from prints what the page says',
    ({ stdout, exit, now: answer }) => {
      expect(answer).toEqual({ stdout, exit });
    },
  );

  it('shows every verb, and answers of both kinds', () => {
    expect(new Set(blocks.map(({ words }) => words[1]))).toEqual(
      new Set(['list', 'show', 'check', 'stats', 'draft']),
    );
    expect(new Set(blocks.map(({ exit }) => exit))).toEqual(new Set([0, 2]));
  });

  it.each(COMMANDS.filter(({ name }) => name.startsWith('incidents ')))(
    'names every option of $name',
    async (row) => {
      const { options } = await row.load();
      expect(Object.keys(options).filter((name) => !new RegExp(`--${name}[ \`]`).test(manual))).toEqual([]);
    },
  );

  it.each(IncidentCheck.options)('says what %s asks, as the site does', (check) => {
    expect(manual).toContain(`| \`${check}\` | ${CHECK_QUESTIONS[check]} |`);
  });
});

describe('docs/examples/incidents/template.yaml', () => {
  it('names every field of a record that a newcomer fills in', () => {
    const template = page('docs/examples/incidents/template.yaml');
    const later = ['second_specimen', 'thread', 'notes'];
    expect(
      Object.keys(Incident.shape).filter(
        (field) => !later.includes(field) && !template.includes(`${field}:`),
      ),
    ).toEqual([]);
  });

  it('is not good enough as it stands: it says of every TODO that it is still to be written', async () => {
    const [answer] = await runExamples(
      [['incidents', 'check', 'template.yaml', '--format', 'json', '--now', '2026-01-01T00:00:00Z']],
      MANUAL_FOLDER,
    );
    const { problems } = JSON.parse(answer?.stdout ?? '') as { problems: { sentence: string }[] };
    const todos = page('docs/examples/incidents/template.yaml').match(/^[^#\n]*["']TODO/gm) ?? [];
    expect(answer?.exit).toBe(2);
    expect(todos.length).toBeGreaterThan(8);
    expect(problems.map(({ sentence }) => sentence)).toEqual(todos.map(() => 'This is still to be written.'));
  });
});

describe('docs/incidents-site.md', () => {
  const site = page('docs/incidents-site.md');

  it('names every page that is made', () => {
    const pages = [...sitePages({ incidents: [GOOD], claims: [], runs: new Map() }).keys()];
    const shown = pages.map((name) => name.replace(GOOD.id, 'ID'));
    expect(shown.filter((name) => !site.includes(`| \`${name}\` |`))).toEqual([]);
    expect(site.match(/^\| `\S+\.html` \|/gm)).toHaveLength(pages.length);
  });

  it('shows pictures that are there', () => {
    const pictures = [...`${site}${page('README.md')}`.matchAll(/\]\((?:docs\/)?(images\/[^)]+)\)/g)];
    expect(pictures.length).toBeGreaterThan(2);
    expect(pictures.filter(([, file = '']) => !existsSync(path.join(ROOT, 'docs', file)))).toEqual([]);
  });
});
