import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** A folder as a team has it: manifests, keys, haunted.yaml, and three servers that are real processes of a real executable. */
export type Team = {
  readonly folder: string;
  /** Runs `haunted` as a user would, with the words that ask these servers where `asks` is true. */
  readonly haunted: (words: readonly string[], asks?: boolean) => Promise<Said>;
  /** Starts it, and does not wait. */
  readonly start: (words: readonly string[]) => ChildProcess;
  readonly json: (words: readonly string[]) => Promise<Readonly<Record<string, unknown>>>;
  readonly close: () => void;
};

type Said = { readonly code: number | null; readonly out: string; readonly err: string };

export const NODES = ['n1', 'n2', 'n3'];
const ROOT = path.join(import.meta.dirname, '../..');
const SOURCE = String.raw`
#include <stdio.h>
#include <unistd.h>
const char *version = VERSION;
int main(int count, char **words) {
  FILE *file = fopen(words[1], "w");
  fprintf(file, "%d\n", getpid());
  fclose(file);
  for (;;) pause();
}
`;

/** Puts a version on servers as most tools do: a new file beside, renamed over, and a restart. */
const GO = String.raw`#!/bin/sh
version=$1; shift
for node in "$@"; do
  cp "svc$version" "$node/new" && mv "$node/new" "$node/svc"
  kill "$(cat "$node/pid")" 2>/dev/null
  rm -f "$node/pid"
  "./$node/svc" "$node/pid" </dev/null >/dev/null 2>&1 &
  until [ -s "$node/pid" ]; do :; done
done
echo "copied $version to $*"
`;

const ASK = `#!/bin/sh
exec "${process.execPath}" "${path.join(ROOT, 'bin/haunted.js')}" prove --cluster smars --hostname "$1" --pid-file "$1/pid" --event "$2" --nonce "$3" --key "$1.key" --state "state-$1"
`;

export async function team(): Promise<Team> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pressed-'));
  const write = (name: string, text: string, mode = 0o600): void => {
    writeFileSync(path.join(folder, name), text);
    chmodSync(path.join(folder, name), mode);
  };
  write('service.c', SOURCE);
  for (const version of ['1', '2', '3'])
    execFileSync('cc', ['-w', `-DVERSION="${version}"`, '-o', `svc${version}`, 'service.c'], { cwd: folder });
  write('go.sh', GO, 0o755);
  write('ask.sh', ASK, 0o755);
  write('flags.yaml', 'schema: haunted.flags/v1\nflags: {}\n');
  write('haunted.yaml', 'cluster: smars\nkeyring: keyring.json\nledger: ledger.db\n');
  for (const node of NODES) mkdirSync(path.join(folder, node));

  const start = (words: readonly string[]): ChildProcess =>
    spawn(process.execPath, [path.join(ROOT, 'bin/haunted.js'), ...words], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const haunted = async (words: readonly string[], asks = false): Promise<Said> => {
    const end = words.indexOf('--');
    const at = end === -1 ? words.length : end;
    const all = asks ? [...words.slice(0, at), '--ask', './ask.sh', ...words.slice(at)] : words;
    const child = start(all);
    const said = { out: '', err: '' };
    child.stdout?.on('data', (data: Buffer) => (said.out += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (said.err += data.toString()));
    const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
    return { code, ...said };
  };
  const must = async (...words: string[]): Promise<void> => {
    const { code, err } = await haunted(words);
    if (code !== 0) throw new Error(`haunted ${words.join(' ')}: ${err}`);
  };
  const key = async (role: string, name: string, file: string): Promise<void> =>
    await must('keys', 'new', '--role', role, '--name', name, '--out', file, '--keyring', 'keyring.json');
  await key('builder', 'ci', 'builder.key');
  await key('operator', 'dana', 'operator.key');
  for (const node of NODES) await key('node', node, `${node}.key`);
  for (const version of ['1', '2', '3']) {
    const before =
      version === '1' ? [] : ['--previous', `m${Number(version) - 1}.json`, '--keyring', 'keyring.json'];
    const words = ['--cluster', 'smars', '--inventory', NODES.join(','), '--flags', 'flags.yaml'];
    const own = [
      '--deployment-id',
      `smars-${version}`,
      '--binary',
      `./svc${version}`,
      '--out',
      `draft${version}.json`,
    ];
    await must('manifest', 'create', ...own, ...words, ...before);
    await must(
      'manifest',
      'sign',
      `draft${version}.json`,
      '--key',
      'builder.key',
      '--out',
      `m${version}.json`,
    );
  }
  execFileSync(path.join(folder, 'go.sh'), ['1', ...NODES], { cwd: folder });
  return {
    folder,
    haunted,
    start,
    json: async (words) => JSON.parse((await haunted(words)).out) as Readonly<Record<string, unknown>>,
    close: () => {
      for (const node of NODES) {
        try {
          process.kill(Number(readFileSync(path.join(folder, node, 'pid'), 'utf8')));
        } catch {
          // It has ended already.
        }
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
