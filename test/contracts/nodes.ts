import { describe, expect, it } from 'vitest';
import type { Answer, Nodes } from '../../src/gate/ports.ts';
import type { Door } from '../../src/seal/open.ts';
import { NOW } from '../world/documents.ts';

/** Servers n1 and n2 that answer, and n3 that is silent. `ask` lets the world go on until it is settled. */
export type AskedWorld = {
  readonly nodes: Nodes;
  readonly settle: <T>(work: Promise<T>) => Promise<T>;
};

const DOOR: Door = { keyring: null, acceptUnsigned: true, acceptTransport: [], now: NOW };
const QUESTION = {
  cluster: 'smars',
  hostnames: ['n3', 'n1', 'n2'],
  event_id: 'e-1',
  nonce: 'f'.repeat(32),
};

/** What every way of asking servers promises. */
export function nodesContract(name: string, open: () => Promise<AskedWorld> | AskedWorld): void {
  const ask = async (onAnswer?: (answer: Answer) => void): Promise<readonly Answer[]> => {
    const { nodes, settle } = await open();
    return await settle(nodes.ask(QUESTION, DOOR, onAnswer));
  };

  describe(`${name}: servers that are asked`, () => {
    it('each get one answer, in the order in which they were asked', async () => {
      expect((await ask()).map(({ hostname }) => hostname)).toEqual(QUESTION.hostnames);
    });

    it('answer with the event and the nonce of the question, and the document as it was received', async () => {
      for (const { hostname, opened, document } of (await ask()).slice(1)) {
        if (opened.kind !== 'report') throw new Error(`${hostname}: ${opened.kind}`);
        const { event_id, nonce } = QUESTION;
        expect(opened.report.value).toMatchObject({ hostname, challenge: { event_id, nonce } });
        expect(JSON.parse(document ?? '')).toMatchObject({ hostname });
      }
    });

    it('that are silent are unreachable, with a reason and no document', async () => {
      const [silent] = await ask();
      expect(silent).toMatchObject({
        opened: { kind: 'unreachable', unreachable: { hostname: 'n3', detail: expect.stringMatching(/./) } },
        document: null,
      });
    });

    it('are told to whoever waits as they answer, each once', async () => {
      const told: string[] = [];
      await ask(({ hostname }) => told.push(hostname));
      expect(told.toSorted()).toEqual(['n1', 'n2', 'n3']);
    });
  });
}
