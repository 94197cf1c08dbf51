import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { buildAsPublished } from '../../tools/build.ts';

/** Runs ledger-rounds.ts as it would be published: from the sources an entry is held against its schema by zod, which takes as long as all the rest. */
const folder = mkdtempSync(path.join(tmpdir(), 'bench-ledger-build-'));
try {
  const file = path.join(folder, 'ledger-rounds.cjs');
  await buildAsPublished('test/bench/ledger-rounds.ts', file);
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
