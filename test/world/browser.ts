import { existsSync } from 'node:fs';
import process from 'node:process';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine; undefined where there is none. `.ci/run` installs Debian’s chromium. */
export const BROWSER = PLACES.find((place) => existsSync(place));

/** Starts it. As root it has no sandbox to run in; the pages it is shown here are our own. */
export async function openBrowser(): Promise<Browser> {
  if (BROWSER === undefined) throw new Error('There is no chromium on this machine.');
  const isRoot = process.geteuid?.() === 0;
  return await chromium.launch({ executablePath: BROWSER, args: isRoot ? ['--no-sandbox'] : [] });
}
