import { createHash } from 'node:crypto';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentWith } from '../../test/fixtures/incident.ts';
import { DRAWN, serversIn } from '../../test/fixtures/replay-run.ts';
import { RollbackType } from '../model/incident-terms.ts';
import { type FogClaim, Incident } from '../model/incident.ts';
import { ReplayRun } from '../model/replay-run.ts';
import { type SiteContent, sitePages } from './site.ts';

const CLAIM: FogClaim = {
  id: 'nobody-2020',
  title: 'A claim',
  date: null,
  vendor: null,
  claimed_by: 'Somebody.',
  claimed: 'That it happened.',
  looked_for: 'A report.',
  found: 'None.',
  today: 'Fog.',
  would_count_if: 'There were one.',
  nearest: 'examplehost-2024',
  sources: [],
  thread: { said: 'Maybe.', today: 'Still fog.' },
};
const RANKED = incidentWith({
  id: 'second-2023',
  date: '2023',
  vendor: null,
  other_clock: { lives_in: 'cache', what: 'The cache.' },
  second_specimen: {
    rank: 1,
    one_wrong_node: 'yes',
    person_pressed: 'in_part',
    healthy_made_wrong: 'not_stated',
    matches: 'The shape.',
    differs: 'The button.',
  },
  thread: { said: 'Maybe.', today: 'Yes.' },
});
const RUN: ReplayRun = { ...DRAWN, id: 'examplehost-2024' };
const CONTENT: SiteContent = {
  incidents: [
    incidentWith({}),
    RANKED,
    incidentWith({ id: 'third-2024', checks: [], healthy_nodes: { before: null, after: null } }),
  ],
  claims: [CLAIM],
  runs: new Map([[RUN.id, RUN]]),
};
const EMPTY: SiteContent = { incidents: [], claims: [], runs: new Map() };

const page = (content: SiteContent, name: string): string => sitePages(content).get(name) ?? '';

function idsIn(text: string): readonly string[] {
  return [...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);
}

/** The letters in the picture of a page, line by line. */
function boxes(text: string): string {
  const letters = text.matchAll(/class="letter on-[a-z]+"\s*>\s*([RHSO])\s*</g);
  return [...letters].map(([, letter]) => letter).join('');
}

describe('sitePages', () => {
  it('has the five pages and one for each incident', () => {
    expect([...sitePages(CONTENT).keys()]).toEqual([
      'index.html',
      'second-specimen.html',
      'checks.html',
      'types.html',
      'fog.html',
      'incidents/second-2023.html',
      'incidents/examplehost-2024.html',
      'incidents/third-2024.html',
    ]);
  });

  it('is the same bytes in whatever order the records come', () => {
    const turned: SiteContent = {
      incidents: CONTENT.incidents.toReversed(),
      claims: [...CONTENT.claims].reverse(),
      runs: CONTENT.runs,
    };
    expect([...sitePages(turned)]).toEqual([...sitePages(CONTENT)]);
  });

  it.each([
    ['something', CONTENT],
    ['nothing', EMPTY],
  ])('of %s runs and loads only what its policy names by hash', (_, content) => {
    for (const [name, text] of sitePages(content)) {
      const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(text) ?? [];
      const inline = [...text.matchAll(/<(style|script)>([^]*?)<\/\1>/g)];
      expect(inline.map(([, kind]) => kind)).toEqual(name === 'index.html' ? ['style', 'script'] : ['style']);
      for (const [, kind, body = ''] of inline)
        expect(policy).toContain(
          `${kind}-src &#39;sha256-${createHash('sha256').update(body).digest('base64')}&#39;`,
        );
      expect(policy).toMatch(/^default-src &#39;none&#39;;/);
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(text).not.toMatch(/\s(?:style|on[a-z]+|src|srcset)=/);
      expect([...text.matchAll(/<link [^>]*>/g)].map(([link]) => link)).toEqual([
        expect.stringMatching(/rel="icon" href="data:image\/svg\+xml,/),
      ]);
    }
  });

  it('leads by relative links only to pages and places that are there, and out only to sources', () => {
    const pages = sitePages(CONTENT);
    for (const [from, text] of pages) {
      const ids = idsIn(text);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, to = ''] of text.matchAll(/<a [^>]*href="([^"]+)"/g)) {
        if (to === 'https://example.com/billing') continue;
        const [file = '', place] = to.split('#');
        const target = file === '' ? from : path.posix.join(path.posix.dirname(from), file);
        expect([from, to, pages.has(target)]).toEqual([from, to, true]);
        expect([from, to, place === undefined || idsIn(pages.get(target) ?? '').includes(place)]).toEqual([
          from,
          to,
          true,
        ]);
      }
    }
  });

  it('lets nothing that a record or a replay says become markup', () => {
    const evil = `<img src=x onerror=alert(1)>"'&</style></script><!--\u202e`;
    const bad = <T>(value: T): T =>
      JSON.parse(
        JSON.stringify(value, (key, each: unknown) =>
          typeof each === 'string' && TOLD.has(key) ? `${each}${evil}` : each,
        ),
      ) as T;
    const hostile: SiteContent = {
      incidents: CONTENT.incidents.map(bad),
      claims: CONTENT.claims.map(bad),
      runs: new Map([[RUN.id, bad(RUN)]]),
    };
    const honest = [...sitePages(CONTENT).values()].join('').match(/<[a-z!/]/g)?.length;
    const text = [...sitePages(hostile).values()].join('');
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
    expect(text).not.toContain('<img');
    expect(text).not.toContain('\u202e');
    expect(text.match(/<[a-z!/]/g)?.length).toBe(honest);
  });

  it('makes no link of an address that is none', () => {
    const [source] = incidentWith({}).sources;
    if (source === undefined) throw new Error('the fixture has no source');
    const address = 'javascript:alert(1)';
    const content = { ...EMPTY, incidents: [incidentWith({ sources: [{ ...source, address }] })] };
    expect(page(content, 'incidents/examplehost-2024.html')).not.toContain('javascript:');
  });

  it('shows the newest first', () => {
    const order = [...page(CONTENT, 'index.html').matchAll(/<a href="incidents\/([a-z0-9-]+)\.html"/g)];
    expect(order.map(([, id]) => id)).toEqual(['examplehost-2024', 'third-2024', 'second-2023']);
  });

  it.each(RollbackType.options)('has a place for the type %s', (type) => {
    expect(page(EMPTY, 'types.html')).toContain(`id="${type}"`);
  });

  it('counts one and none as a reader would', () => {
    expect(page(EMPTY, 'fog.html')).toContain('No claim is kept here.');
    expect(page(CONTENT, 'fog.html').replaceAll(/\s+/g, ' ')).toContain('1 claim that is no evidence');
    expect(page(EMPTY, 'second-specimen.html')).toContain('No other record has been ranked');
  });

  it('takes every record and replay that its schema takes', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((each) => /^[^\p{C}\u2028\u2029]+$/u.test(each));
    fc.assert(
      fc.property(text, text, (title, says) => {
        const incident = Incident.parse(incidentWith({ title, notes: says }));
        const run = ReplayRun.parse({ ...RUN, title, sentence: says });
        const pages = sitePages({ incidents: [incident], claims: [], runs: new Map([[run.id, run]]) });
        expect(pages.size).toBe(6);
      }),
      { numRuns: 30 },
    );
  });
});

/** Fields that hold what people wrote. */
const TOLD = new Set(
  'title vendor systems trigger safety_action before after what evidence_note publisher place note reason notes matches differs said today claimed_by claimed looked_for found would_count_if sentence happened clock says flag hostname'.split(
    ' ',
  ),
);

describe('the picture of a replay', () => {
  it('has a lettered box for every server at every moment, line by line', () => {
    expect(boxes(page(CONTENT, 'incidents/examplehost-2024.html'))).toBe(`${'RRRRHO'.repeat(7)}RHHHHS`);
  });

  it('marks the button and the harm, and says what the gate says', () => {
    const text = page(CONTENT, 'incidents/examplehost-2024.html');
    expect([...text.matchAll(/class="onflag"\s*>\s*button/g)]).toHaveLength(1);
    expect([...text.matchAll(/class="harmword"\s*>\s*harm/g)]).toHaveLength(2);
    expect([...text.matchAll(/class="verdict (\w+)"/g)].map(([, mood]) => mood)).toEqual([
      'good',
      'bad',
      'open',
      'bad',
      'bad',
      'open',
    ]);
    expect(text).toContain('Moment 4 (the button): 7 right, 1 haunted.');
  });

  it('leaves a gap where a server was not there yet', () => {
    const [first, second] = RUN.moments;
    if (first === undefined || second === undefined) throw new Error('the fixture has no moments');
    const run = {
      ...RUN,
      moments: [
        { ...first, servers: serversIn('R') },
        { ...second, servers: serversIn('RH') },
      ],
    };
    expect(
      boxes(page({ ...CONTENT, runs: new Map([[run.id, run]]) }, 'incidents/examplehost-2024.html')),
    ).toBe('RRH');
  });

  it('puts servers that fare alike on one line where there are very many', () => {
    const [first] = RUN.moments;
    if (first === undefined) throw new Error('the fixture has no moments');
    const run = { ...RUN, moments: [{ ...first, servers: serversIn(`${'R'.repeat(400)}H`) }] };
    const text = page({ ...CONTENT, runs: new Map([[run.id, run]]) }, 'incidents/examplehost-2024.html');
    expect(boxes(text)).toBe('RH');
    expect(text).toContain('400 servers');
  });
});
