import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { testIo } from '../fixtures/test-io.ts';
import { BROWSER, openBrowser } from '../world/browser.ts';

const ROOT = mkdtempSync(path.join(tmpdir(), 'haunted-site-'));
const SITE = path.join(ROOT, 'site');
/** A few records of every kind: what is on the pages is the same, and there is less of it to look through. */
const FEW = path.join(ROOT, 'few');
const RECORDS = path.join(import.meta.dirname, '..', '..', 'incidents');

async function run(...words: string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  const session = testIo({ cwd: ROOT });
  const exit = await runCommandLine(words, COMMANDS, '0.1.0', session.io);
  return { exit, stdout: session.stdout(), stderr: session.stderr() };
}

function textsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'utf8'));
}

async function visibleTitles(page: Page): Promise<readonly string[]> {
  return await page.locator('#incidents tbody tr:visible .title').allInnerTexts();
}

let made = { exit: -1, stdout: '', stderr: '' };
beforeAll(async () => {
  for (const id of ['knight-2012', 'rbs-2012', 'stripe-2019', 'cloudflare-2019', 'fastly-2021'])
    for (const part of ['record.yaml', 'replay'])
      if (existsSync(path.join(RECORDS, id, part)))
        cpSync(path.join(RECORDS, id, part), path.join(ROOT, 'registry', id, part), { recursive: true });
  cpSync(path.join(RECORDS, 'fog.yaml'), path.join(ROOT, 'registry', 'fog.yaml'));
  made = await run('incidents', 'site', 'site');
  await run('incidents', 'site', 'few', '--registry', 'registry');
});
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

describe('haunted incidents site', () => {
  it('says what it made, and where to begin', () => {
    expect(made).toEqual({
      exit: 0,
      stdout: expect.stringMatching(/^65 pages, \d\d with a replay\. Open site\/index\.html\.\n$/) as unknown,
      stderr: '',
    });
  });

  it('writes the same bytes again, and lists them for a machine', async () => {
    const before = textsIn(SITE);
    const { exit, stdout } = await run('incidents', 'site', 'site', '--format', 'json');
    const { schema, pages } = JSON.parse(stdout) as { schema: string; pages: string[] };
    expect([exit, schema, pages.length, textsIn(SITE)]).toEqual([0, 'haunted.site/v1', 65, before]);
  });

  it.each([
    [['incidents', 'site'], /Name one folder to write into.*\[BAD_USAGE\]/],
    [['incidents', 'site', ''], /Name one folder/],
    [['incidents', 'site', 'a', 'b'], /Name one folder/],
    [
      ['incidents', 'site', '.', '--registry', 'registry'],
      /holds other things \("few", "registry", "site"\).*\[CANNOT_WRITE\]/,
    ],
    [
      ['incidents', 'site', 'no/where', '--registry', 'registry'],
      /its folder does not exist.*\[CANNOT_WRITE\]/,
    ],
    [['incidents', 'site', 'x', '--registry', 'site'], /There is no record in site.*\[NOT_FOUND\]/],
  ])('%j makes nothing and says why', async (words, sentence) => {
    const { exit, stdout, stderr } = await run(...words);
    expect([exit, stdout, stderr]).toEqual([1, '', expect.stringMatching(sentence)]);
    expect(readdirSync(ROOT).toSorted()).toEqual(['few', 'registry', 'site']);
  });

  it('writes nothing for a replay that is none, and names the place', async () => {
    const folder = path.join(ROOT, 'broken');
    cpSync(path.join(ROOT, 'registry'), folder, { recursive: true });
    try {
      writeFileSync(path.join(folder, 'stripe-2019', 'replay', 'replay.yaml'), 'schema: haunted.replay/v1\n');
      const { exit, stdout, stderr } = await run('incidents', 'site', 'x', '--registry', 'broken');
      expect([exit, stdout, stderr]).toEqual([1, '', expect.stringMatching(/stripe-2019.*\[BAD_INPUT\]/)]);
      expect(existsSync(path.join(ROOT, 'x'))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const KINDS = [
  'index.html',
  'second-specimen.html',
  'checks.html',
  'types.html',
  'fog.html',
  'incidents/knight-2012.html',
  'incidents/rbs-2012.html',
];
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };

// Without a browser there is nothing to look with; .ci/run brings one.
describe.skipIf(BROWSER === undefined)('the site in a real browser', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => await browser.close());

  const trouble: string[] = [];
  const open = async (name: string, options: BrowserContextOptions = {}, site = SITE): Promise<Page> => {
    const context = await browser.newContext({ viewport: DESK, ...options });
    const page = await context.newPage();
    const home = pathToFileURL(site).href;
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${home}/`) && !url.startsWith('data:')) trouble.push(url);
    });
    page.on('console', (message) => void trouble.push(message.text()));
    page.on('pageerror', (error) => void trouble.push(error.message));
    await page.goto(`${home}/${name}`);
    return page;
  };
  it.each(
    KINDS.flatMap((name) => [
      { name, scheme: 'light', viewport: DESK } as const,
      { name, scheme: 'dark', viewport: PHONE } as const,
    ]),
  )('axe finds nothing on $name, $scheme, $viewport.width wide', async ({ name, scheme, viewport }) => {
    const page = await open(name, { colorScheme: scheme, viewport }, FEW);
    // What is folded is on the page too.
    await page.evaluate('document.querySelectorAll("details").forEach((each) => (each.open = true))');
    const { violations, passes } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
    expect(passes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['color-contrast', 'page-has-heading-one']),
    );
    await page.context().close();
  });

  it.each(KINDS)('nothing of %s is wider than a phone, with or without scripts', async (name) => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await open(name, { viewport: PHONE, javaScriptEnabled });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
      await page.context().close();
    }
  });

  it('reads without JavaScript: every incident, and no control that would do nothing', async () => {
    const page = await open('index.html', { javaScriptEnabled: false });
    expect(await visibleTitles(page)).toHaveLength(60);
    expect(await page.locator('form:visible, button:visible').count()).toBe(0);
    const dates = await page.locator('#incidents tbody .date').allInnerTexts();
    expect(dates).toEqual(dates.toSorted().toReversed());
    await page.getByRole('link', { name: 'Power Peg, and the uninstall that spread it' }).click();
    expect(await page.getByRole('img', { name: /server by server/ }).isVisible()).toBe(true);
    expect(await page.locator('.moment').count()).toBeGreaterThan(3);
    expect(await page.locator('.moment.button .gate .word').innerText()).toBe('BLOCK_ROLLBACK');
    await page.context().close();
  });

  it('sorts by keyboard, both ways, and says so', async () => {
    const page = await open('index.html');
    const vendor = page.getByRole('button', { name: 'Vendor' });
    await vendor.focus();
    await page.keyboard.press('Enter');
    const vendors = await page.locator('#incidents tbody tr td:nth-child(3)').allInnerTexts();
    expect(vendors).toEqual(vendors.toSorted(new Intl.Collator('en', { numeric: true }).compare));
    expect(
      await page
        .locator('th[aria-sort]')
        .evaluateAll((all) => all.map((each) => [each.textContent?.trim(), each.getAttribute('aria-sort')])),
    ).toEqual([['Vendor', 'ascending']]);
    await page.keyboard.press('Space');
    expect(await page.locator('#incidents tbody tr td:nth-child(3)').allInnerTexts()).toEqual(
      vendors.toReversed().toSorted((a, b) => new Intl.Collator('en', { numeric: true }).compare(b, a)),
    );
    expect(new URL(page.url()).hash).toBe('#sort=-vendor');
    await page.context().close();
  });

  it('filters by keyboard, keeps the choice in the address, and shows all again', async () => {
    const page = await open('index.html');
    await page.getByLabel('Find').focus();
    await page.keyboard.type('GOOGLE cloud');
    await page.keyboard.press('Tab');
    await page.keyboard.type('promoted');
    const chosen = await visibleTitles(page);
    expect(chosen.length).toBeGreaterThan(2);
    expect(await page.getByRole('status').innerText()).toBe(`${chosen.length} of 60 are shown.`);
    expect(await page.locator('#incidents tbody tr:visible td:nth-child(3)').allInnerTexts()).toEqual(
      chosen.map(() => 'Google Cloud'),
    );
    const again = await page.context().newPage();
    await again.goto(page.url());
    expect(await visibleTitles(again)).toEqual(chosen);
    await page.getByRole('button', { name: 'Show all' }).press('Enter');
    await expect.poll(async () => (await visibleTitles(page)).length).toBe(60);
    expect(new URL(page.url()).hash).toBe('');
    await page.context().close();
  });

  it('takes any address for what it is, and shows everything for a choice that means nothing', async () => {
    const page = await open('index.html#type=%3Cscript%3E&sort=--&find=%E0%A4%A');
    expect(await page.locator('#incidents tbody tr').count()).toBe(60);
    await page.evaluate('location.hash = "#type=killed"');
    await expect.poll(async () => (await visibleTitles(page)).length).toBe(6);
    await page.context().close();
  });

  it('asked for nothing outside of its folder, and the browser complained of nothing', () => {
    expect(trouble).toEqual([]);
  });
});
