import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { outputOf } from './measure.ts';
import { proofRequests } from './proof-requests.ts';
import type { Wanted } from './proof-requests.ts';
import type { Serving } from './serving.ts';

/** Gives wrk the requests of a file, one after the other, whatever connection is free. */
const SCRIPT = `
local requests = {}
local next_one = 0
function init(words)
  local file = assert(io.open(words[1], "rb"))
  while true do
    local length = file:read("*l")
    if not length then break end
    requests[#requests + 1] = file:read(tonumber(length))
    file:read(1)
  end
  file:close()
end
function request()
  next_one = next_one + 1
  return assert(requests[next_one], "there are no proofs left")
end
`;

type Load = Wanted & { readonly connections: number; readonly seconds: number };

/**
 * Sends signed proofs with wrk, which takes a third of the processor that a sender of ours does, and counts those that the ledger has
 * afterwards as accepted: each is durable. Proofs of one server are as far apart as there are servers, so none overtakes another.
 */
export function sentByWrk(
  world: Serving,
  load: Load,
): { readonly accepted: number; readonly seconds: number } {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-wrk-'));
  try {
    const [script, file] = [path.join(folder, 'proofs.lua'), path.join(folder, 'proofs')];
    writeFileSync(script, SCRIPT);
    const out = openSync(file, 'w');
    for (const request of proofRequests(load)) {
      writeSync(out, `${request.length}\n`);
      writeSync(out, request);
      writeSync(out, '\n');
    }
    closeSync(out);
    const before = acceptedIn(world);
    const printed = outputOf([
      'wrk',
      '-t1',
      `-c${load.connections}`,
      `-d${load.seconds}s`,
      '-s',
      script,
      world.url,
      '--',
      file,
    ]);
    const [, seconds] = /requests in ([\d.]+)s/.exec(printed) ?? [];
    if (seconds === undefined || /Non-2xx|Socket errors/.test(printed)) throw new Error(`wrk: ${printed}`);
    return { accepted: acceptedIn(world) - before, seconds: Number(seconds) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function acceptedIn({ folder }: Serving): number {
  const db = new DatabaseSync(path.join(folder, 'ledger.db'), { readOnly: true });
  const row = db
    .prepare(`SELECT count(*) AS n FROM entry WHERE line LIKE '{"body":{"accepted":true,%'`)
    .get();
  db.close();
  return Number(row?.['n']);
}
