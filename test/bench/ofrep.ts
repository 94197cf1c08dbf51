import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { flagdSource } from '../../src/adapters/flagd/flagd-source.ts';
import { runningBinary } from '../../src/adapters/proc/running-binary.ts';
import { digestCache } from '../../src/adapters/proc/digest-cache.ts';
import { readBootId } from '../../src/adapters/proc/kernel-clock.ts';
import { runningService } from '../../src/cli/agent/running-service.ts';
import { emptyState } from '../../src/cli/prove/prover-state.ts';
import { readRequest } from '../../src/cli/prove/request.ts';
import { testIo } from '../fixtures/test-io.ts';
import { flag, sha } from '../world/documents.ts';
import { CONTRACT_FLAGS } from '../world/flag-source-contract.ts';
import { ofrepWorld, viewOf } from '../world/ofrep-world.ts';

/** How many requests a second the endpoint answers, beside a node:http server that answers the same bytes to everything. */

const run = promisify(execFile);
const LANES = 16;
const ROUND_MS = 700;
const ROUNDS = 3;
const PATH = '/ofrep/v1/evaluate/flags/targeted';
const BODY = JSON.stringify({ context: { targetingKey: 'u', firm: 'member' } });

/** Requests answered each second, over kept connections, by callers that do as little as they can: the server is measured. */
async function answered(port: number): Promise<number> {
  const head = `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`;
  const bytes = Buffer.from(`${head}${BODY}`);
  let count = 0;
  let length = 0;
  const until = performance.now() + ROUND_MS;
  const lane = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    const over = Promise.withResolvers<void>();
    let got = 0;
    socket.on('data', (piece: Buffer) => {
      // Every answer of a server is as long as its first.
      if (length === 0) length = piece.length;
      got += piece.length;
      if (got < length) return;
      if (!piece.includes('HTTP/1.1 200')) over.reject(new Error(piece.toString()));
      got -= length;
      count += 1;
      if (performance.now() < until) socket.write(bytes);
      else over.resolve();
    });
    socket.once('error', over.reject);
    socket.write(bytes);
    await over.promise;
    socket.destroy();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return (count / ROUND_MS) * 1000;
}

/** The callers have a process of their own, so that they do not take turns with the server they measure. */
async function measured(port: number): Promise<number> {
  const { stdout } = await run(process.execPath, [import.meta.filename, String(port)]);
  return Number(stdout);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-ofrep-'));
  const file = path.join(folder, 'flags.json');
  writeFileSync(file, JSON.stringify(CONTRACT_FLAGS));
  const source = await flagdSource({
    path: file,
    file,
    read: async () => JSON.parse(readFileSync(file, 'utf8')) as unknown,
    everyMs: 1_000,
    onReload: () => {},
  });
  const { sha256 } = runningBinary(process.ppid, digestCache(), Date.now());
  const running = runningService({
    request: await readRequest({ pid: String(process.ppid), cluster: 'bench' }, [], testIo().io),
    state: emptyState({ cluster: 'bench', hostname: 'bench', bootId: readBootId() }),
    now: Date.now,
    everyMs: 1_000,
    freshMs: 5,
  });
  const view = viewOf([flag('targeted')], { binary_sha256: sha256, manifest_sha256: sha('d') });
  const ours = await ofrepWorld({ view, source, running, now: Date.now });
  const { body } = await ours.post(PATH, JSON.parse(BODY));
  const constant = JSON.stringify(body);
  const bare = createServer((request, response) => {
    request.resume();
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(constant),
    });
    response.end(constant);
  });
  await new Promise<void>((resolve) => void bare.listen(0, '127.0.0.1', resolve));
  const barePort = (bare.address() as AddressInfo).port;

  await measured(ours.server.address.port);
  await measured(barePort);
  const rounds: { ours: number; peer: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({ ours: await measured(ours.server.address.port), peer: await measured(barePort) });
  // As time for each request, so that below 1 is faster here, too.
  const row = {
    row: 'one flag over OFREP, beside a bare node:http server that answers the same bytes',
    ours: 1e6 / median(rounds.map((each) => each.ours)),
    peer: 1e6 / median(rounds.map((each) => each.peer)),
    unit: 'us',
    ratio: median(rounds.map((each) => each.peer / each.ours)),
    goal: '',
    note: `${median(rounds.map((each) => each.ours)).toFixed(0)} requests/s beside ${median(rounds.map((each) => each.peer)).toFixed(0)}`,
  };
  console.log(JSON.stringify(row));
  await ours.close();
  bare.close();
  source.close();
  running.close();
  rmSync(folder, { recursive: true });
}

const [, , port] = process.argv;
if (port === undefined) await main();
else console.log(await answered(Number(port)));
