import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escaped, html } from './html.ts';

describe('html', () => {
  it.each([
    ['text is escaped', html`<p>${'<b>&</b>'}</p>`, '<p>&lt;b&gt;&amp;&lt;/b&gt;</p>'],
    ['an attribute cannot be left', html`<p title="${`"'><x`}"></p>`, '<p title="&quot;&#39;&gt;&lt;x"></p>'],
    ['an entity stays what was written', html`${'&lt;'}`, '&amp;lt;'],
    ['markup stays markup', html`<p>${html`<b>${'<'}</b>`}</p>`, '<p><b>&lt;</b></p>'],
    ['lists are joined', html`${['a', html`<i></i>`, ['<', null, 7]]}`, 'a<i></i>&lt;7'],
    ['nothing is nothing', html`a${null}b${''}c`, 'abc'],
    ['a number is shown', html`${0}`, '0'],
  ])('%s', (_, made, markup) => {
    expect(made.markup).toBe(markup);
  });

  it.each([
    ['an override of direction', 'a\u202eb', 'a\ufffdb'],
    ['an isolate', '\u2066', '\ufffd'],
    ['a character of no width', 'a\u200bb', 'a\ufffdb'],
    ['a NUL', '\u0000', '\ufffd'],
    ['a C1 control', '\u0085', '\ufffd'],
    ['half a surrogate pair', '\ud83d', '\ufffd'],
    ['a tag character', '\u{e0041}', '\ufffd'],
    ['no tab and no line feed', 'a\tb\nc', 'a\tb\nc'],
    ['no letter of any script, and no emoji', 'é 試 ш 👻', 'é 試 ш 👻'],
  ])('replaces %s', (_, text, shown) => {
    expect(escaped(text)).toBe(shown);
  });

  it('lets no text open a tag, an attribute or an entity', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
        (text) => {
          const shown = escaped(text);
          expect(shown).not.toMatch(/[<>"']/);
          expect(shown.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
        },
      ),
    );
  });
});
