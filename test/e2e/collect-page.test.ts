import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { VERSION } from '../../src/cli/version.ts';
import { consoleBlocks } from '../../tools/console-blocks.ts';
import { testIo } from '../fixtures/test-io.ts';
import { startSmallProgram, type SmallProgram } from '../world/small-program.ts';
import { freePort, startSshServers, whyNoSshd, type SshServers } from '../world/ssh-servers.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/collect.md'), 'utf8');
const blocks = consoleBlocks(page);
const NAMES = ['smars-01', 'smars-02', 'smars-03'];
const skipped = whyNoSshd();

let folder: string;
let servers: SshServers;
const programs: SmallProgram[] = [];

beforeAll(async () => {
  if (skipped !== null) return;
  folder = mkdtempSync(path.join(tmpdir(), 'h-page-'));
  servers = await startSshServers(Object.fromEntries(NAMES.map((name) => [name, {}])));
  for (const name of NAMES) programs.push(await startSmallProgram(servers.home(name), 'installed'));
  const [yaml = ''] = /(?<=```yaml\n)[^`]+/.exec(page) ?? [];
  write('haunted.yaml', yaml);
  write('policy.yaml', 'accept_transport: [ssh]\n');
  write('flags.yaml', 'schema: haunted.flags/v1\nflags: {}\n');
  await setUp(`keys new --role builder --name ci --keyring keyring.json --out key.json`);
  await setUp(
    'manifest create --deployment-id d-42 --binary /bin/sleep --flags flags.yaml --inventory smars-01,smars-02,smars-03 --out bare.json',
  );
  await setUp('manifest sign bare.json --key key.json --out manifest.json');
});

afterAll(async () => {
  if (skipped !== null) return;
  await Promise.all(programs.map(async (program) => await program.stop()));
  await servers.stop();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(path.join(folder, name), text);
}

type Printed = { readonly exit: number; readonly text: string };

async function run(words: readonly string[]): Promise<Printed> {
  const { io, stdout, stderr } = testIo({ cwd: folder, now: Date.now(), env: { XDG_RUNTIME_DIR: folder } });
  const exit = await runCommandLine(words, COMMANDS, VERSION, io);
  return { exit, text: stderr() + stdout() };
}

async function setUp(line: string): Promise<void> {
  const { exit, text } = await run(line.split(' '));
  if (exit !== 0) throw new Error(`${line}: ${text}`);
}

/** What the page says of the world just before an example: the third server is down for the first, and the last has a folder. */
async function arrange(at: number): Promise<void> {
  const down = at === 0 ? `Host smars-03\n  Port ${await freePort()}\n` : '';
  write('ssh_config', `${down}${readFileSync(servers.config, 'utf8')}`);
  if (at < blocks.length - 1) return;
  mkdirSync(path.join(folder, 'reports'));
  write('reports/night.ndjson', readFileSync(path.join(folder, 'proofs.ndjson'), 'utf8'));
}

describe.skipIf(skipped !== null)('docs/collect.md', () => {
  it.each([...blocks.entries()])(
    'example %i prints what the page says',
    async (at, { words, stdout, exit }) => {
      await arrange(at);
      expect(await run(words)).toEqual({ exit, text: stdout });
    },
  );

  it.each([
    [
      'holds while nobody accepts ssh’s word',
      '',
      3,
      'only ssh vouches for it, and that is not accepted here',
    ],
    ['lets go when the policy accepts it', ' --policy policy.yaml', 0, 'ALLOW_DEPLOY\n3/3 on manifest'],
  ])('%s', async (_title, more, exit, said) => {
    const line = `check activate --manifest manifest.json --keyring keyring.json --evidence reports.ndjson${more}`;
    expect(page).toContain(`$ haunted ${line}\n`);
    const printed = await run(line.split(' '));
    expect(printed.exit).toBe(exit);
    expect(printed.text.replaceAll(/\s+/g, ' ')).toContain(said.replaceAll(/\s+/g, ' '));
  });

  it('names every option', async () => {
    const row = COMMANDS.find(({ name }) => name === 'collect');
    const options = Object.keys((await row?.load())?.options ?? {});
    expect(options.length).toBeGreaterThan(20);
    expect(options.filter((name) => !page.includes(`--${name} `) && !page.includes(`--${name}\``))).toEqual(
      [],
    );
  });
});
