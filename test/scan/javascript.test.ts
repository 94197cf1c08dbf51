import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'OpenFeature on a server',
    files: {
      'src/pay.js': `const { OpenFeature } = require('@openfeature/server-sdk');
async function pay(client) {
  const on = await client.getBooleanValue('«read pay»new-checkout', false);
  const details = await client.getStringDetails('«read pay»new-checkout', '');
  return client.getNumberValue("«read pay»new-checkout", 1);
}
`,
    },
  },
  {
    title: 'LaunchDarkly',
    files: {
      'src/pay.js': `const LaunchDarkly = require('@launchdarkly/node-server-sdk');
async function pay(ldClient, context) {
  if (await ldClient.variation('«read pay»new-checkout', context, false)) return;
  const { value } = await client.boolVariationDetail('«read pay»new-checkout', context, false);
}
`,
    },
  },
  {
    title: 'Unleash',
    files: {
      'src/pay.js': `const pay = () => {
  if (unleash.isEnabled('«read pay»new-checkout', context)) return unleash.getVariant('«read pay»new-checkout');
};
`,
    },
  },
  {
    title: 'Flagsmith',
    files: {
      'src/pay.js': `async function pay() {
  const flags = await flagsmith.getIdentityFlags('user');
  if (flags.isFeatureEnabled('«read pay»new-checkout')) return flags.getFeatureValue('«read pay»new-checkout');
  return flagsmith.hasFeature('«read pay»new-checkout') && flagsmith.getValue('«read pay»new-checkout');
}
`,
    },
  },
  {
    title: 'GrowthBook',
    files: {
      'src/pay.js': `function pay(gb) {
  if (gb.isOn('«read pay»new-checkout')) return gb.getFeatureValue('«read pay»new-checkout', 'blue');
  return growthbook.evalFeature('«read pay»new-checkout').value ?? gb.isOff('«read pay»new-checkout');
}
`,
    },
  },
  {
    title: 'ConfigCat and Statsig',
    files: {
      'src/pay.js': `async function pay(configCatClient, user) {
  if (await configCatClient.getValueAsync('«read pay»new-checkout', false, user)) return 1;
  if (Statsig.checkGate(user, '«read pay»new-checkout')) return 2;
  if (statsigClient.checkGate('«read pay»new-checkout')) return 3;
  return statsig.getExperiment(user, '«read pay»new-checkout').get('colour', 'red');
}
`,
    },
  },
  {
    title: 'a constant in the same file and in another',
    files: {
      'src/flags.js': `const NEW_CHECKOUT = '«mention _»new-checkout';
module.exports = { «mention»NEW_CHECKOUT };
`,
      'src/pay.js': `const { «mention»NEW_CHECKOUT } = require('./flags');
const OLD = '«mention»new-checkout';
function pay() {
  return unleash.isEnabled(«read pay»NEW_CHECKOUT) || unleash.isEnabled(«read pay»OLD);
}
`,
    },
  },
  {
    title: 'an exported object of names',
    files: {
      'src/flags.js': `exports.FLAGS = Object.freeze({ newCheckout: '«mention»new-checkout', other: 'other' });
`,
      'src/pay.js': `const { FLAGS } = require('./flags');
const pay = () => client.isEnabled(FLAGS.«read pay»newCheckout);
`,
    },
  },
  {
    title: 'a wrapper, and one of it',
    files: {
      'src/flags.js': `function isOn(name) {
  return unleash.isEnabled(name);
}
export const gate = (key, otherwise) => (isOn(key) ? key : otherwise);
`,
      'src/pay.js': `import { gate } from './flags.js';
export class Shop {
  pay() {
    return gate('«read Shop.pay»new-checkout', '«mention»new-checkout');
  }
}
`,
    },
  },
  {
    title: 'a wrapper of the value of a flag, among the tools of a team',
    files: {
      'src/tools.js': `import flagsmith from '@flagsmith/flagsmith';
export const Tools = {
  getFlagsmithValue(key) { return flagsmith.getValue(key); },
  getValue(key) { return this.values[key]; },
};
`,
      'src/pay.js': `import { Tools } from './tools.js';
const pay = () => Tools.getFlagsmithValue('«read pay»new-checkout') ?? Tools.getValue('«mention»new-checkout');
`,
    },
  },
  {
    title: 'a wrapper that ignores its argument',
    files: {
      'src/flags.js': `export function checkFeatureFlag(name) {
  return unleash.isEnabled('«read checkFeatureFlag old-checkout»old-checkout');
}
`,
      'src/pay.js': `import { checkFeatureFlag } from './flags.js';
const pay = () => checkFeatureFlag('«mention»new-checkout');
`,
    },
  },
  {
    title: 'a call declared in haunted.yaml',
    declared: [
      { call: 'switches.lookUp', argument: 1 },
      { call: 'knows', argument: 0 },
    ],
    files: {
      'src/pay.js': `const pay = (ctx) => switches.lookUp(ctx, '«read pay»new-checkout') && knows('«read pay»new-checkout');
const other = other.lookUp(ctx, '«mention»new-checkout');
`,
    },
  },
  {
    title: 'every flag seen read, when none is defined',
    names: [],
    files: {
      'src/pay.js': `import { OpenFeature } from '@openfeature/server-sdk';
const NAME = '«mention _ three»three';
const pay = async (client) => {
  await client.getBooleanValue('«read pay one»one', false);
  unleash.isEnabled('«read pay two»two');
  unleash.isEnabled(«read pay three»NAME);
  Statsig.checkGate(user, '«read pay four»four');
  new Map().get('five');
  features.has('six');
  settings.get('seven');
  element.isEnabled('eight');
};
`,
    },
  },
  {
    title: 'the literal on the line after the call',
    files: {
      'src/pay.js': `function pay() {
  return unleash.isEnabled(
    // which one
    '«read pay»new-checkout',
    context,
  );
}
`,
    },
  },
  {
    title: 'one minified line',
    files: {
      'dist/app.js': `!function(){var e=1;function t(n){return e}t(2),r.getBooleanValue("«read»new-checkout",!1).then(function(e){i.track("«mention»new-checkout")})}();
`,
    },
  },
  {
    title: 'an HTTP question by OFREP',
    files: {
      'load/script.js': `function flagValue(name) {
  return http.post(\`\${base}/ofrep/v1/evaluate/flags/\${name}\`, '{}');
}
flagValue('«read»new-checkout');
http.post('http://flagd/ofrep/v1/evaluate/flags/«read»new-checkout');
`,
    },
  },
];

describe('flags in JavaScript', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
