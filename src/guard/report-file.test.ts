import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW } from '../../test/world/documents.ts';
import { guardOf } from '../../test/world/guards.ts';
import { GuardReport } from '../model/guard-report.ts';
import { askFlag } from './evaluation.ts';
import { keepReport } from './report-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'guard-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function readBack(file: string): GuardReport {
  return GuardReport.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The path of a file beside this one, as a program's text has it. */
function here(name: string): string {
  return JSON.stringify(path.join(import.meta.dirname, name));
}

describe('a report that is kept', () => {
  it('is there at once, when asked, and at the end, whole and alone', () => {
    const guard = guardOf(['on']);
    const file = path.join(folder, 'guard.json');
    const kept = keepReport(guard, file);
    expect(readBack(file)).toEqual(guard.report(NOW));
    askFlag(guard, 'on', 'boolean');
    kept.write();
    expect(readBack(file).flags).toMatchObject([{ flag: 'on', evaluated: 1 }]);
    askFlag(guard, 'on', 'boolean');
    kept.stop();
    expect(readBack(file).flags).toMatchObject([{ flag: 'on', evaluated: 2 }]);
    expect(readdirSync(folder)).toEqual(['guard.json']);
  });

  it('is a fault when the first cannot be written, and a word to the caller later', async () => {
    const guard = guardOf(['on'], { everySeconds: 1 });
    const nowhere = path.join(folder, 'none', 'guard.json');
    expect(() => keepReport(guard, nowhere)).toThrow(expect.objectContaining({ code: 'CANNOT_WRITE' }));
    const there = path.join(folder, 'there');
    mkdirSync(there);
    const events = new EventTarget();
    const kept = keepReport(guard, path.join(there, 'guard.json'), (sentence) =>
      events.dispatchEvent(new CustomEvent('problem', { detail: sentence })),
    );
    rmSync(there, { recursive: true });
    // The timer alone keeps no process alive.
    const awake = setInterval(() => {}, 1_000);
    const [event] = (await once(events, 'problem')) as [CustomEvent<string>];
    clearInterval(awake);
    expect(event.detail).toContain('could not be written (ENOENT)');
    kept.stop();
    expect(() => kept.write()).toThrow(expect.objectContaining({ code: 'CANNOT_WRITE' }));
  });

  it('is written a last time when the process ends by itself, which it does not prevent', () => {
    const file = path.join(folder, 'guard.json');
    const program = `
      const { guardOf } = await import(${here('../../test/world/guards.ts')});
      const { keepReport } = await import(${here('report-file.ts')});
      const { askFlag } = await import(${here('evaluation.ts')});
      const guard = guardOf(['on']);
      keepReport(guard, ${JSON.stringify(file)});
      askFlag(guard, 'on', 'boolean');`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readBack(file).flags).toMatchObject([{ flag: 'on', evaluated: 1 }]);
  });
});
