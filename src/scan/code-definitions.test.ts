import { describe, expect, it } from 'vitest';
import { Fault } from '../fault.ts';
import { readCodeDefinitions } from './code-definitions.ts';

type Row = readonly [string, number, string | null, boolean | number | string | null];

async function rows(path: string, text: string): Promise<readonly Row[]> {
  const found = await readCodeDefinitions({ path, text });
  return found.map(({ flag, line, type, default: value }) => [flag, line ?? 0, type, value] as const);
}

const CASES: readonly [string, string, string, readonly Row[]][] = [
  [
    'a type that a flag service generates, with types',
    'app-features.ts',
    'export type AppFeatures = {\n  "new-checkout": boolean;\n  limits: Record<string, unknown>;\n  "rate": number;\n};\n',
    [
      ['new-checkout', 2, 'boolean', null],
      ['limits', 3, 'object', null],
      ['rate', 4, 'number', null],
    ],
  ],
  [
    'a union and the table of its defaults, once each',
    'experimental.ts',
    "export type FlagKey =\n  | 'one'\n  | 'two';\nconst flags = {\n  one: false,\n  two: true,\n};\nexport const other = 'three';\n",
    [
      ['one', 2, 'boolean', false],
      ['two', 3, 'boolean', true],
    ],
  ],
  [
    'an enum of keys',
    'feature-flag.enum.ts',
    "export enum FeatureFlag {\n  /* ours */\n  One = 'pm-1-one',\n  Two = 'pm-2-two',\n}\nexport enum Colour { Red = 'red' }\n",
    [
      ['pm-1-one', 3, null, null],
      ['pm-2-two', 4, null, null],
    ],
  ],
  [
    'constants of the class that speaks of flags, and not of its neighbours',
    'Constants.cs',
    'public static class Schemes { public const string Cookie = "cookie"; }\npublic static class FeatureFlagKeys\n{\n  public const string One = "one-flag";\n  public const string Two = "two-flag";\n}\n',
    [
      ['one-flag', 4, null, null],
      ['two-flag', 5, null, null],
    ],
  ],
  [
    'gates of Go, with their owner above',
    'kube_features.go',
    'package features\nconst (\n\t// owner: @someone\n\tOne featuregate.Feature = "One"\n\tTwo featuregate.Feature = "Two"\n)\n',
    [
      ['One', 4, null, null],
      ['Two', 5, null, null],
    ],
  ],
  [
    'calls that register flags',
    'temporary.py',
    'def register(manager):\n    manager.add("organizations:one", OrganizationFeature, False)\n    manager.add("organizations:two", OrganizationFeature, False)\n    log("three")\n',
    [
      ['organizations:one', 2, null, null],
      ['organizations:two', 3, null, null],
    ],
  ],
  [
    'a dictionary of defaults',
    'config.py',
    'DEFAULT_FEATURE_FLAGS = {\n    "ONE": False,\n    "TWO": True,\n}\nCOLOURS = {"red": 1}\n',
    [
      ['ONE', 2, 'boolean', false],
      ['TWO', 3, 'boolean', true],
    ],
  ],
  [
    'the members of an enum that carry no text',
    'Features.java',
    'public enum MyFeatures implements Feature {\n  NEW_CHECKOUT,\n  OLD_SEARCH;\n}\n',
    [
      ['NEW_CHECKOUT', 2, null, null],
      ['OLD_SEARCH', 3, null, null],
    ],
  ],
  [
    'the features of Chromium',
    'features.cc',
    'BASE_FEATURE(kOne, "One", base::FEATURE_DISABLED_BY_DEFAULT);\nBASE_FEATURE(kTwo, "Two", base::FEATURE_ENABLED_BY_DEFAULT);\n',
    [
      ['One', 1, null, null],
      ['Two', 2, null, null],
    ],
  ],
  [
    'constants of a module where nothing speaks of flags: the largest group',
    'names.rb',
    'module Names\n  ONE = "one.flag"\n  TWO = "two/flag"\nend\nOTHER = "x"\n',
    [
      ['one.flag', 2, null, null],
      ['two/flag', 3, null, null],
    ],
  ],
];

describe('flags that source code defines', () => {
  it.each(CASES)('%s', async (_, path, text, expected) => {
    expect(await rows(path, text)).toEqual(expected);
  });

  it('keeps the owner that the comment above names', async () => {
    const [one, two] = await readCodeDefinitions({
      path: 'gates.go',
      text: 'package features\nconst (\n\t// owner: @someone\n\tOne Feature = "One"\n\n\t// nothing here\n\tTwo Feature = "Two"\n)\n',
    });
    expect([one?.owner, two?.owner]).toEqual(['@someone', null]);
  });

  it.each([
    ['a file without any name', 'empty.ts', 'export {};\n', /empty\.ts defines no flags/],
    ['a language that is not read', 'flags.lisp', '(a)', /flags\.lisp is no source file/],
  ])('refuses %s in words', async (_, path, text, words) => {
    const error = await readCodeDefinitions({ path, text }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).code).toBe('BAD_INPUT');
    expect((error as Fault).message).toMatch(words);
  });
});
