import { describe, expect, it } from 'vitest';
import { jsonTree } from './json-tree.ts';
import { expiryIn, instantOf, ownerIn } from './labels.ts';

const treeOf = (value: unknown): ReturnType<typeof jsonTree> => jsonTree(JSON.stringify(value), 'f');

describe('an owner', () => {
  it.each<[string, unknown, string | null]>([
    ['under owner', { owner: 'ada', team: 'x' }, 'ada'],
    ['under x-owner', { 'x-owner': 'ada' }, 'ada'],
    ['the first of several', { owners: ['ada', 'bob'] }, 'ada'],
    ['with an address', { owner: { name: 'Ada', email: 'ada@example.com' } }, 'ada@example.com'],
    ['the first of several with a name', { owners: [{ name: 'Ada' }, { name: 'Bob' }] }, 'Ada'],
    ['under team', { owner: '', team: 'routing' }, 'routing'],
    ['no number', { owner: 7 }, null],
    ['nobody', {}, null],
    ['nobody of none', { owners: [] }, null],
  ])('may be %s', (_what, map, owner) => {
    expect(ownerIn(treeOf(map))).toBe(owner);
  });
});

describe('a time', () => {
  it.each<[unknown, string | null]>([
    ['2012-08-01T09:30:00Z', '2012-08-01T09:30:00Z'],
    ['2012-08-01T09:30:00.5-05:00', '2012-08-01T09:30:00.5-05:00'],
    ['2012-08-01', '2012-08-01T00:00:00Z'],
    ['2012-13-01', null],
    ['next week', null],
    [1_343_779_200_000, '2012-08-01T00:00:00.000Z'],
    [0, null],
    [1.5, null],
    [1e18, null],
    [true, null],
    [null, null],
  ])('of %j is %j', (value, time) => {
    expect(instantOf(treeOf(value))).toBe(time);
  });

  it('of expiry is the first that is one', () => {
    expect(expiryIn(treeOf({ expires: 'soon', 'x-expires': '2012-08-01' }))).toBe('2012-08-01T00:00:00Z');
    expect(expiryIn(treeOf({}))).toBeNull();
  });
});
