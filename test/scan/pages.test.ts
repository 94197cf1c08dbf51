import { describe, expect, it } from 'vitest';
import { compared, type ScanCase } from './memory-tree.ts';

const CASES: readonly ScanCase[] = [
  {
    title: "Django's tags of waffle",
    names: ['new-checkout', 'new_checkout', 'fresh_cart'],
    files: {
      'shop/templates/cart.html': `{% load waffle_tags %}
{% flag "«read»new-checkout" %}<p class="«mention»new-checkout">{% endflag %}
{% switch «read _ new_checkout»new_checkout %}{% sample '«read _ new_checkout»new_checkout' %}
{# {% flag "«mention»new-checkout" %} #}
{% include "«mention»new-checkout" %}
{% if features.«read _ fresh_cart»fresh_cart and plan.features.«mention _ fresh_cart»fresh_cart %}
`,
      'shop/templates/plain.html': `{% switch "«mention»new-checkout" %}{% feature_flag "«read»new-checkout" %}
`,
    },
  },
  {
    title: "waffle's tags with no definitions at hand",
    names: [],
    files: {
      'shop/templates/cart.html': `{% load waffle_tags %}{% flag "«read»new-checkout" %}{% include "new-checkout" %}
`,
    },
  },
  {
    title: "Jinja's functions",
    files: {
      'shop/templates/cart.html': `{% if switch("«read»new-checkout") and waffle.flag('«read»new-checkout') %}
{{ url("«mention»new-checkout") }}
`,
    },
  },
  {
    title: 'Angular',
    names: ['new-checkout', 'newCheckout'],
    files: {
      'src/cart.component.html': `<div *appFeatureFlag="'«read»new-checkout'"></div>
<div *ngIf="isFeatureEnabled('«read»new-checkout') && flags.«read _ newCheckout»newCheckout"></div>
<div *ngIf="featureFlags['«read»new-checkout']" [title]="'«mention»new-checkout'" class="«mention»new-checkout"></div>
<!-- <div *appFeatureFlag="'«mention»new-checkout'"></div> -->
`,
    },
  },
  {
    title: 'Angular, with the page in the code or a directive on a line of its own',
    files: {
      'src/cart.component.ts': `@Component({
  template: \`<a
    *shopFeatureToggle="'«read»new-checkout'"
    title="'«mention»new-checkout'"
  ></a>\`,
})
export class Cart {}
`,
      'src/cart.component.html': `<a
  *shopFeatureToggle="'«read»new-checkout'"
></a>
`,
    },
  },
  {
    title: 'a page that is no template',
    files: { 'docs/index.html': `<code>featureFlags["«mention»new-checkout"]</code>\n` },
  },
  {
    title: "Django's tests in one file",
    files: { 'shop/tests.py': `assert flag_is_active(request, "«mention»new-checkout")\n` },
  },
];

describe('flags in pages', () => {
  it.each(CASES)('$title', async (scanCase) => {
    const { expected, found } = await compared(scanCase);
    expect(found).toEqual(expected);
  });
});
