import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'a licence, a logger, a tracker, a setter and a mock with the same string',
    files: {
      'src/pay.ts': `const logger = getLogger('«mention»new-checkout');
export function pay(org: Org) {
  if (orgHasPremiumFeature(org, '«mention»new-checkout')) return;
  if (licence.hasFeature('«mention»new-checkout') || hasCommercialFeature('«mention»new-checkout')) return;
  track('«mention»new-checkout', { at: 1 });
  analytics.trackEvent('«mention»new-checkout');
  unleash.setFeature('«mention»new-checkout', true);
  featureFlags.set('«mention»new-checkout', true);
  featureFlagService.createFlag('«mention»new-checkout');
  mockFeatureFlag('«mention»new-checkout', true);
  jest.spyOn(unleash, '«mention»new-checkout');
  defineFeature('«mention»new-checkout');
  console.log('«mention»new-checkout');
  localStorage.getItem('«mention»new-checkout');
  permissions.has('«mention»new-checkout');
  const message = 'the «mention»new-checkout flag';
  if (name === '«mention»new-checkout') return;
  switch (name) { case '«mention»new-checkout': return; }
}
`,
    },
  },
  {
    title: 'a set and a map that are called features',
    files: {
      'src/pay.ts': `const features = new Set(['«mention»new-checkout']);
const flagsById = new Map<string, number>();
export const pay = () => seen.has('«mention»new-checkout') || columns.get('«mention»new-checkout');
`,
    },
  },
  {
    title: 'sample code in template strings and comments',
    files: {
      'src/docs.ts': `// unleash.isEnabled('«mention»new-checkout')
/* gb.isOn("«mention»new-checkout") */
export const sample = \`
const on = unleash.isEnabled('«mention»new-checkout');
client.getBooleanValue("«mention»new-checkout", false);
\`;
`,
    },
  },
  {
    title: 'names that begin or end like another',
    names: ['celebrateUnleash', 'celebrateUnleashFrontend', 'event-', 'events-forwarder-multi-step'],
    files: {
      'src/pay.ts': `export const pay = () => {
  unleash.isEnabled('«read pay celebrateUnleashFrontend»celebrateUnleashFrontend');
  unleash.isEnabled('«read pay events-forwarder-multi-step»events-forwarder-multi-step');
  config.flags.«read pay celebrateUnleashFrontend»celebrateUnleashFrontend;
  unleash.isEnabled('«read pay my-celebrateUnleash»my-celebrateUnleash');
  unleash.isEnabled('«mention _ celebrateUnleash»«read pay celebrateUnleash.more»celebrateUnleash.more');
};
`,
    },
  },
  {
    title: 'the keys of an unrelated table',
    files: {
      'src/pay.ts': `const titles = { '«mention»new-checkout': 'Pay' };
const icons: Record<string, string> = { '«mention»new-checkout': 'pay.svg', other: '«mention»new-checkout' };
export const pay = () => titles['«mention»new-checkout'];
`,
    },
  },
  {
    title: 'names with dots, slashes, spaces and letters of other scripts',
    names: ['shop.pay', 'shop/pay', 'größe-neu', '支払い', 'shop'],
    files: {
      'src/pay.ts': `export const pay = () => {
  unleash.isEnabled('«mention _ shop»«read pay shop.pay»shop.pay');
  unleash.isEnabled('«mention _ shop»«read pay shop/pay»shop/pay');
  unleash.isEnabled('«read pay größe-neu»größe-neu');
  unleash.isEnabled('«read pay 支払い»支払い');
  const π = '🙂', x = unleash.isEnabled('«read pay shop»shop');
};
`,
    },
  },
  {
    title: 'a constant of the same name in two files means what its own file says',
    files: {
      'src/a.ts': `export const KEY = '«mention»new-checkout';
export const a = () => unleash.isEnabled(«read a»KEY);
`,
      'src/b.ts': `export const KEY = '«mention _ other»other';
export const b = () => unleash.isEnabled(«read b other»KEY);
`,
    },
  },
  {
    title: 'a local constant of the same name is another',
    files: {
      'src/flags.ts': `export const KEY = '«mention»new-checkout';
`,
      'src/pay.ts': `import { KEY } from './flags';
export const one = () => unleash.isEnabled(«read one»KEY);
`,
      'src/more.ts': `const KEY = '«mention _ x»x';
export const two = () => unleash.isEnabled(«read two x»KEY);
`,
    },
  },
  {
    title: 'enum members that are only listed',
    files: {
      'src/flags.ts': `export enum Flag { NewCheckout = '«mention»new-checkout' }
export const DefaultFlags = { [Flag.«mention»NewCheckout]: false };
export const all = [Flag.«mention»NewCheckout];
`,
    },
  },
  {
    title: 'type positions',
    files: {
      'src/pay.ts': `export type Keys = 'a' | '«mention»new-checkout';
export function pay(flag: '«mention»new-checkout'): Extract<Keys, '«mention»new-checkout'> { return flag; }
declare function getFlag(name: '«mention»new-checkout'): boolean;
`,
    },
  },
  {
    title: 'words of what is no flag in the name of the variable beside the call',
    files: {
      'src/pay.ts': `import { useUiFlag } from './flags';
export const pay = () => {
  const metricsEnabled = useUiFlag('«read pay»new-checkout');
  const licenceShown = unleash.isEnabled('«read pay»new-checkout');
  const permission = isFeatureEnabled('«read pay»new-checkout');
};
`,
    },
  },
];

describe('what is no read in TypeScript', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
