import { describe, expect, it } from 'vitest';
import { at } from '../../test/world/documents.ts';
import { doorOf, soundReport } from '../../test/world/trust.ts';
import { openProof } from './open.ts';
import type { OpenedProof } from './open.ts';

const REPORT = soundReport();
const COLLECTED = {
  schema: 'haunted.collected/v1',
  via: 'ssh',
  inventory_name: 'n1',
  collected_at: at(0),
  report: REPORT,
};

function open(value: unknown, more: Parameters<typeof doorOf>[0] = {}): OpenedProof {
  return openProof(value, 'line 7', doorOf(more));
}

describe('openProof finds', () => {
  const FAILURE = {
    schema: 'haunted.collect-failure/v1',
    via: 'ssh',
    hostname: 'n3',
    attempted_at: at(0),
    detail: 'connection refused',
  };

  it('a host that did not answer', () => {
    const unreachable = { hostname: 'n3', detail: 'connection refused' };
    expect(open(FAILURE)).toEqual({ kind: 'unreachable', unreachable });
  });

  it.each([
    [
      'a bare report with an unknown field',
      { ...REPORT, extra: 1 },
      'is wrong at extra: it is a field that this version of haunted does not know',
    ],
    [
      'a bare report of another version',
      { ...REPORT, schema: 'haunted.node-report/v2' },
      'is haunted.node-report/v2; this version of haunted reads haunted.node-report/v1',
    ],
    [
      'a collected report with an unknown field',
      { ...COLLECTED, extra: 1 },
      'is wrong at extra: it is a field that this version of haunted does not know',
    ],
    ['a failure without a host', { ...FAILURE, hostname: undefined }, 'is wrong at hostname: it is missing'],
    ['a list', [REPORT], 'must be an object'],
    ['null', null, 'must be an object'],
    ['a text', 'x', 'must be an object'],
  ])('malformed: %s', (_what, value, detail) => {
    expect(open(value)).toEqual({ kind: 'malformed', detail });
    expect(open(value, { acceptUnsigned: true, acceptTransport: ['ssh'] })).toEqual({
      kind: 'malformed',
      detail,
    });
  });
});
