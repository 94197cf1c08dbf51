import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { membersContract } from '../../../test/contracts/members.ts';
import { sha } from '../../../test/world/documents.ts';
import { makeToken } from '../../server/make-token.ts';
import { holdFolder } from './hold-folder.ts';
import { openLedger } from './ledger.ts';
import { openMembers } from './members.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'members-'));
let count = 0;
const fresh = (): string => path.join(folder, `${(count += 1)}.db`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

membersContract('SQLite', () => openMembers(fresh()));

describe('the file of members', () => {
  it('is for its owner alone, and holds no token', async () => {
    const file = fresh();
    const members = openMembers(file);
    const { token } = await makeToken(members, { cluster: 'smars', hostname: 'n1', for_s: 60 }, Date.now());
    members.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes(token)).toBe(false);
  });

  it('keeps the key that counted before for whoever reads old proofs', async () => {
    const file = fresh();
    const members = openMembers(file);
    for (const letter of ['a', 'b']) {
      const place = { token_sha256: sha(letter), cluster: 'smars', hostname: 'n1' };
      await members.invite({ ...place, expires_at: 10 }, 0);
      await members.join({ ...place, keyid: sha(letter), public_key: letter, session_sha256: sha('5') }, 1);
    }
    members.close();
    const db = new DatabaseSync(file, { readOnly: true });
    expect(db.prepare('SELECT keyid, public_key FROM former_key').all()).toMatchObject([
      { keyid: sha('a'), public_key: 'a' },
    ]);
    db.close();
  });

  it('is shared by a control plane and a command line', async () => {
    const file = fresh();
    const [one, other] = [openMembers(file), openMembers(file)];
    const place = { token_sha256: sha('1'), cluster: 'smars', hostname: 'n1' };
    await one.invite({ ...place, expires_at: 10 }, 0);
    await other.join({ ...place, keyid: sha('a'), public_key: 'a', session_sha256: sha('5') }, 1);
    expect(await one.all()).toHaveLength(1);
    for (const members of [one, other]) members.close();
  });

  it.each([
    [
      'that others may read',
      'KEY_UNSAFE',
      (file: string) => (openMembers(file).close(), chmodSync(file, 0o640)),
    ],
    [
      'that is no database',
      'BAD_INPUT',
      (file: string) => writeFileSync(file, 'x'.repeat(4_096), { mode: 0o600 }),
    ],
    ['that is a ledger', 'BAD_INPUT', async (file: string) => await openLedger(file).close()],
  ] as const)('%s is refused with %s', async (_, code, make) => {
    const file = fresh();
    await make(file);
    expect(() => openMembers(file)).toThrowError(expect.objectContaining({ code }) as Error);
  });

  it('in a folder that is not there is a fault', () => {
    expect(() => openMembers(path.join(folder, 'nowhere', 'm.db'))).toThrowError(
      expect.objectContaining({ code: 'CANNOT_WRITE' }) as Error,
    );
  });

  it('of a newer haunted is left alone', () => {
    const file = fresh();
    openMembers(file).close();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 2');
    db.close();
    expect(() => openMembers(file)).toThrowError(expect.objectContaining({ code: 'UNSUPPORTED' }) as Error);
  });
});

describe('a folder', () => {
  it('is held by one at a time', () => {
    const letGo = holdFolder(folder);
    expect(() => holdFolder(folder)).toThrowError(expect.objectContaining({ code: 'BAD_USAGE' }) as Error);
    letGo();
    holdFolder(folder)();
  });
});
