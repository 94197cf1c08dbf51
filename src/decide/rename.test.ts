import { describe, expect, it } from 'vitest';
import { flag, manifest, sha } from '../../test/world/documents.ts';
import type { FlagOwnership } from '../model/flag.ts';
import { registryOf } from './registry.ts';
import { renamesBetween } from './rename.ts';

const table = (...rows: FlagOwnership[]) => {
  const one = manifest({ generation: 1, binary_sha256: sha('a'), flag_ownership_table: rows });
  return registryOf(one.cluster, [one]).tableOf(one);
};
const reads = (...symbols: string[]) => ({ where: symbols.map((symbol) => ({ file: 'a.ts', symbol })) });
const gone = (more: Partial<FlagOwnership> = {}) => flag('account-recovery', more);
const come = (more: Partial<FlagOwnership> = {}) => flag('pm-account-recovery', more);
const key = { target: 'AccountRecoveryCommand' };

describe('a rename', () => {
  it.each<[string, FlagOwnership[], FlagOwnership[], string[]]>([
    ['the same constant under another key', [gone(key)], [come(key)], ['target']],
    ['a tombstone is left behind', [gone(key)], [gone({ ...key, state: 'retired' }), come(key)], ['target']],
    ['the same purpose', [gone({ purpose: 'recover  it' })], [come({ purpose: 'recover it' })], ['purpose']],
    ['the same functions', [gone(reads('f', 'g'))], [come(reads('g', 'f'))], ['function']],
    ['the surer sign wins', [gone({ ...key, ...reads('f') })], [come({ ...key, ...reads('f') })], ['target']],
    ['only one function of two is the same', [gone(reads('f', 'g'))], [come(reads('f'))], []],
    ['nothing is said', [gone()], [come()], []],
    ['another type', [gone(key)], [come({ ...key, type: 'string' })], []],
    ['another target', [gone({ ...key, ...reads('f') })], [come({ target: 'Other', ...reads('f') })], []],
    ['two came', [gone(key)], [come(key), flag('third', key)], []],
    ['two went', [gone(key), flag('third', key)], [come(key)], []],
    ['a flag that stays shares it', [gone(key), flag('third', key)], [come(key), flag('third', key)], []],
    ['nothing went', [gone(key)], [gone(), come(key)], []],
    ['what came was a tombstone', [gone(key), come({ state: 'retired' })], [come(key)], []],
    ['nothing came', [gone(key), come(key)], [come(key)], []],
    ['what went was a tombstone', [gone({ ...key, state: 'retired' })], [come(key)], []],
    ['what came is a tombstone', [gone(key)], [come({ ...key, state: 'retired' })], []],
    [
      'what went is taken by a surer sign',
      [gone({ ...key, purpose: 'p' })],
      [come(key), flag('third', { purpose: 'p' })],
      ['target'],
    ],
    [
      'what came is taken by a surer sign',
      [gone(key), flag('third', { purpose: 'p' })],
      [come({ ...key, purpose: 'p' })],
      ['target'],
    ],
  ])('%s', (_, before, after, signs) => {
    expect(renamesBetween(table(...before), table(...after)).map(({ by }) => by)).toEqual(signs);
  });

  it('is told in the order of the new names', () => {
    const before = table(flag('a', { target: 'one' }), flag('b', { target: 'two' }));
    const after = table(flag('z', { target: 'one' }), flag('y', { target: 'two' }));
    expect(renamesBetween(before, after).map(({ from, to }) => `${from.flag} ${to.flag}`)).toEqual([
      'b y',
      'a z',
    ]);
    const other = table(flag('y', { target: 'one' }), flag('z', { target: 'two' }));
    expect(renamesBetween(before, other).map(({ from, to }) => `${from.flag} ${to.flag}`)).toEqual([
      'a y',
      'b z',
    ]);
  });
});
