import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAgentConfig } from './agent-config.ts';
import type { AgentPlan } from './agent-config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(text: string): Promise<AgentPlan> {
  const file = path.join(folder, 'agent.yaml');
  writeFileSync(file, text);
  return await readAgentConfig(file);
}

const HEAD = 'schema: haunted.agent-config/v1\nserver: https://gate.example:7420\n';
const ONE =
  '  - { cluster: smars, hostname: smars-04, service: { pid_file: smars.pid, flag_files: [flags.json] } }\n';

describe('agent.yaml', () => {
  it('names services with paths from its own folder', async () => {
    const plan = await read(
      `${HEAD}state: state\nca_file: ca.pem\ndoors: { health: { port: 1 } }\nservices:\n${ONE}`,
    );
    expect(plan).toMatchObject({
      server: 'https://gate.example:7420',
      caFile: path.join(folder, 'ca.pem'),
      state: path.join(folder, 'state'),
      tasks: [
        {
          doors: { health: { host: '127.0.0.1', port: 1 } },
          request: {
            cluster: 'smars',
            hostname: 'smars-04',
            service: {
              pid_file: path.join(folder, 'smars.pid'),
              flag_files: [path.join(folder, 'flags.json')],
            },
          },
        },
      ],
    });
  });

  it('may be JSON', async () => {
    const services = [{ cluster: 'c', hostname: 'h', service: { port: 9000 } }];
    const text = JSON.stringify({ schema: 'haunted.agent-config/v1', server: 'https://a', services });
    expect((await read(text)).tasks).toHaveLength(1);
  });

  it.each([
    ['no services', `${HEAD}services: []\n`, 'services'],
    ['one door for two', `${HEAD}doors: {}\nservices:\n${ONE}${ONE.replace('04', '05')}`, 'doors'],
    ['one name for two', `${HEAD}services:\n${ONE}${ONE}`, 'two services'],
    [
      'no way to find it',
      `${HEAD}services:\n  - { cluster: c, hostname: h, service: {} }\n`,
      'exactly one way',
    ],
    [
      'two ways',
      `${HEAD}services:\n  - { cluster: c, hostname: h, service: { port: 1, pid: 1 } }\n`,
      'exactly one way',
    ],
    ['an unknown word', `${HEAD}services:\n${ONE}judge: true\n`, 'judge'],
    ['a door that is none', `${HEAD}doors: { health: { port: 70000 } }\nservices:\n${ONE}`, 'port'],
    ['another version', HEAD.replace('v1', 'v2') + `services:\n${ONE}`, 'agent-config/v1'],
    ['a name twice', `${HEAD}server: https://b\nservices:\n${ONE}`, 'server'],
    ['no YAML', '{{{', 'agent.yaml'],
    ['nothing', '', 'empty'],
  ])('with %s is refused in one sentence', async (_what, text, word) => {
    const error: unknown = await read(text).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining(word) as string });
    expect((error as Error).message).not.toContain('\n');
  });
});
