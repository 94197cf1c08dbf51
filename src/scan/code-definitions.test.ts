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
    'flags that a class makes, with what their names are put together of',
    'toggles.py',
    "NAMESPACE = 'shop'\nLOG_PREFIX = 'Shop'\nONE = WaffleFlag(\n    f'{NAMESPACE}.one',\n    __name__,\n)\nTWO = WaffleSwitch('two', __name__)\nLIMIT = Setting('three')\n",
    [
      ['shop.one', 4, null, null],
      ['two', 7, null, null],
    ],
  ],
  [
    "flags that C# makes with the type on the left, and not the class's own properties",
    'FeatureFlagConstants.cs',
    'public class FeatureFlagConstants\n{\n  internal bool DefaultState { get; }\n  public static readonly FeatureFlagConstants One = new("Shop.One", "SHOP_ONE", true);\n}\n',
    [['Shop.One', 4, null, null]],
  ],
  [
    'the options that a class holds',
    'FeatureFlags.cs',
    'public class FeatureFlags\n{\n  public const string Section = "FeatureFlags";\n  public bool One { get; set; } = true;\n  public bool Two { get; set; }\n  public string Title { get; set; }\n}\n',
    [
      ['One', 4, 'boolean', true],
      ['Two', 5, 'boolean', null],
    ],
  ],
  [
    'a list of names, and not the fields of a row or of a call',
    'featureFlags.ts',
    "export const featureFlagNames = [\n  'one',\n  'two',\n] as const;\nexport type FeatureFlagRow = { name: string; owner: string };\nexport function getFlags() { return load({ url: 'x', name: FLAG }); }\nconst buildFlag = (on: string) => ({ variants: { on: true }, state: on ? 'on' : 'off' });\n",
    [
      ['one', 2, null, null],
      ['two', 3, null, null],
    ],
  ],
  [
    'constants among others whose own names speak of flags',
    'ScriptConstants.cs',
    'public static class ScriptConstants\n{\n  public const string Home = "/home";\n  public const string FeatureFlagOne = "One";\n  public const string Away = "/away";\n}\n',
    [['One', 4, null, null]],
  ],
  [
    'a class of which most constants speak of flags: all of it',
    'Slugs.cs',
    'static class Slugs\n{\n  const string OneToggle = "one";\n  const string TwoToggle = "two";\n  const string Three = "three";\n}\n',
    [
      ['one', 3, null, null],
      ['two', 4, null, null],
      ['three', 5, null, null],
    ],
  ],
  [
    'constants of a module that is called after flags',
    'features.py',
    'ONE = "one"\nTWO_FEATURE_FLAG = "two"\n',
    [
      ['one', 1, null, null],
      ['two', 2, null, null],
    ],
  ],
  [
    'a table of defaults of which some are texts',
    'flags.ts',
    "export const defaultFlagSet: LDFlagSet = {\n  'one': '',\n  'two': false,\n};\n",
    [
      ['one', 2, 'string', null],
      ['two', 3, 'boolean', false],
    ],
  ],
  [
    'constants that Open edX notes as flags',
    'constants.py',
    "# .. toggle_name: one\n# .. toggle_default: False\nENABLE_ONE = 'one'\nCOLOUR = 'red'\nSHAPE = 'round'\n",
    [['one', 3, null, null]],
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
