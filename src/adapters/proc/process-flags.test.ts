import { describe, expect, it } from 'vitest';
import { parseEnvironment } from './environment.ts';
import { DEFAULT_FLAG_ARGS, flagsInArguments, flagsInEnvironment } from './process-flags.ts';

describe('switches in the environment', () => {
  const variables = parseEnvironment(
    'SMARS_RLP=true\0SMARS_MODE=fast=er\0SMARS_\0SMARS_EMPTY=\0OTHER=1\0=odd\0nothing\0FF_X=FALSE\0',
  );

  it('are the variables with the prefix, by their own names', () => {
    expect(flagsInEnvironment(variables, ['SMARS_'])).toEqual([
      { flag: 'SMARS_RLP', value: true, source: 'env:SMARS_RLP' },
      { flag: 'SMARS_MODE', value: 'fast=er', source: 'env:SMARS_MODE' },
      { flag: 'SMARS_EMPTY', value: '', source: 'env:SMARS_EMPTY' },
    ]);
  });

  it('can lose the prefix, and then say where they come from all the same', () => {
    expect(flagsInEnvironment(variables, ['FF_', 'SMARS_='])).toEqual([
      { flag: 'rlp', value: true, source: 'env:SMARS_RLP' },
      { flag: 'mode', value: 'fast=er', source: 'env:SMARS_MODE' },
      { flag: 'empty', value: '', source: 'env:SMARS_EMPTY' },
      { flag: 'FF_X', value: false, source: 'env:FF_X' },
    ]);
  });

  it('are none without a prefix', () => {
    expect(flagsInEnvironment(variables, [])).toEqual([]);
  });

  it('have no value that a report could not hold', () => {
    expect(flagsInEnvironment([{ name: 'A_B', value: 'x'.repeat(4_097) }], ['A_'])).toEqual([
      { flag: 'A_B', value: null, source: 'env:A_B' },
    ]);
  });
});

describe('switches in the arguments', () => {
  it.each<[string, string[], unknown[]]>([
    [
      'a list of gates',
      ['s', '--feature-gates=A=true,B=false'],
      [
        ['A', true, '--feature-gates'],
        ['B', false, '--feature-gates'],
      ],
    ],
    [
      'a list in the next word',
      ['s', '--feature-gates', 'A=true, B=x'],
      [
        ['A', true, '--feature-gates'],
        ['B', 'x', '--feature-gates'],
      ],
    ],
    ['one dash', ['s', '-feature-gates=A=true'], [['A', true, '-feature-gates']]],
    [
      'names alone',
      ['s', '--enable-features=A,B'],
      [
        ['A', true, '--enable-features'],
        ['B', true, '--enable-features'],
      ],
    ],
    ['names switched off', ['s', '--disable-features=A'], [['A', false, '--disable-features']]],
    [
      'what Chromium appends',
      ['s', '--enable-features=A<Trial:p/1,B:k/v'],
      [
        ['A', true, '--enable-features'],
        ['B', true, '--enable-features'],
      ],
    ],
    [
      'a setting that is repeated',
      ['s', '--feature-gates=A=true', '--feature-gates=A=false'],
      [
        ['A', true, '--feature-gates'],
        ['A', false, '--feature-gates'],
      ],
    ],
    [
      'names with dots and colons in gates',
      ['s', '--feature-gates=a.b:c=true'],
      [['a.b:c', true, '--feature-gates']],
    ],
    ['empty items', ['s', '--feature-gates=,A=true,,'], [['A', true, '--feature-gates']]],
    ['no list', ['s', '--feature-gates='], []],
    ['no word after it', ['s', '--feature-gates'], []],
    ['another option after it', ['s', '--feature-gates', '--verbose'], []],
    ['other arguments', ['s', '--feature-gates-file=A=true', 'feature-gates=A=true', '--port=1'], []],
  ])('%s', (_what, args, expected) => {
    expect(
      flagsInArguments(args, DEFAULT_FLAG_ARGS).map(({ flag, value, source }) => [
        flag,
        value,
        source.replace('arg:', ''),
      ]),
    ).toEqual(expected);
  });

  it('have names of your own', () => {
    expect(flagsInArguments(['s', '--switches=a'], ['--switches'])).toEqual([
      { flag: 'a', value: true, source: 'arg:--switches' },
    ]);
    expect(flagsInArguments(['s', '--feature-gates=A=true'], ['switches'])).toEqual([]);
  });
});
