import { describe, expect, it } from 'vitest';
import { at, report, sha } from '../../test/world/documents.ts';
import type { BoundFlag, NodeReport, ReceivedFlag } from '../model/node-report.ts';
import { classesOf } from './node-class.ts';

const [A, B] = [sha('a'), sha('b')];

const bound = (flag: string, more: Partial<BoundFlag> = {}): BoundFlag => ({
  flag,
  source: 'env:X',
  ...more,
});
const received = (flag: string, more: Partial<ReceivedFlag> = {}): ReceivedFlag => ({
  flag,
  sender: 'gateway',
  last_seen_at: at(-1),
  ...more,
});

/** The servers of each class. */
function classes(reports: readonly NodeReport[]): string[] {
  return classesOf(reports, (row) => row.last_seen_at === at(-1)).map((nodes) => nodes.hostnames.join(' '));
}

/** Two reports that differ in this. */
function two(one: Partial<NodeReport>, other: Partial<NodeReport>): NodeReport[] {
  return [report('n1', A, one), report('n2', A, other)];
}

describe('servers are of one class', () => {
  it.each<[string, Partial<NodeReport>, Partial<NodeReport>]>([
    ['when they say the same', {}, {}],
    [
      'whatever their time, sequence and boot',
      { sequence: 1 },
      { sequence: 2, observed_at: at(-5), boot_id: null },
    ],
    [
      'when nothing is known of the disk',
      { binary_on_disk_sha256: null },
      { binary_on_disk_sha256: undefined },
    ],
    ['when nothing is known of the config', { config_sha256: null }, { config_sha256: undefined }],
    ['when nothing is known of the config on disk', { config_on_disk_sha256: null }, {}],
    ['when nothing is held', { holds: [] }, { holds: undefined }],
    [
      'when the same is held',
      { holds: [{ state: 'rows', version: '1' }] },
      { holds: [{ state: 'rows', version: '1' }] },
    ],
    ['when equal switches are set', { bound_flags: [bound('x')] }, { bound_flags: [bound('x')] }],
    [
      'when nobody knows what a switch means',
      { bound_flags: [bound('x', { meaning: null })] },
      { bound_flags: [bound('x')] },
    ],
    [
      'whatever value a switch has',
      { bound_flags: [bound('x', { value: 1 })] },
      { bound_flags: [bound('x', { value: 2 })] },
    ],
    [
      'when equal switches were received',
      { received_flags: [received('x')] },
      { received_flags: [received('x')] },
    ],
    [
      'when what they received does not count any more',
      { received_flags: [received('x', { last_seen_at: at(-9) })] },
      { received_flags: undefined },
    ],
  ])('%s', (_, one, other) => {
    expect(classes(two(one, other))).toEqual(['n1 n2']);
    expect(classes(two(other, one))).toEqual(['n1 n2']);
  });

  it('wherever they stand', () => {
    const [one, other] = two({}, { binary_sha256: B, received_flags: [received('x')] });
    if (one === undefined || other === undefined) throw new Error('two reports');
    const reports = ['n1', 'n2', 'n3', 'n4'].map((hostname, place) => ({
      ...(place % 2 === 0 ? one : other),
      hostname,
    }));
    expect(classes(reports)).toEqual(['n1 n3', 'n2 n4']);
  });
});

describe('servers are of two classes', () => {
  it.each<[string, Partial<NodeReport>, Partial<NodeReport>]>([
    ['when they run two binaries', {}, { binary_sha256: B }],
    ['when they have two files on disk', {}, { binary_on_disk_sha256: B }],
    ['when one knows nothing of its disk', {}, { binary_on_disk_sha256: null }],
    ['when they have two configs', {}, { config_sha256: B }],
    ['when they have two configs on disk', { config_on_disk_sha256: A }, { config_on_disk_sha256: B }],
    ['when one knows nothing of its config on disk', {}, { config_on_disk_sha256: B }],
    ['when one holds a state', {}, { holds: [{ state: 'rows', version: '1' }] }],
    ['when the other does not', { holds: [{ state: 'rows', version: '1' }] }, {}],
    [
      'when they hold two versions',
      { holds: [{ state: 'rows', version: '1' }] },
      { holds: [{ state: 'rows', version: '2' }] },
    ],
    [
      'when they hold two states',
      { holds: [{ state: 'rows', version: '1' }] },
      { holds: [{ state: 'keys', version: '1' }] },
    ],
    ['when one knows nothing of its config', {}, { config_sha256: null }],
    ['when one takes no traffic', {}, { taking_live_traffic: false }],
    ['when one sets a switch', {}, { bound_flags: [bound('x')] }],
    ['when they set two switches', { bound_flags: [bound('x')] }, { bound_flags: [bound('y')] }],
    [
      'when one in the middle differs',
      { bound_flags: [bound('x'), bound('y'), bound('z')] },
      { bound_flags: [bound('x'), bound('w'), bound('z')] },
    ],
    ['when one sets more', { bound_flags: [bound('x')] }, { bound_flags: [bound('x'), bound('x')] }],
    [
      'when the first and last are the same and there is one more',
      { bound_flags: [bound('x'), bound('x'), bound('x')] },
      { bound_flags: [bound('x'), bound('x')] },
    ],
    [
      'when a switch means two things',
      { bound_flags: [bound('x', { meaning: 'm:1' })] },
      { bound_flags: [bound('x', { meaning: 'm:2' })] },
    ],
    [
      'when a switch is set in two places',
      { bound_flags: [bound('x')] },
      { bound_flags: [bound('x', { source: 'env:Y' })] },
    ],
    ['when one received a switch', {}, { received_flags: [received('x')] }],
    [
      'when two senders sent it',
      { received_flags: [received('x')] },
      { received_flags: [received('x', { sender: 'other' })] },
    ],
    [
      'when two senders meant two things',
      { received_flags: [received('x', { meaning: 'm:1' })] },
      { received_flags: [received('x')] },
    ],
  ])('%s', (_, one, other) => {
    expect(classes(two(one, other))).toEqual(['n1', 'n2']);
    expect(classes(two(other, one))).toEqual(['n1', 'n2']);
  });
});

describe('a class', () => {
  it('knows what its servers run, and their reports', () => {
    const given = report('n1', A, {
      binary_on_disk_sha256: undefined,
      config_sha256: undefined,
      bound_flags: [bound('x')],
      received_flags: [received('y'), received('z', { last_seen_at: at(-9) })],
    });
    expect(classesOf([given], (row) => row.flag === 'y')).toEqual([
      {
        binary: A,
        onDisk: null,
        config: null,
        configOnDisk: null,
        holds: [],
        live: true,
        bound: [bound('x')],
        received: [received('y')],
        hostnames: ['n1'],
        reports: [given],
      },
    ]);
  });

  it('counts a server once and keeps all it said', () => {
    const [nodes, ...more] = classesOf(
      [report('n1', A), report('n1', A, { sequence: 2 }), report('n2', A)],
      () => true,
    );
    expect(more).toEqual([]);
    expect(nodes?.hostnames).toEqual(['n1', 'n2']);
    expect(nodes?.reports).toHaveLength(3);
    const shared = [received('x')];
    const again = [1, 2].map((sequence) => report('n1', A, { sequence, received_flags: shared }));
    expect(classes(again)).toEqual(['n1']);
  });

  it('is told by lists that many servers share, and by lists of their own', () => {
    const lists = Array.from({ length: 200 }, (_, place) => [bound('x', { source: `env:${place}` })]);
    const reports = [...lists, ...lists].map((list, place) => report(`n${place}`, A, { bound_flags: list }));
    expect(classes(reports)).toEqual(lists.map((_, place) => `n${place} n${place + 200}`));
  });

  it('is one for equal lists as long as they are looked for', () => {
    const reports = Array.from({ length: 128 }, (_, place) =>
      report(`n${place}`, A, { bound_flags: [bound('x', { source: `env:${place % 64}` })] }),
    );
    expect(classes(reports)).toHaveLength(64);
  });
});
