import { describe, expect, it } from 'vitest';
import { at, evidence, NOW, POLICY, report, sha } from '../../test/world/documents.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { Policy } from '../model/policy.ts';
import type { Evidence, Refused } from '../model/verified.ts';
import { coverageOf, type Demand } from './coverage.ts';

const A = sha('a');

function demand(more: Partial<Demand> = {}): Demand {
  return { cluster: 'smars', inventory: ['n1', 'n2'], policy: POLICY, now: NOW, challenge: null, ...more };
}

function n1(more: Partial<NodeReport> = {}): NodeReport {
  return report('n1', A, more);
}

const n2 = report('n2', A);

function refused(more: Partial<Refused> = {}): Refused {
  return {
    reason: 'bad_signature',
    detail: 'the signature does not match the payload',
    source: 'proofs.ndjson:3',
    claimed_hostname: null,
    ...more,
  };
}

/** What is said of the evidence, as `code effect host`. */
function lines(given: Evidence, more: Partial<Demand> = {}): string[] {
  return coverageOf(given, demand(more)).findings.map(
    ({ code, effect, hostname }) => `${code} ${effect} ${hostname}`,
  );
}

const policy = (more: Partial<Policy>): Partial<Demand> => ({ policy: { ...POLICY, ...more } });
const ASKED: Partial<Demand> = { challenge: { event_id: 'e1', nonce: 'n-1' } };
const answer = (event_id: string, nonce: string): Partial<NodeReport> => ({ challenge: { event_id, nonce } });

describe('a report counts', () => {
  it.each<[string, NodeReport, Partial<Demand>]>([
    ['when it is fresh', n1(), {}],
    ['when it is exactly as old as the policy allows', n1({ observed_at: at(-300) }), {}],
    ['when it is exactly as far ahead as the policy allows', n1({ observed_at: at(30) }), {}],
    [
      'when the policy accepts a self report',
      n1({ method: 'self_report' }),
      policy({ accept_methods: ['self_report'] }),
    ],
    ['with a challenge nobody asked for', n1(answer('e9', 'x')), {}],
    ['when it answers the challenge', n1(answer('e1', 'n-1')), ASKED],
  ])('%s', (_, given, more) => {
    const coverage = coverageOf(evidence([given, n2]), demand({ inventory: ['n1'], ...more }));
    expect(coverage.accepted).toEqual([given]);
    expect(coverage.missing).toEqual([]);
  });
});

describe('a report does not count, and the server is missing', () => {
  it.each<[string, NodeReport, Partial<Demand>, object]>([
    [
      'one second too old',
      n1({ observed_at: at(-301) }),
      {},
      {
        code: 'proof_stale',
        expected: 'at most 5 min 0 s old',
        actual: '2012-08-01T09:54:59.000Z',
        sentence: 'The report of n1 is 5 min 1 s old; the policy allows 5 min 0 s.',
      },
    ],
    [
      'a millisecond too old',
      n1({ observed_at: '2012-08-01T09:54:59.999Z' }),
      {},
      { code: 'proof_stale', actual: '2012-08-01T09:54:59.999Z' },
    ],
    [
      'a second too far ahead',
      n1({ observed_at: at(31) }),
      {},
      {
        code: 'clock_skew',
        expected: 'a time not in the future',
        actual: '2012-08-01T10:00:31.000Z',
        sentence: 'The report of n1 is dated 31 s in the future (2012-08-01T10:00:31.000Z).',
      },
    ],
    [
      'a millisecond too far ahead',
      n1({ observed_at: '2012-08-01T10:00:30.001Z' }),
      {},
      { code: 'clock_skew' },
    ],
    [
      'about another cluster',
      n1({ cluster: 'other' }),
      {},
      {
        code: 'proof_invalid',
        expected: 'smars',
        actual: 'other',
        sentence: 'The report of n1 is about cluster other, not smars.',
      },
    ],
    [
      'by a method that is no proof here',
      n1({ method: 'self_report' }),
      {},
      {
        code: 'proof_invalid',
        expected: 'proc_exe or oci_digest or tree_digest',
        actual: 'self_report',
        sentence: 'The report of n1 rests on self_report, which the policy does not accept as proof.',
      },
    ],
    [
      'answering nothing',
      n1(),
      ASKED,
      {
        code: 'proof_invalid',
        expected: 'an answer to event e1',
        actual: 'no challenge',
        sentence: 'The report of n1 answers no challenge, so it proves nothing about this event.',
      },
    ],
    [
      'answering another event',
      n1(answer('e0', 'n-1')),
      ASKED,
      {
        code: 'proof_replayed',
        expected: 'event e1 with its nonce',
        actual: 'event e0',
        sentence: 'The proof of n1 answers another challenge (event e0): it was made for something else.',
      },
    ],
    [
      'answering another nonce',
      n1(answer('e1', 'n-0')),
      ASKED,
      { code: 'proof_replayed', actual: 'event e1' },
    ],
    [
      'replayed and stale at once',
      n1({ observed_at: at(-301), ...answer('e0', 'x') }),
      ASKED,
      { code: 'proof_replayed' },
    ],
  ])('%s', (_, given, more, expected) => {
    const coverage = coverageOf(evidence([given, n2]), demand({ inventory: ['n1'], ...more }));
    expect(coverage.accepted).toEqual([]);
    expect(coverage.missing).toEqual(['n1']);
    expect(coverage.findings.filter((finding) => finding.code !== 'node_unlisted')).toMatchObject([
      { effect: 'hold', hostname: 'n1', where: [], ...expected },
    ]);
  });
});

describe('evidence beside a good report', () => {
  it('is shown and forbids nothing', () => {
    const beside = [n1({ observed_at: at(-301) }), n1({ cluster: 'other' }), n1({ method: 'self_report' })];
    expect(lines(evidence([n1(), n2, ...beside]))).toEqual([
      'proof_stale none n1',
      'proof_invalid none n1',
      'proof_invalid none n1',
    ]);
  });

  it('holds when its time is in the future, because then no time of that server can be trusted', () => {
    expect(lines(evidence([n1(), n2, n1({ observed_at: at(31) })]))).toEqual(['clock_skew hold n1']);
  });

  it('holds when it is the same instant and another binary', () => {
    expect(lines(evidence([n1(), n2, n1({ binary_sha256: sha('b') })]))).toEqual(['equivocation hold n1']);
  });

  it('is shown when the door refused it', () => {
    const given = evidence([n1(), n2], [], { refused: [refused({ claimed_hostname: 'n1' })] });
    expect(coverageOf(given, demand()).findings).toEqual([
      {
        code: 'proof_invalid',
        effect: 'none',
        phase: 'now',
        hostname: 'n1',
        flag: null,
        expected: 'an acceptable proof',
        actual: 'bad_signature',
        where: ['proofs.ndjson:3'],
        sentence:
          'A report that claims to be from n1 (proofs.ndjson:3) was refused: the signature does not match the payload.',
        remedy: 'Read the reason, mend the key or the prover, and ask the server again.',
      },
    ]);
  });
});

describe('a server without a report that counts', () => {
  it('is silent, and silence is a finding', () => {
    expect(coverageOf(evidence([n2]), demand()).findings).toEqual([
      {
        code: 'node_silent',
        effect: 'hold',
        phase: 'now',
        hostname: 'n1',
        flag: null,
        expected: 'a report',
        actual: 'silence',
        where: [],
        sentence: 'n1 is in the inventory and gave no report.',
        remedy: 'Run `haunted prove` on it, or find out why it does not answer; do not go on without it.',
      },
    ]);
  });

  it('is silent for a reason that is told, the same one in whatever order the reasons came', () => {
    const reasons = [
      { hostname: 'n1', detail: 'ssh: timed out' },
      { hostname: 'n1', detail: 'ssh: no route' },
      { hostname: 'n2', detail: 'ssh: refused' },
    ];
    const said = [reasons, reasons.toReversed()].map((unreachable) =>
      coverageOf(evidence([n2], [], { unreachable }), demand()).findings.map(
        ({ actual, sentence }) => `${String(actual)} | ${sentence}`,
      ),
    );
    expect(said[0]).toEqual(['ssh: no route | n1 is in the inventory and gave no report: ssh: no route.']);
    expect(said[1]).toEqual(said[0]);
  });

  it('is not called silent when something came in its name', () => {
    expect(lines(evidence([n2, n1({ observed_at: at(-301) })]))).toEqual(['proof_stale hold n1']);
    const claimed = evidence([n2], [], {
      refused: [refused({ claimed_hostname: 'n1', reason: 'unsigned' })],
    });
    expect(lines(claimed)).toEqual(['proof_unsigned hold n1']);
  });

  it('is missing however many there are', () => {
    const inventory = Array.from({ length: 200_000 }, (_, place) => `h${place}`);
    const coverage = coverageOf(evidence([]), demand({ inventory }));
    expect(coverage.findings).toHaveLength(200_000);
  });
});

describe('a server that is not in the inventory', () => {
  it('is a stranger when it says it belongs to the cluster, live or not', () => {
    const strangers = [report('n9', A), report('n8', A, { taking_live_traffic: false })];
    expect(coverageOf(evidence([n1(), n2, ...strangers]), demand()).findings).toMatchObject([
      {
        code: 'node_unlisted',
        effect: 'block',
        hostname: 'n9',
        expected: 'listed in the inventory',
        actual: A,
        where: ['host:n9'],
        sentence:
          'n9 says it belongs to smars but is not in its inventory; it runs aaaaaaaaaaaa under live traffic.',
      },
      {
        hostname: 'n8',
        sentence: 'n8 says it belongs to smars but is not in its inventory; it runs aaaaaaaaaaaa.',
      },
    ]);
  });

  it('is nobody here when it belongs to another cluster', () => {
    expect(lines(evidence([n1(), n2, report('n9', A, { cluster: 'other' })]))).toEqual([]);
  });

  it('cannot hold the cluster by a refused report in its own name or in none', () => {
    const given = evidence([n1(), n2], [], {
      refused: [refused({ claimed_hostname: 'n9' }), refused({ source: 'line 4' })],
    });
    const { findings } = coverageOf(given, demand());
    expect(findings.map(({ effect, hostname, sentence }) => ({ effect, hostname, sentence }))).toEqual([
      {
        effect: 'none',
        hostname: null,
        sentence:
          'A report that claims to be from n9 (proofs.ndjson:3) was refused: the signature does not match the payload.',
      },
      {
        effect: 'none',
        hostname: null,
        sentence: 'A report (line 4) was refused: the signature does not match the payload.',
      },
    ]);
  });
});

describe('the inventory', () => {
  it('counts a server once however often it is listed, and keeps its order', () => {
    const coverage = coverageOf(evidence([n1()]), demand({ inventory: ['n3', 'n1', 'n2', 'n1', 'n3'] }));
    expect({ size: coverage.size, missing: coverage.missing }).toEqual({ size: 3, missing: ['n3', 'n2'] });
  });
});
