import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary } from '../tools/build-library.ts';

const ROOT = path.join(import.meta.dirname, '..');
let folder = '';

/** A program's folder, with the package as npm would install it and nothing else. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-library-'));
  const installed = path.join(folder, 'node_modules', 'haunted-server-detector');
  mkdirSync(installed, { recursive: true });
  copyFileSync(path.join(ROOT, 'package.json'), path.join(installed, 'package.json'));
  await buildLibrary(ROOT, path.join(installed, 'dist'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(text: string): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const NAMES = ['Fault', 'FlagRefused', 'keepReport', 'loadGuard', 'messageDoor', 'readRefusals'];

describe('what programs import', () => {
  it.each(['guard', 'messages'])('is there without anything else installed: /%s', (entry) => {
    const { status, stdout, stderr } = run(
      `import * as it from 'haunted-server-detector/${entry}'; console.log(Object.keys(it).join());`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trim().split(',')).toEqual(expect.arrayContaining(NAMES));
  });

  it('ends a start with one sentence that names what is wrong', () => {
    const { status, stderr } = run(
      `import { loadGuard } from 'haunted-server-detector/guard'; await loadGuard({ manifest: 'none.json' });`,
    );
    expect(status).toBe(1);
    expect(stderr).toContain('Fault: The manifest none.json does not exist; check the path.');
  });

  it('is required by an older program as well', () => {
    const text = `console.log(typeof require('haunted-server-detector/messages').loadGuard);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=commonjs', '-e', text], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('function');
  });

  it('has no other door', () => {
    expect(run(`await import('haunted-server-detector/dist/guard.js');`).stderr).toContain(
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    );
  });

  it('has types that a strict program compiles with', () => {
    for (const name of ['@openfeature', 'zod', '@types'])
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name));
    writeFileSync(
      path.join(folder, 'program.ts'),
      `import { OpenFeature, InMemoryProvider } from '@openfeature/server-sdk';
import { guardHook, guardProvider, loadGuard, messageDoor, refusalAnswer, strictClient } from 'haunted-server-detector/guard';
import type { IncomingHttpHeaders } from 'node:http';
const guard = await loadGuard({ manifest: 'manifest.json', keyring: 'keyring.json', artifact: { tree: '.' } });
await OpenFeature.setProviderAndWait(guardProvider(new InMemoryProvider({}), guard));
OpenFeature.addHooks(guardHook(guard));
const value: boolean = await strictClient(OpenFeature.getClient()).getBooleanValue('on', false);
const door = messageDoor(guard, { sender: 'orders' });
const incoming: IncomingHttpHeaders = {};
const accepted = door.accept(incoming);
const status: number = accepted.ok ? 200 : refusalAnswer(accepted).status;
const sent: Headers = door.stamp(new Headers(), ['on']);
const kafka: Record<string, Buffer> = door.stamp({ x: Buffer.from('y') }, []);
console.log(value, status, sent, kafka, guard.report(Date.now()).flags[0]?.evaluated);
// @ts-expect-error a guard has no such option
await loadGuard({ manifest: 'manifest.json', keyrings: [] });
`,
    );
    const words = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    const compiler = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    expect(() =>
      execFileSync(process.execPath, [compiler, ...words, '--exactOptionalPropertyTypes', 'program.ts'], {
        cwd: folder,
        stdio: 'pipe',
      }),
    ).not.toThrow();
  });
});
