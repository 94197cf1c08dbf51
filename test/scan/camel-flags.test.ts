import { describe, expect, it } from 'vitest';
import { compared, readingOf } from './memory-tree.ts';

const IMPORT = "import { useFlags, withLDConsumer } from 'launchdarkly-react-client-sdk';\n";

describe('LaunchDarkly’s table of flags for React, in which keys are written in camel case', () => {
  it.each([
    ['const { other, «read A»newCheckout } = useFlags();'],
    ['const { «read A»newCheckout: on = false } = useFlags();'],
    ['const flags = useFlags(); const newCheckout = flags.«read A»newCheckout ?? flags.other;'],
    ['const table = useFlags(); const { «read A»newCheckout } = table;'],
    ['const on = useFlags().«read A»newCheckout;'],
    ['const { flags } = props; return flags.«read A»newCheckout;'],
    ["const { '«read A»new-checkout': on } = useFlags();"],
    [
      'const flags = useFlags(); // flags.newCheckout\n const on = shop.newCheckout; other.flagsOf.newCheckout;',
    ],
  ])('%s', async (body) => {
    const { expected, found } = await compared({
      title: '',
      files: { 'src/a.tsx': `${IMPORT}function A(props) { ${body} }\n` },
    });
    expect(found).toEqual(expected);
  });

  it('is not looked for where the hook is another’s', async () => {
    const text =
      "import { useFlags } from './plugins';\nfunction A() { const { newCheckout } = useFlags(); }\n";
    expect((await readingOf({ 'src/a.tsx': text })).sites).toEqual([]);
  });

  it('says nothing of a key that is written so and defined itself', async () => {
    const text = `${IMPORT}function A() { const { newCheckout } = useFlags(); }\n`;
    const { sites } = await readingOf({ 'src/a.tsx': text }, ['new-checkout', 'newCheckout']);
    expect(sites.map(({ flag, kind }) => `${kind} ${flag}`)).toEqual(['read newCheckout']);
  });
});
