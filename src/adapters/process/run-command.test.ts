import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';

const COUNT = `
  let n = 0;
  process.on('SIGINT', () => { n += 1; });
  setTimeout(() => console.log('heard ' + n), 1500);
  console.log('ready');
`;
const RUN = `
  import { runCommand } from ${JSON.stringify(path.join(import.meta.dirname, 'run-command.ts'))};
  const options = { cwd: '/', env: process.env, stdout: 'stdout', onSignal: (name, count) => console.log(name + ' ' + count) };
  const ran = await runCommand([process.execPath, '-e', process.env.COUNT], options);
  console.log('ended ' + ran.exit_status + ' ' + ran.interrupted);
`;

describe('Ctrl-C on a terminal', { timeout: 30_000 }, () => {
  it.each([
    ['whose standard input is the terminal', ''],
    ['whose standard input is something else', '</dev/null'],
  ])('reaches a command %s once', async (_, input) => {
    const command = `exec "${process.execPath}" --input-type=module -e "$RUN" ${input}`;
    const env = { ...process.env, RUN, COUNT, SHELL: '/bin/sh' };
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    terminal.stdout.on('data', (data: Buffer) => {
      if (!said.includes('ready') && data.includes('ready')) terminal.stdin.write('\u0003');
      said += data.toString();
    });
    await once(terminal, 'close');
    expect(said).toContain('SIGINT 1\r\nheard 1\r\nended 0 SIGINT');
  });
});
