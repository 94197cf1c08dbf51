import { expect, it } from 'vitest';
import { clusterOf, received, sealed, wish } from '../../../test/world/gated-cluster.ts';
import { testIo } from '../../../test/fixtures/test-io.ts';
import { NOW, sha } from '../../../test/world/documents.ts';
import { Fault } from '../../fault.ts';
import type { FaultCode } from '../../fault.ts';
import { pressThrough } from './press-through.ts';

const old = sealed({ generation: 1, binary_sha256: sha('a') });
const next = sealed({
  generation: 2,
  binary_sha256: sha('b'),
  rollback_target_manifest_sha256: old.manifest_sha256,
});

async function pressedInto(code: FaultCode): Promise<string> {
  const cluster = clusterOf();
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
  const gate = { ...cluster.gate, end: async () => await Promise.reject(new Fault(code, 'No.')) };
  const { io, stderr } = testIo({ cwd: '/', now: NOW });
  const ran = { exit_status: 0, signal: null, failure: null, interrupted: null };
  const button = { wish: wish('deploy', next), run: async () => await Promise.resolve(ran), isJson: true };
  await expect(pressThrough(gate, button, io)).rejects.toMatchObject({ code });
  return stderr();
}

it('says how to go on when the end of a command cannot be written down', async () => {
  expect(await pressedInto('CANNOT_WRITE')).toMatch(
    /The command has ended, and the cluster is unproven\..*`haunted resume` goes on: with `--abandon deploy-\d+` when that is still open\.\n$/,
  );
});

it('leaves that to the connection when it was lost', async () => {
  expect(await pressedInto('UNREACHABLE')).not.toContain('--abandon');
});

it.each([
  ['a file, and the answer on a terminal', false],
  ['a terminal, and the answer a file', true],
])('colours what it says before the command where that is read: %s', async (_, isStderrTty) => {
  const cluster = clusterOf();
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
  const { io, stderr } = testIo({ now: NOW });
  const ran = { exit_status: 0, signal: null, failure: null, interrupted: null };
  const button = { wish: wish('deploy', next), run: async () => await Promise.resolve(ran), isJson: false };
  await pressThrough(cluster.gate, button, { ...io, isStdoutTty: !isStderrTty, isStderrTty });
  expect(stderr().includes('\u001b[1;32mALLOW_DEPLOY')).toBe(isStderrTty);
});

it('begins nothing when it was interrupted while the servers were asked', async () => {
  const cluster = clusterOf();
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
  const before = await cluster.entries();
  const { io } = testIo({ now: NOW });
  const pressed = new AbortController();
  const gate: typeof cluster.gate = {
    ...cluster.gate,
    begin: async (wanted, watch) =>
      await cluster.gate.begin(wanted, { ...watch, asking: () => pressed.abort('SIGINT') }),
  };
  const button = {
    wish: wish('deploy', next),
    run: async () => await Promise.reject(new Error('ran')),
    isJson: false,
  };
  await expect(pressThrough(gate, button, { ...io, signal: pressed.signal })).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
  expect(await cluster.entries()).toEqual(before);
});
