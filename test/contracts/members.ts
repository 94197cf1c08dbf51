import { afterEach, describe, expect, it } from 'vitest';
import type { Joining, Members } from '../../src/server/ports.ts';
import { sha } from '../world/documents.ts';

const NOW = Date.parse('2012-08-01T10:00:00Z');

const joining = (more: Partial<Joining> = {}): Joining => ({
  token_sha256: sha('1'),
  cluster: 'smars',
  hostname: 'smars-01',
  keyid: sha('a'),
  public_key: 'a key',
  session_sha256: sha('5'),
  ...more,
});

const invitation = (more: Partial<Joining & { expires_at: number }> = {}) => ({
  token_sha256: sha('1'),
  cluster: 'smars',
  hostname: 'smars-01',
  expires_at: NOW + 1_000,
  ...more,
});

/** What every store of members promises. `open` gives a new, empty one. */
export function membersContract(name: string, open: () => Members & { readonly close?: () => void }): void {
  const opened: { readonly close?: () => void }[] = [];
  const fresh = (): Members => {
    const members = open();
    opened.push(members);
    return members;
  };
  afterEach(() => {
    for (const members of opened.splice(0)) members.close?.();
  });

  describe(`${name}: members`, () => {
    it('are nobody at first', async () => {
      expect(await fresh().all()).toEqual([]);
    });

    it('join with a token, and are who they said', async () => {
      const members = fresh();
      await members.invite(invitation(), NOW);
      const member = await members.join(joining(), NOW + 999);
      const { token_sha256: _, ...said } = joining();
      const never = { last_attempt_at: null, last_success_at: null, last_problem: null };
      expect(member).toEqual({ ...said, joined_at: NOW + 999, ...never });
      expect(await members.all()).toEqual([member]);
    });

    it.each([
      ['that nobody made', { token_sha256: sha('2') }, 0],
      ['made for another host', { hostname: 'smars-02' }, 0],
      ['made for another cluster', { cluster: 'other' }, 0],
      ['that ends at this very moment', {}, 1_000],
    ])('do not join with a token %s, and it stays as good as it was', async (_, more, laterMs) => {
      const members = fresh();
      await members.invite(invitation(), NOW);
      const refused = members.join(joining(more), NOW + laterMs);
      await expect(refused).rejects.toMatchObject({ code: 'NO_PERMISSION' });
      expect(await members.all()).toEqual([]);
      await members.join(joining(), NOW);
      expect(await members.all()).toHaveLength(1);
    });

    it('join once with one token, also when two come in the same moment', async () => {
      const members = fresh();
      await members.invite(invitation(), NOW);
      const both = await Promise.allSettled([
        members.join(joining(), NOW),
        members.join(joining({ keyid: sha('b') }), NOW),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await expect(members.join(joining(), NOW)).rejects.toMatchObject({ code: 'NO_PERMISSION' });
    });

    it('that join again with a new token have a new key and session, and keep what was heard of them', async () => {
      const members = fresh();
      await members.invite(invitation(), NOW);
      await members.join(joining(), NOW);
      const heard = { last_attempt_at: NOW + 5, last_success_at: NOW + 4, last_problem: 'it was late' };
      await members.note([{ cluster: 'smars', hostname: 'smars-01', ...heard }]);
      await members.invite(invitation({ token_sha256: sha('2') }), NOW);
      const again = joining({ token_sha256: sha('2'), keyid: sha('b'), session_sha256: sha('6') });
      await members.join(again, NOW + 10);
      expect(await members.all()).toMatchObject([
        {
          keyid: sha('b'),
          session_sha256: sha('6'),
          joined_at: NOW + 10,
          last_success_at: NOW + 4,
          last_problem: null,
        },
      ]);
    });

    it('have each a key of their own', async () => {
      const members = fresh();
      await members.invite(invitation(), NOW);
      await members.join(joining(), NOW);
      await members.invite(invitation({ token_sha256: sha('2'), hostname: 'smars-02' }), NOW);
      const copied = joining({ token_sha256: sha('2'), hostname: 'smars-02' });
      await expect(members.join(copied, NOW)).rejects.toMatchObject({ code: 'AMBIGUOUS' });
      // The token was not used up by it.
      await members.join({ ...copied, keyid: sha('b') }, NOW);
      expect(await members.all()).toHaveLength(2);
    });

    it('are listed by cluster and host', async () => {
      const members = fresh();
      const names = [
        ['b', 'n2'],
        ['a', 'n9'],
        ['b', 'n1'],
      ] as const;
      for (const [at, [cluster, hostname]] of names.entries()) {
        const place = { token_sha256: sha(String(at)), cluster, hostname, keyid: sha(`${at}`) };
        await members.invite(invitation(place), NOW);
        await members.join(joining(place), NOW);
      }
      const listed = (await members.all()).map(({ cluster, hostname }) => `${cluster} ${hostname}`);
      expect(listed).toEqual(['a n9', 'b n1', 'b n2']);
    });

    it('are not made by noting that somebody was heard', async () => {
      const members = fresh();
      const heard = { last_attempt_at: NOW, last_success_at: null, last_problem: null };
      await members.note([{ cluster: 'smars', hostname: 'nobody', ...heard }]);
      expect(await members.all()).toEqual([]);
    });
  });
}
