import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testIo } from '../../../test/fixtures/test-io.ts';
import { serviceCrew } from '../../../test/world/live-service.ts';
import { sha256 } from '../../../test/world/prover.ts';
import { buildService } from '../../../test/world/service-binary.ts';
import type { ServiceBinary } from '../../../test/world/service-binary.ts';
import { readBootId } from '../../adapters/proc/kernel-clock.ts';
import { emptyState } from '../prove/prover-state.ts';
import { readRequest } from '../prove/request.ts';
import { runningService } from './running-service.ts';
import type { RunningService } from './running-service.ts';

const NEVER_MS = 2 ** 30;
const crew = serviceCrew();
const opened: RunningService[] = [];
const built: ServiceBinary[] = [];
let folder = '';
let place = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'running-'));
  built.push(buildService(folder, 'A'), buildService(folder, 'B'));
});
beforeEach(() => {
  place = mkdtempSync(path.join(folder, 'place-'));
});
afterEach(async () => {
  for (const service of opened.splice(0)) service.close();
  await crew.stopAll();
});
afterAll(() => rmSync(folder, { recursive: true }));

function binary(letter: 'A' | 'B'): ServiceBinary {
  return built[letter === 'A' ? 0 : 1] ?? { file: '', words: [] };
}

async function watch(words: Record<string, string>, everyMs = NEVER_MS): Promise<RunningService> {
  const service = runningService({
    request: await readRequest({ cluster: 'smars', ...words }, [], testIo().io),
    state: emptyState({ cluster: 'smars', hostname: 'smars-01', bootId: readBootId() }),
    now: Date.now,
    everyMs,
    freshMs: 0,
  });
  opened.push(service);
  return service;
}

describe('what the service runs', () => {
  it('is known by process and digest', async () => {
    const { pid } = await crew.start(binary('A').file, binary('A').words);
    expect(await (await watch({ pid: String(pid) })).look()).toEqual({
      ok: true,
      sha256: sha256(binary('A').file),
      onDiskSha256: sha256(binary('A').file),
      method: 'proc_exe',
      process: { pid, startTicks: expect.any(Number), bootId: readBootId() },
    });
  });

  it('is another binary at the very next look after the process started one', async () => {
    const { pid, child } = await crew.start(binary('A').file, binary('A').words);
    const service = await watch({ pid: String(pid) });
    await service.look();
    const isReady = new Promise<void>((resolve) => void child.stdout.once('data', () => resolve()));
    child.stdin.write(`${binary('B').file}\n`);
    await isReady;
    expect(await service.look()).toMatchObject({ ok: true, sha256: sha256(binary('B').file) });
  });

  it('is nobody’s at the very next look after the process ended', async () => {
    const { pid, stop } = await crew.start(binary('A').file, binary('A').words);
    const service = await watch({ pid: String(pid) });
    await service.look();
    await stop();
    expect(await service.look()).toMatchObject({ ok: false, code: 'NO_PROCESS' });
  });

  it('cannot be said when a worker runs another binary', async () => {
    const { port } = await crew.start(binary('A').file, [
      ...binary('A').words,
      'worker-of',
      binary('B').file,
      'listen',
      '0',
    ]);
    expect(await (await watch({ port: String(port) })).look()).toMatchObject({
      ok: false,
      code: 'AMBIGUOUS',
    });
  });

  it('is compared with the disk anew when asked to', async () => {
    const file = path.join(place, 'smars');
    copyFileSync(binary('A').file, file);
    const { pid } = await crew.start(file, binary('A').words);
    const service = await watch({ pid: String(pid) });
    await service.look();
    copyFileSync(binary('B').file, `${file}.new`);
    renameSync(`${file}.new`, file);
    expect(await service.look()).toMatchObject({ onDiskSha256: sha256(binary('A').file) });
    service.refresh();
    expect(await service.look()).toMatchObject({
      ok: true,
      sha256: sha256(binary('A').file),
      onDiskSha256: sha256(binary('B').file),
    });
  });

  it('is told to those who wait, without being asked', async () => {
    const { pid, stop } = await crew.start(binary('A').file, binary('A').words);
    const service = await watch({ pid: String(pid) }, 20);
    expect(await service.look()).toMatchObject({ ok: true });
    const told = new Promise<void>((resolve) => void service.onChange(resolve));
    await stop();
    await told;
    expect(await service.look()).toMatchObject({ ok: false });
  });
});
