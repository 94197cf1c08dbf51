import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLedgerToRead } from '../../src/adapters/sqlite/ledger.ts';
import { readEntries } from '../../src/ledger/read-entry.ts';
import type { EntryKind, LedgerEntry } from '../../src/model/entry.ts';
import { NODES } from '../world/pressed.ts';
import { servedTeam } from '../world/served-team.ts';
import type { ServedTeam } from '../world/served-team.ts';
import { HAS_COMPILER } from '../world/service-binary.ts';

const SOON = { timeout: 60_000, interval: 50 };
/** Longer than a busy machine stands still: what was earned must not run out by itself. */
const LEASE_S = 20;

type EntryOf<Kind extends EntryKind> = Extract<LedgerEntry, { readonly kind: Kind }>;

let world: ServedTeam;

async function entriesAfter<Kind extends EntryKind>(
  seq: number,
  kind: Kind,
): Promise<readonly EntryOf<Kind>[]> {
  const ledger = openLedgerToRead(path.join(world.folder, 'ledger.db'));
  try {
    const entries = await Array.fromAsync(readEntries(ledger, seq + 1));
    return entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
  } finally {
    await ledger.close();
  }
}

async function firstAfter<Kind extends EntryKind>(seq: number, kind: Kind): Promise<EntryOf<Kind>> {
  return await vi.waitUntil(async () => (await entriesAfter(seq, kind))[0], SOON);
}

type Died = { readonly change: string; readonly nonce: string; readonly seq: number };

/**
 * Deploys with this command, and kills the control plane between the two entries at the end: the ledger has the end of the command, and no
 * verdict. The command stops the agent first, so nobody can answer the question between the two; the control plane would wait for a minute.
 */
async function diesBeforeTheVerdict(command: string): Promise<Died> {
  const script = `kill -STOP ${world.agent().child.pid}; ${command}`;
  const pressed = world.operator('deploy', '--manifest', 'm2.json', '--', 'sh', '-c', script);
  const { seq, body } = await firstAfter(0, 'change_ended');
  const { child, ended } = world.server();
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(await entriesAfter(seq, 'verdict')).toEqual([]);
  const { code, err } = await pressed;
  expect([code, err]).toEqual([1, expect.stringContaining('[UNREACHABLE]')]);
  const { change, outcome } = body;
  const held = await world.haunted('quarantine', 'show');
  const sentence = `Nobody has asked the servers since ${change} ended (${outcome})`;
  expect([held.code, held.out]).toEqual([3, expect.stringContaining(sentence)]);
  const [begun] = await entriesAfter(0, 'change_begun');
  return { change, nonce: begun?.body.nonce ?? '', seq };
}

/** The control plane starts again, and the agent goes on. Answers with the verdict that follows, for which nobody asks. */
async function startsAgain({ seq }: Died): Promise<EntryOf<'verdict'>> {
  await world.serve();
  world.agent().child.kill('SIGCONT');
  return await firstAfter(seq, 'verdict');
}

/** The cluster is in quarantine for one server, which takes no traffic; everybody can see that, and one page was sent. */
async function isQuarantinedFor(haunted: string): Promise<void> {
  for (const node of NODES)
    await expect
      .poll(async () => (await world.asked(node)).status, { ...SOON, message: node })
      .toBe(node === haunted ? 503 : 200);
  const listed = await world.operator('quarantine', 'list', '--format', 'json');
  expect(listed.code).toBe(4);
  expect(JSON.parse(listed.out)).toMatchObject({ quarantines: [{ cluster: 'smars', unproven: [haunted] }] });
  const shown = await world.haunted('quarantine', 'show');
  expect([shown.code, shown.out]).toEqual([4, expect.stringContaining('Mend the servers')]);
  expect(shown.out).toMatch(new RegExp(`^ +${haunted} +REFUSED`, 'm'));
  expect(shown.out).toMatch(
    new RegExp(`^leases held +${NODES.filter((node) => node !== haunted).join(', ')}$`, 'm'),
  );
  expect((await world.server().next('page')).sentence).toContain(haunted);
  const pages = world
    .server()
    .lines()
    .filter(({ event }) => event === 'page');
  expect(pages).toHaveLength(1);
  expect(await world.haunted('ledger', 'verify')).toMatchObject({ code: 0 });
}

// Without a C compiler there are no two executables that differ.
describe.skipIf(!HAS_COMPILER)(
  'a control plane that is killed before the verdict',
  { timeout: 180_000 },
  () => {
    beforeEach(async () => {
      world = await servedTeam(LEASE_S);
      await world.startAll();
      const adopted = await world.operator('adopt', '--manifest', 'm1.json');
      if (adopted.code !== 0) throw new Error(adopted.err);
    }, 180_000);
    afterEach(() => world.close());

    it('carries the question on by itself, and proves the change', async () => {
      const died = await diesBeforeTheVerdict('./go.sh 2 n1 n2 n3');
      const { body } = await startsAgain(died);
      expect(body).toMatchObject({ event_id: died.change, gate: 'proof', verdict: 'PROVEN' });
      // The question is a new one: what would have answered the old one shows what ran before somebody was killed.
      const asked = (await entriesAfter(died.seq, 'proof'))
        .map((proof) => proof.body)
        .filter(({ event_id, nonce }) => event_id === died.change && nonce !== died.nonce);
      expect(asked.map(({ hostname }) => hostname)).toEqual(NODES);
      const { binary_sha256 } = asked[0] ?? {};
      for (const node of NODES)
        await expect
          .poll(async () => (await world.status(node)).lease, { ...SOON, message: node })
          .toMatchObject({ binary_sha256 });
      expect(await world.operator('quarantine', 'list')).toMatchObject({ code: 0 });
      const shown = await world.haunted('quarantine', 'show');
      expect([shown.code, shown.out]).toEqual([0, expect.stringContaining('Nothing to do.')]);
      expect(shown.out).toMatch(/^leases held +n1, n2, n3$/m);
      expect((await entriesAfter(died.seq, 'verdict')).map(({ body: { gate } }) => gate)).toEqual([
        'proof',
        'rollback',
      ]);
      expect(await world.haunted('ledger', 'verify')).toMatchObject({ code: 0 });
    });

    it('carries it on, and finds the server that was left behind', async () => {
      const died = await diesBeforeTheVerdict('./go.sh 2 n1 n2');
      const { body } = await startsAgain(died);
      expect(body).toMatchObject({ event_id: died.change, gate: 'proof', verdict: 'QUARANTINE' });
      await isQuarantinedFor('n3');
    });

    it('carries it on, and finds the server that runs what a command that failed has brought', async () => {
      const died = await diesBeforeTheVerdict('./go.sh 2 n1; exit 3');
      const { seq, body } = await startsAgain(died);
      expect(body).toMatchObject({ event_id: died.change, gate: 'proof', verdict: 'QUARANTINE' });
      await isQuarantinedFor('n1');
      // After such a command a server may run either, so it is the question that finds it, and no proof by itself.
      const [opened] = await entriesAfter(died.seq, 'quarantine_opened');
      expect(opened?.body.event_id).toBe(died.change);
      expect(opened?.seq).toBeGreaterThan(seq);
    });
  },
);
