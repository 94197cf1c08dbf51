import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: 'the script of a Vue component',
    files: {
      'src/pay.vue': `<template>
  <p v-if="on">«mention»new-checkout</p>
</template>

<script setup lang="ts">
const on = useFlag('«read on»new-checkout');
const more = unleash.isEnabled("«read more»new-checkout");
</script>
`,
    },
  },
  {
    title: 'the script of a Svelte component',
    files: {
      'src/pay.svelte': `<script>
  const on = unleash.isEnabled('«read on»new-checkout');
</script>

{#if on}<b>pay</b>{/if}
`,
    },
  },
  {
    title: 'two scripts',
    files: {
      'src/pay.vue': `<script>
export default { data: () => ({ on: gb.isOn('«read data»new-checkout') }) };
</script>
<script setup>
const other = gb.isOn('«read other»new-checkout');
</script>
`,
    },
  },
  {
    title: 'the markup of a component',
    files: {
      'src/pay.vue': `<template>
  <Pay v-if="$unleash.isEnabled('«read»new-checkout')" title="«mention»new-checkout" />
  <!-- $unleash.isEnabled('«mention»new-checkout') -->
  <FeatureFlag name="«read»new-checkout" />
</template>
`,
    },
  },
];

describe('flags in the scripts of components', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
