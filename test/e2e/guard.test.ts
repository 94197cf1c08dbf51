import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { readTree, treeDigest } from '../../src/adapters/proc/release-tree.ts';
import { readRefusals } from '../../src/guard/refusal-answer.ts';
import { manifestDigest } from '../../src/seal/digest.ts';
import type { LiveService } from '../world/live-service.ts';
import { testIo } from '../fixtures/test-io.ts';
import { flag, manifest, messageFlag, sha } from '../world/documents.ts';
import { proverWorld } from '../world/prover.ts';

/** A real node process with the guard in it, the real prover beside it, and the real gate after that. */

const ROOT = path.join(import.meta.dirname, '..', '..');
const { place, prove, start, write } = proverWorld();

/** Imports that a program outside the checkout can use. */
function fromHere(...parts: string[]): string {
  return JSON.stringify(pathToFileURL(path.join(ROOT, ...parts)).href);
}

const SERVER = `
import { createServer } from 'node:http';
import openfeature from ${fromHere('node_modules/@openfeature/server-sdk/dist/cjs/index.js')};
import { guardProvider, keepReport, loadGuard, messageDoor, refusalAnswer } from ${fromHere('src/exports/guard.ts')};
const { InMemoryProvider, OpenFeature } = openfeature;
const guard = await loadGuard({
  manifest: process.argv[2], acceptUnsigned: true, artifact: { tree: import.meta.dirname },
});
const on = { variants: { on: true }, defaultVariant: 'on', disabled: false };
await OpenFeature.setProviderAndWait(guardProvider(new InMemoryProvider({ checkout: on, peg: on }), guard));
const door = messageDoor(guard, { sender: 'smars' });
const report = keepReport(guard, process.argv[3]);
const server = createServer(async (request, response) => {
  const accepted = door.accept(request.headers);
  if (!accepted.ok) {
    const { status, headers, body } = refusalAnswer(accepted);
    response.writeHead(status, headers).end(body);
  } else {
    const details = await OpenFeature.getClient().getBooleanDetails(request.url.slice(1), false);
    response.end(JSON.stringify(details));
  }
  report.write();
});
server.listen(0, '127.0.0.1', () => console.log('ready ' + server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
`;

let service: LiveService;
beforeEach(async () => {
  mkdirSync(path.join(place(), 'app'));
  mkdirSync(path.join(place(), 'evidence'));
  write('app/server.mjs', SERVER);
  const draft = manifest({
    generation: 42,
    binary_sha256: treeDigest(readTree(path.join(place(), 'app')).entries),
    config_sha256: null,
    cluster_inventory: ['smars-04'],
    bound_flags: ['checkout'],
    flag_ownership_table: [
      flag('checkout'),
      flag('peg', { state: 'dormant', meaning: 'm:power-peg' }),
      messageFlag('rlp', { state: 'dormant', meaning: 'm:power-peg', senders: [] }),
    ],
  });
  write('manifest.json', JSON.stringify({ ...draft, manifest_sha256: manifestDigest(draft) }));
  // Its files must be older than it, and start times are known to 30 ms only.
  await new Promise((resolve) => void setTimeout(resolve, 100));
  const words = [path.join('app', 'server.mjs'), 'manifest.json', 'guard.json'];
  service = await start(process.execPath, words, { cwd: place() });
});

async function ask(flagName: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`http://127.0.0.1:${service.port}/${flagName}`, { headers });
}

/** What the gate says about the one server, after the prover looked at it now. */
async function gate(): Promise<{ exit: number; codes: string[]; said: string }> {
  const words = ['--pid', String(service.pid), '--tree', 'app', '--guard-report', 'guard.json'];
  const proven = await prove([...words, '--out', 'evidence/smars-04.json'], { clock: Date.now });
  expect(proven.err).not.toContain('haunted: ');
  const { io, stdout, stderr } = testIo({ cwd: place(), now: Date.now() });
  const line = 'check activate --manifest manifest.json --evidence evidence --accept-unsigned --format json';
  const exit = await runCommandLine(line.split(' '), COMMANDS, '0', io);
  const { findings } = JSON.parse(stdout()) as { findings: { code: string; effect: string }[] };
  const codes = findings.filter(({ effect }) => effect === 'block').map(({ code }) => code);
  return { exit, codes, said: stdout() + stderr() };
}

describe('a service with the guard, before the gate', () => {
  it('is allowed while its code asks for what is its own', async () => {
    expect(await (await ask('checkout')).json()).toMatchObject({ value: true });
    expect(await gate()).toMatchObject({ exit: 0, codes: [] });
  });

  it('is blocked as soon as its code asks for a dormant flag', async () => {
    expect(await (await ask('peg')).json()).toMatchObject({ value: false, errorCode: 'GENERAL' });
    const { exit, codes, said } = await gate();
    expect({ exit, codes }).toEqual({ exit: 2, codes: expect.arrayContaining(['dormant_flag_bound']) });
    expect(said).toContain('self_report:guard');
  });

  it('is blocked as soon as its code asks for a flag that nobody declared', async () => {
    expect(await (await ask('new')).json()).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
    expect(await gate()).toMatchObject({ exit: 2, codes: ['orphan_flag'] });
  });

  it('refuses a message that means another thing, tells its sender, and the gate knows who still emits', async () => {
    const baggage = `haunted-flag.rlp=v1~m:rlp~order-gateway~${sha('b')}~refuse`;
    const answer = await ask('checkout', { baggage });
    expect(answer.status).toBe(409);
    expect(readRefusals(answer.headers)).toEqual([{ code: 'flag_reused', flag: 'rlp' }]);
    expect(await answer.json()).toMatchObject({ type: 'urn:haunted:flag_reused', status: 409 });
    const { exit, codes, said } = await gate();
    expect({ exit, codes }).toEqual({ exit: 2, codes: expect.arrayContaining(['flag_reused']) });
    expect(said).toContain('order-gateway');
  });
});
