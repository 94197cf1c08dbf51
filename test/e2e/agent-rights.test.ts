import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { smallControlPlane } from '../world/small-control-plane.ts';
import type { SmallControlPlane } from '../world/small-control-plane.ts';
import { joinWith, startHauntedAgent } from '../world/haunted-agent.ts';
import type { HauntedAgent } from '../world/haunted-agent.ts';
import { proverWorld, sha256 } from '../world/prover.ts';

vi.setConfig({ testTimeout: 60_000 });

const SOON = { timeout: 20_000, interval: 50 };
const NOBODY = 65_534;
const UNIT = path.join(import.meta.dirname, '../../packaging/systemd/haunted-agent.service');
const MAIN = path.join(import.meta.dirname, '../../src/cli/main.ts');

/** The capabilities that the unit gives, as setpriv writes them. */
const CAPABILITIES =
  linesOf('AmbientCapabilities')[0]
    ?.split(' ')
    .map((name) => name.slice(4).toLowerCase()) ?? [];

function linesOf(name: string): string[] {
  const lines = readFileSync(UNIT, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));
}

function asNobody(capabilities: readonly string[]): string[] {
  const list = ['-all', ...capabilities.map((name) => `+${name}`)].join(',');
  const rights = ['--inh-caps', list, '--ambient-caps', list, '--bounding-set', list, '--no-new-privs'];
  return ['setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', ...rights];
}

// Only root can become somebody else.
const CAN_SWITCH =
  process.geteuid?.() === 0 &&
  spawnSync('setpriv', [...asNobody(CAPABILITIES).slice(1), 'true']).status === 0;

describe('the unit that ships with the package', () => {
  it('gives the three capabilities and no other, to a user of its own', () => {
    expect(CAPABILITIES).toEqual(['sys_ptrace', 'dac_read_search', 'checkpoint_restore']);
    expect(linesOf('CapabilityBoundingSet')).toEqual(linesOf('AmbientCapabilities'));
    expect(linesOf('User')).toEqual(['haunted-agent']);
    expect(linesOf('NoNewPrivileges')).toEqual(['yes']);
  });

  it.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)('is a unit, to systemd', () => {
    expect(execFileSync('systemd-analyze', ['verify', UNIT], { encoding: 'utf8', stdio: 'pipe' })).toBe('');
  });
});

describe.skipIf(!CAN_SWITCH)('an agent that is nobody (skipped unless root with setpriv)', () => {
  const { a, place, start } = proverWorld();
  let control: SmallControlPlane;
  let agent: HauntedAgent | undefined;

  beforeEach(async () => {
    control = await smallControlPlane();
    control.accepts = new Set([sha256(a().file)]);
    for (const folder of [place(), path.dirname(place())]) chmodSync(folder, 0o755);
  });
  afterEach(async () => {
    agent?.child.kill('SIGKILL');
    await agent?.ended;
    agent = undefined;
    await control.stop();
  });

  /** An agent with these capabilities, beside a service of root whose binary only root may read. */
  async function beside(capabilities: readonly string[]): Promise<HauntedAgent> {
    const file = path.join(place(), 'smars');
    copyFileSync(a().file, file);
    chmodSync(file, 0o700);
    const { pid } = await start(file, a().words, { env: { FF_RLP: 'true' } });
    writeFileSync(path.join(place(), 'smars.pid'), String(pid));
    const folder = path.join(place(), 'agent');
    mkdirSync(folder);
    const service = { pid_file: path.join(place(), 'smars.pid'), flag_env_prefix: ['FF_'] };
    const setting = { folder, server: control.url, cluster: 'smars', hostname: 'smars-04', service };
    await joinWith(control.token('smars', 'smars-04'), setting);
    const state = path.join(folder, 'state');
    for (const one of [folder, state, ...readdirSync(state).map((name) => path.join(state, name))])
      chownSync(one, NOBODY, NOBODY);
    agent = await startHauntedAgent(setting, {
      program: [...asNobody(capabilities), process.execPath, MAIN],
    });
    return agent;
  }

  it('proves a service of another user with the capabilities of the unit', async () => {
    const one = await beside(CAPABILITIES);
    await one.next('up');
    expect(await one.status()).toMatchObject({ ready: true, last_look: { binary_sha256: sha256(a().file) } });
    expect(control.reports.at(-1)).toMatchObject({ bound_flags: [{ flag: 'FF_RLP' }] });
  });

  it.each([
    ['none', []],
    ['two of them', ['checkpoint_restore', 'dac_read_search']],
  ])('proves nothing with %s, and says what is missing', async (_what, capabilities) => {
    const one = await beside(capabilities);
    await expect.poll(async () => (await one.status()).last_look?.code, SOON).toBe('NO_PERMISSION');
    expect((await one.status()).problem).toContain('CAP_SYS_PTRACE');
    await expect.poll(async () => (await one.status()).connected, SOON).toBe(true);
    expect(await one.status()).toMatchObject({
      ready: false,
      lease: null,
      last_success_at: null,
      last_look: { binary_sha256: null, code: 'NO_PERMISSION' },
    });
    expect((await one.asked()).reason).toBe('no lease: unproven: what runs cannot be told (NO_PERMISSION)');
    expect(control.reports).toEqual([]);
  });
});
