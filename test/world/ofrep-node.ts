import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import type { Client } from '@openfeature/server-sdk';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Manifest } from '../../src/model/manifest.ts';
import { flag } from './documents.ts';
import { serviceCrew } from './live-service.ts';
import { startAgent } from './ofrep-agent.ts';
import type { Agent } from './ofrep-agent.ts';
import { sha256 } from './prover.ts';
import { buildService } from './service-binary.ts';
import type { ServiceBinary } from './service-binary.ts';
import { soundManifest } from './trust.ts';

/** Two flags of the service, one of them for members, one of a wrong type, one shackled, and one of nobody. */
export const FLAGD = `
metadata:
  flagSetId: smars
flags:
  rlp:
    state: ENABLED
    variants: { on: true, off: false }
    defaultVariant: off
    targeting:
      if: [ { "==": [ { var: firm }, "member" ] }, "on", "off" ]
    metadata: { team: routing }
  greeting: { state: ENABLED, variants: { a: "hello" }, defaultVariant: a }
  batch: { state: ENABLED, variants: { few: 1.5 }, defaultVariant: few }
  power_peg: { state: ENABLED, variants: { on: true }, defaultVariant: on }
  stranger: { state: ENABLED, variants: { on: true }, defaultVariant: on }
`;

/** One node: a service of two versions, a manifest, a flagd file, agents, and SDKs that ask them. */
export type OfrepNode = {
  readonly place: () => string;
  readonly binary: (letter: 'A' | 'B') => ServiceBinary;
  readonly start: ReturnType<typeof serviceCrew>['start'];
  readonly writeManifest: (letter: 'A' | 'B', more?: Partial<Manifest>) => void;
  readonly agent: (words: readonly string[]) => Promise<Agent>;
  /** An agent with the manifest and the flagd file, for one process. */
  readonly agentFor: (pid: number, more?: readonly string[]) => Promise<Agent>;
  readonly sdkAt: (url: string) => Promise<Client>;
};

/** Call it once at the top of a test file; everything is stopped and removed after each test. */
export function ofrepNode(): OfrepNode {
  const crew = serviceCrew();
  const agents: Agent[] = [];
  const built: ServiceBinary[] = [];
  let folder = '';
  let place = '';
  let clients = 0;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ofrep-'));
    built.push(buildService(folder, 'A'), buildService(folder, 'B'));
  });
  beforeEach(() => {
    place = mkdtempSync(path.join(folder, 'place-'));
    writeFileSync(path.join(place, 'flags.yaml'), FLAGD);
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) {
      agent.child.kill('SIGKILL');
      await agent.ended;
    }
    await OpenFeature.clearProviders();
    await crew.stopAll();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const binary: OfrepNode['binary'] = (letter) => built[letter === 'A' ? 0 : 1] ?? { file: '', words: [] };
  const agent: OfrepNode['agent'] = async (words) => {
    const started = await startAgent([...words, '--state', 'state'], place);
    agents.push(started);
    return started;
  };
  return {
    place: () => place,
    binary,
    start: crew.start,
    writeManifest: (letter, more = {}) => {
      const manifest = soundManifest({
        generation: letter === 'A' ? 41 : 42,
        binary_sha256: sha256(binary(letter).file),
        flag_ownership_table: [
          flag('rlp', { owner: 'team-rlp', meaning: 'm:rlp' }),
          flag('greeting', { type: 'string' }),
          flag('batch', { type: 'integer' }),
          flag('power_peg', { state: 'shackled' }),
        ],
        ...more,
      });
      writeFileSync(path.join(place, 'next.json'), JSON.stringify(manifest));
      renameSync(path.join(place, 'next.json'), path.join(place, 'manifest.json'));
    },
    agent,
    agentFor: (pid, more = []) => {
      const words = ['--manifest', 'manifest.json', '--accept-unsigned', '--flagd', 'flags.yaml'];
      return agent([...words, '--listen', '127.0.0.1:0', '--pid', String(pid), ...more]);
    },
    sdkAt: async (url) => {
      clients += 1;
      const domain = `test-${clients}`;
      await OpenFeature.setProviderAndWait(domain, new OFREPProvider({ baseUrl: url }));
      return OpenFeature.getClient(domain);
    },
  };
}
