import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'SDK calls',
    files: {
      'src/pay.c': `#include <launchdarkly/server_side/bindings/c/sdk.h>
bool pay(LDServerSDK sdk, LDContext context) {
  if (LDServerSDK_BoolVariation(sdk, context, "«read pay»new-checkout", false)) return true;
  return LDBoolVariation(client, "«read pay»new-checkout", false);
}
`,
    },
  },
  {
    title: 'constants and a wrapper',
    files: {
      'src/flags.h': `#define NEW_CHECKOUT "«mention»new-checkout"
static const char *const AGAIN = "«mention»new-checkout";
`,
      'src/flags.c': `bool flag_is_on(const char *key) { return LDServerSDK_BoolVariation(sdk, context, key, false); }
`,
      'src/pay.c': `#include "flags.h"
void pay(void) {
  if (LDServerSDK_BoolVariation(sdk, context, «read pay»NEW_CHECKOUT, false)) return;
  if (flag_is_on(«read pay»AGAIN)) return;
  if (flag_is_on("«read pay»new-checkout")) return;
}
`,
    },
  },
  {
    title: "a name of the team's own",
    files: {
      'src/pay.c': `void pay(void) { if (is_feature_enabled("«read pay»new-checkout")) route(); }
`,
    },
  },
  {
    title: 'the same string for other things',
    files: {
      'src/pay.c': `/* is_feature_enabled("«mention»new-checkout") */
void pay(void) {
  printf("«mention»new-checkout");
  strcmp(name, "«mention»new-checkout");
  set_feature_enabled("«mention»new-checkout", 1);
  log_feature("«mention»new-checkout");
}
`,
    },
  },
];

describe('flags in C', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
