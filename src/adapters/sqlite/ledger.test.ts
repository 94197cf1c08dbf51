import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { ledgerContract } from '../../../test/contracts/ledger.ts';
import { openLedgerThread } from './ledger-thread.ts';
import { openLedger } from './ledger.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ledger-'));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

ledgerContract('SQLite', () => openLedger(path.join(folder, `${(count += 1)}.db`)));
ledgerContract('SQLite with a thread that appends', () =>
  openLedgerThread(path.join(folder, `${(count += 1)}.db`)),
);
