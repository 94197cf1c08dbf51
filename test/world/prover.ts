import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { NodeReport } from '../../src/model/node-report.ts';
import { testIo } from '../fixtures/test-io.ts';
import { serviceCrew } from './live-service.ts';
import { buildService } from './service-binary.ts';
import type { ServiceBinary } from './service-binary.ts';

type Answer = { code: number; out: string; err: string; reports: NodeReport[] };
type Given = {
  now?: number;
  clock?: () => number;
  env?: Record<string, string>;
  stdin?: string;
  isStdoutTty?: boolean;
};

/** A folder for each test, two services that differ, and `haunted prove` about them. Everything is stopped and removed. */
export type ProverWorld = {
  /** When `haunted prove` looks, unless told otherwise. */
  readonly now: number;
  readonly place: () => string;
  readonly a: () => ServiceBinary;
  readonly b: () => ServiceBinary;
  readonly start: ReturnType<typeof serviceCrew>['start'];
  readonly write: (name: string, text: string) => string;
  readonly prove: (words: readonly string[], given?: Given) => Promise<Answer>;
  /** The one report it makes; throws when it does not. */
  readonly report: (words: readonly string[], given?: Given) => Promise<NodeReport>;
};

/** Call it once at the top of a test file. */
export function proverWorld(): ProverWorld {
  const crew = serviceCrew();
  const now = Date.now();
  const built: ServiceBinary[] = [];
  let folder = '';
  let place = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'prove-'));
    built.push(buildService(folder, 'A'), buildService(folder, 'B'));
  });
  beforeEach(() => {
    place = mkdtempSync(path.join(folder, 'place-'));
  });
  afterEach(crew.stopAll);
  afterAll(() => rmSync(folder, { recursive: true }));

  const prove: ProverWorld['prove'] = async (words, given = {}) => {
    const { io, stdout, stderr } = testIo({ cwd: place, now, ...given });
    const state = given.env === undefined ? ['--state', path.join(place, 'state')] : [];
    const all = ['prove', '--cluster', 'smars', '--hostname', 'smars-04', ...state, ...words];
    const code = await runCommandLine(all, COMMANDS, '0', { ...io, now: given.clock ?? io.now });
    const lines = stdout()
      .split('\n')
      .filter((line) => line.startsWith('{"schema"'));
    return {
      code,
      out: stdout(),
      err: stderr(),
      reports: lines.map((line) => NodeReport.parse(JSON.parse(line))),
    };
  };
  return {
    now,
    place: () => place,
    a: () => built[0] ?? { file: '', words: [] },
    b: () => built[1] ?? { file: '', words: [] },
    start: crew.start,
    write: (name, text) => {
      const file = path.join(place, name);
      writeFileSync(file, text);
      return file;
    },
    prove,
    report: async (words, given) => {
      const { code, err, reports } = await prove(words, given);
      const [only] = reports;
      if (code !== 0 || only === undefined || reports.length !== 1) throw new Error(`exit ${code}: ${err}`);
      return only;
    },
  };
}

/** The sha256 of a file, taken without the code under test. */
export function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
