import { describe, expect, it } from 'vitest';
import { readHeader, writeHeader } from './header-map.ts';
import type { HeaderMap } from './header-map.ts';

/** The header map of nats.js: names keep their case, a name may have several values, an absent one reads as an empty text. */
function natsHeaders(entries: Readonly<Record<string, string[]>>): HeaderMap & { shown: () => unknown } {
  const values = new Map(Object.entries(entries));
  return {
    get: (name: string) => values.get(name)?.[0] ?? '',
    values: (name: string) => values.get(name) ?? [],
    set: (name: string, value: string) => void values.set(name, [value]),
    delete: (name: string) => void values.delete(name),
    keys: () => [...values.keys()],
    shown: () => Object.fromEntries(values),
  };
}

describe('headers of every kind', () => {
  it.each<[string, HeaderMap, string | null]>([
    ['Node’s, lower case', { baggage: 'a=1' }, 'a=1'],
    ['any case, repeated', { Baggage: 'a=1', BAGGAGE: ['b=2', 'c=3'] }, 'a=1,b=2,c=3'],
    ['without it', { host: 'x', baggage: undefined }, null],
    ['empty', { baggage: '' }, null],
    [
      'fetch',
      new Headers([
        ['Baggage', 'a=1'],
        ['baggage', 'b=2'],
      ]),
      'a=1, b=2',
    ],
    ['a map', new Map([['Baggage', 'a=1']]), 'a=1'],
    [
      'pairs',
      [
        ['Baggage', 'a=1'],
        ['x', 'y'],
        ['baggage', Buffer.from('b=2')],
      ],
      'a=1,b=2',
    ],
    ['raw', ['Host', 'x', 'Baggage', 'a=1', 'baggage', 'b=2'], 'a=1,b=2'],
    ['Kafka', { baggage: Buffer.from('a=é'), other: Buffer.from([255]) }, 'a=é'],
    ['Kafka, repeated', { baggage: [Buffer.from('a=1'), 'b=2'] }, 'a=1,b=2'],
    ['NATS', natsHeaders({ Baggage: ['a=1', 'b=2'] }), 'a=1,b=2'],
    ['AMQP', { 'x-death': [{ count: 1 }], baggage: 'a=1' }, 'a=1'],
    ['no list at all', [], null],
  ])('are read: %s', (_what, headers, text) => {
    expect(readHeader(headers, 'baggage')).toBe(text);
  });

  it('are refused when the value is neither text nor bytes', () => {
    expect(() => readHeader({ baggage: 7 }, 'baggage')).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });

  it.each<[string, Record<string, unknown> | unknown[], unknown]>([
    ['new', { x: 'y' }, { x: 'y', baggage: 'n=1' }],
    ['in its own case, once', { Baggage: 'a=1', baggage: 'b=2' }, { Baggage: 'n=1' }],
    ['as bytes', { baggage: Buffer.from('a=1') }, { baggage: Buffer.from('n=1') }],
    [
      'pairs',
      [
        ['Baggage', 'a=1'],
        ['x', 'y'],
      ],
      [
        ['x', 'y'],
        ['baggage', 'n=1'],
      ],
    ],
    ['raw', ['Baggage', 'a=1', 'x', 'y'], ['x', 'y', 'baggage', 'n=1']],
  ])('are written in place: %s', (_what, headers, written) => {
    writeHeader(headers, 'baggage', 'n=1');
    expect(headers).toEqual(written);
  });

  it('are written into maps with methods, and removed from all', () => {
    const fetched = new Headers({ baggage: 'a=1' });
    const nats = natsHeaders({ Baggage: ['a=1'], BAGGAGE: ['b=2'], x: ['y'] });
    for (const headers of [fetched, nats]) writeHeader(headers, 'baggage', 'n=1');
    expect([...fetched]).toEqual([['baggage', 'n=1']]);
    expect(nats.shown()).toEqual({ Baggage: ['n=1'], x: ['y'] });
    const record = { Baggage: 'a', baggage: 'b' };
    const list = ['Baggage', 'a'];
    for (const headers of [fetched, nats, record, list]) writeHeader(headers, 'baggage', null);
    expect([[...fetched], nats.shown(), record, list]).toEqual([[], { x: ['y'] }, {}, []]);
  });
});
