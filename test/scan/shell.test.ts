import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'an HTTP question by OFREP, and a wrapper of it',
    files: {
      'run.sh': `#!/bin/bash
flag_value() {
  local key="$1"
  curl -s -X POST "$HOST/ofrep/v1/evaluate/flags/\${key}" -d '{}'
}
if [ "$(flag_value "«read»new-checkout")" = "true" ]; then echo on; fi
curl "$HOST/ofrep/v1/evaluate/flags/«read»new-checkout"
`,
    },
  },
  {
    title: 'a function that passes its argument on',
    files: {
      'run.sh': `get_flag() { curl -s "$HOST/ofrep/v1/evaluate/flags/$1"; }
is_on() { [ "$(get_flag "$1")" = "true" ]; }
if is_on «read _ new-checkout-old»new-checkout-old; then :; fi
if is_on «read»new-checkout; then :; fi
VALUE=$(get_flag '«read»new-checkout')
`,
    },
  },
  {
    title: 'bare words are no reads',
    files: {
      'run.sh': `# get_flag new
echo «mention»new-checkout
mkdir -p build/«mention»new-checkout
git checkout -b «mention»new-checkout
./tool --«mention»new-checkout
for name in «mention»new-checkout other; do echo "$name"; done
NAME=«mention»new-checkout
curl "$HOST/api/«mention»new-checkout"
`,
    },
  },
  {
    title: 'a constant',
    files: {
      'run.sh': `get_flag() { curl -s "$HOST/ofrep/v1/evaluate/flags/$1"; }
NEW_CHECKOUT="«mention»new-checkout"
get_flag "$«read»NEW_CHECKOUT"
`,
    },
  },
];

describe('flags in shell scripts', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
