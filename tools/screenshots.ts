import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { COMMANDS } from '../src/cli/commands.ts';
import { runCommandLine } from '../src/cli/run.ts';
import { VERSION } from '../src/cli/version.ts';
import { testIo } from '../test/fixtures/test-io.ts';
import { openBrowser } from '../test/world/browser.ts';

/**
 * Takes the pictures of the incident site for the README and the manual: `node tools/screenshots.ts`. They are WebP, a quarter of a PNG,
 * of the pages as they are; letters are those that the machine has for `system-ui`.
 */
const FOLDER = path.join(import.meta.dirname, '..', 'docs', 'images');
const WIDTH = 1180;
const PICTURES = [
  { name: 'site-incidents', page: 'index.html', from: 'h1', height: 720 },
  { name: 'site-replay', page: 'incidents/knight-2012.html', from: '#replay', height: 690 },
] as const;
const MARGIN = 20;

const root = mkdtempSync(path.join(tmpdir(), 'haunted-pictures-'));
const browser = await openBrowser();
try {
  const { io, stderr } = testIo({ cwd: root });
  if ((await runCommandLine(['incidents', 'site', 'site'], COMMANDS, VERSION, io)) !== 0)
    throw new Error(stderr());
  for (const { name, page: file, from, height } of PICTURES) {
    const context = await browser.newContext({ viewport: { width: WIDTH, height }, colorScheme: 'light' });
    const page = await context.newPage();
    await page.goto(pathToFileURL(path.join(root, 'site', file)).href);
    const box = await page.locator(from).first().boundingBox();
    if (box === null) throw new Error(`${file} has no ${from}`);
    const devtools = await context.newCDPSession(page);
    const clip = { x: 0, y: box.y - MARGIN, width: WIDTH, height, scale: 1 };
    const shot = await devtools.send('Page.captureScreenshot', {
      format: 'webp',
      quality: 82,
      clip,
      captureBeyondViewport: true,
    });
    const bytes = Buffer.from(shot.data, 'base64');
    writeFileSync(path.join(FOLDER, `${name}.webp`), bytes);
    process.stdout.write(`docs/images/${name}.webp ${bytes.length} bytes\n`);
    await context.close();
  }
} finally {
  await browser.close();
  rmSync(root, { recursive: true, force: true });
}
