import { copyFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofrepNode } from '../world/ofrep-node.ts';
import { sha256 } from '../world/prover.ts';

const { place, binary, start, writeManifest, agentFor, sdkAt } = ofrepNode();

describe('haunted agent ofrep, asked by the OpenFeature SDK', () => {
  it('gives the flags of the binary that runs, with whose they are', async () => {
    writeManifest('A');
    const { pid } = await start(binary('A').file, binary('A').words);
    const client = await sdkAt((await agentFor(pid)).url);
    expect(
      await client.getBooleanDetails('rlp', false, { targetingKey: 'o-1', firm: 'member' }),
    ).toMatchObject({
      value: true,
      reason: 'TARGETING_MATCH',
      variant: 'on',
      flagMetadata: {
        team: 'routing',
        flagSetId: 'smars',
        'haunted.owner': 'team-rlp',
        'haunted.meaning': 'm:rlp',
        'haunted.generation': 41,
        'haunted.binary_sha256': sha256(binary('A').file),
      },
    });
    expect(await client.getBooleanValue('rlp', true, { firm: 'other' })).toBe(false);
    expect(await client.getStringValue('greeting', 'none')).toBe('hello');
  });

  it.each([
    ['a shackled flag', 'power_peg', 'FLAG_NOT_FOUND', 'is shackled'],
    ['a flag of nobody here', 'stranger', 'FLAG_NOT_FOUND', 'not in the flag ownership table'],
  ])('leaves the code its default for %s', async (_, name, errorCode, words) => {
    writeManifest('A');
    const { pid } = await start(binary('A').file, binary('A').words);
    const client = await sdkAt((await agentFor(pid)).url);
    expect(await client.getBooleanDetails(name, false)).toMatchObject({
      value: false,
      reason: 'ERROR',
      errorCode,
      errorMessage: expect.stringContaining(words),
    });
  });

  it('leaves the code its default when the definition has another type than the binary', async () => {
    writeManifest('A');
    const { pid } = await start(binary('A').file, binary('A').words);
    const client = await sdkAt((await agentFor(pid)).url);
    expect(await client.getNumberDetails('batch', 7)).toMatchObject({
      value: 7,
      errorCode: 'GENERAL',
      errorMessage: expect.stringContaining('is integer in this binary'),
    });
  });
});

describe('haunted agent ofrep beside a service that changes', () => {
  it('refuses at the next evaluation once the process runs another binary', async () => {
    writeManifest('A');
    const service = await start(binary('A').file, binary('A').words);
    const agent = await agentFor(service.pid);
    const client = await sdkAt(agent.url);
    expect(await client.getStringValue('greeting', 'none')).toBe('hello');
    const replaced = new Promise<void>((resolve) => {
      service.child.stdout.once('data', () => resolve());
    });
    service.child.stdin.write(`${binary('B').file}\n`);
    await replaced;
    expect(await client.getStringDetails('greeting', 'none')).toMatchObject({
      value: 'none',
      errorCode: 'GENERAL',
      errorMessage: expect.stringContaining(`runs ${sha256(binary('B').file).slice(0, 12)}`),
    });
  });

  it('knows the stale process: the new binary lies on disk, the new manifest is here, the old code runs', async () => {
    const file = path.join(place(), 'smars');
    copyFileSync(binary('A').file, file);
    writeManifest('A');
    const { pid } = await start(file, binary('A').words);
    const agent = await agentFor(pid);
    const client = await sdkAt(agent.url);
    copyFileSync(binary('B').file, `${file}.new`);
    renameSync(`${file}.new`, file);
    // The old code still owns its flags; only the manifest takes them away.
    expect(await client.getStringValue('greeting', 'none')).toBe('hello');
    writeManifest('B');
    agent.child.kill('SIGHUP');
    await agent.next('manifest_changed');
    expect(await client.getStringDetails('greeting', 'none')).toMatchObject({
      value: 'none',
      errorMessage: expect.stringContaining('Restart the service'),
    });
    expect(await agent.next('answers_nothing')).toMatchObject({ code: 'stale_process' });
  });

  it('answers nothing before the service is up and after it has ended', async () => {
    writeManifest('A');
    const service = await start(binary('A').file, binary('A').words);
    const agent = await agentFor(service.pid);
    const client = await sdkAt(agent.url);
    expect(await client.getStringValue('greeting', 'none')).toBe('hello');
    await service.stop();
    // A look counts for some milliseconds, so that many questions at once ask the kernel once.
    await expect
      .poll(async () => await client.getStringDetails('greeting', 'none'))
      .toMatchObject({
        value: 'none',
        errorMessage: expect.stringContaining('cannot be shown which binary runs here') as string,
      });
  });
});
