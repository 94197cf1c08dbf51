import { describe, expect, it } from 'vitest';
import { at, flag, manifest, sha } from '../../test/world/documents.ts';
import { FlagHistory } from '../model/flag-history.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { flagHistory, flagLife } from './flag-life.ts';

/** A chain of manifests with these rows of the flag x; null where a manifest does not hold it. */
function chain(...rows: (FlagOwnership | null)[]): Manifest[] {
  return rows.map((row, index) =>
    manifest({
      generation: index + 1,
      binary_sha256: sha(String(index + 1)),
      previous_manifest_sha256: index === 0 ? null : sha(String(index)),
      flag_ownership_table: row === null ? [] : [row],
    }),
  );
}

const x = (more: Partial<FlagOwnership> = {}) => flag('x', { meaning: 'm:1', ...more });
const gone = x({ state: 'retired' });
const reopening = { reopened_flags: [{ flag: 'x', reason: 'wanted again', by: 'anna' }] };

function told(manifests: readonly Manifest[]): string[] {
  const history = FlagHistory.parse(flagLife('smars', manifests, 'x'));
  return (history.flags[0]?.events ?? []).map(
    ({ manifest: head, until, happened }) =>
      `${head.generation}${head.generation === until.generation ? '' : `-${until.generation}`} ${happened.join(' ')}`,
  );
}

describe('the life of a flag', () => {
  it.each<[string, Manifest[], string[]]>([
    ['nobody knows it', chain(null, null), []],
    ['it is born and stays', chain(null, x(), x(), x()), ['2-4 born']],
    ['a new owner takes it', chain(x(), x({ owner: 'team-b' })), ['1 born', '2 owner_changed']],
    [
      'nobody owns it any more',
      chain(x(), x({ owner: null }), x()),
      ['1 born', '2 owner_changed', '3 owner_changed'],
    ],
    [
      'it is touched',
      chain(x(), x({ last_modified: at(0), last_modified_by: 'anna' })),
      ['1 born', '2 touched'],
    ],
    ['it is touched by nobody known', chain(x(), x({ last_modified: at(0) })), ['1 born', '2 touched']],
    ['when it was touched is no longer said', chain(x(), x({ last_modified: null })), ['1-2 born']],
    [
      'its type changes under the same meaning',
      chain(x(), x({ type: 'string' }), x({ type: 'string' })),
      ['1 born', '2-3 type_changed'],
    ],
    [
      'it is bound to something else under the same meaning',
      chain(x({ target: 'a' }), x({ target: 'b' }), x()),
      ['1 born', '2-3 target_changed'],
    ],
    [
      'it falls asleep, is bound, is shackled and wakes',
      chain(x(), x({ state: 'dormant' }), x({ state: 'dormant_but_bound' }), x({ state: 'shackled' }), x()),
      ['1 born', '2 fell_asleep', '3 bound_asleep', '4 shackled', '5 woke'],
    ],
    ['it is removed', chain(x(), null, null), ['1 born', '2 removed']],
    ['it becomes a tombstone and stays one', chain(x(), gone, gone), ['1 born', '2-3 tombstoned']],
    ['it is a tombstone from the start', chain(gone, gone), ['1-2 tombstoned']],
    ['its tombstone goes', chain(x(), gone, null), ['1 born', '2 tombstoned']],
    ['it is resurrected', chain(x(), gone, x()), ['1 born', '2 tombstoned', '3 returned resurrected']],
    ['it is reused in place', chain(x(), x({ meaning: 'm:2' })), ['1 born', '2 reused']],
    [
      'it is reused after a while, with another type',
      chain(x(), null, x({ meaning: 'm:2', type: 'string' })),
      ['1 born', '2 removed', '3 returned reused type_changed'],
    ],
  ])('%s', (_, manifests, expected) => {
    expect(told(manifests)).toEqual(expected);
    expect(told(manifests.toReversed())).toEqual(expected);
  });

  it('is re-opened on purpose, without a finding', () => {
    const [one, two, three] = chain(x(), gone, x({ meaning: 'm:2' }));
    const manifests = [one, two, three && { ...three, ...reopening }].filter((each) => each !== undefined);
    expect(told(manifests)).toEqual(['1 born', '2 tombstoned', '3 returned reopened']);
    expect(flagLife('smars', manifests, 'x').flags).toMatchObject([
      { flag: 'x', lives: 2, meanings: ['m:1', 'm:2'], state: 'live', findings: 0 },
    ]);
  });

  it('tells of another meaning even when the manifest before it is of a newer generation', () => {
    const [one, two] = chain(x({ meaning: 'm:2' }), x());
    const turned = [
      one && { ...one, previous_manifest_sha256: sha('2') },
      two && { ...two, previous_manifest_sha256: null },
    ];
    expect(told(turned.filter((each) => each !== undefined))).toEqual(['1 born reused', '2 reused']);
  });

  it('tells of another type even when the manifest before it is of a newer generation', () => {
    const [one, two] = chain(x({ type: 'string' }), x());
    const turned = [one && { ...one, previous_manifest_sha256: sha('2') }, two];
    expect(told(turned.filter((each) => each !== undefined))).toEqual(['1 type_changed', '2 type_changed']);
  });

  it('names what was renamed, in both lives, with sentences', () => {
    const manifests = [
      ...chain(flag('old', { target: 'Key' })),
      manifest({
        generation: 2,
        binary_sha256: sha('2'),
        previous_manifest_sha256: sha('1'),
        flag_ownership_table: [flag('new', { target: 'Key' })],
      }),
    ];
    const { flags, manifests: count } = flagHistory('smars', manifests);
    expect(count).toBe(2);
    expect(
      flags.map((life) => [life.flag, life.state, life.events.map(({ sentences }) => sentences)]),
    ).toEqual([
      [
        'new',
        'live',
        [['It appears for the first time; it means m:new.', "It took the place of 'old': the same target."]],
      ],
      [
        'old',
        null,
        [
          ['It appears for the first time; it means m:old.'],
          [
            'deployment-2 no longer holds it, not even as a tombstone.',
            "'new' took its place: the same target.",
          ],
        ],
      ],
    ]);
  });

  it('tells findings in the words of the gate, and counts them', () => {
    const { flags } = flagLife('smars', chain(x(), gone, x()), 'x');
    expect(flags[0]?.findings).toBe(1);
    expect(flags[0]?.events.at(-1)).toMatchObject({
      life: 2,
      findings: ['flag_resurrected'],
      sentences: [
        'It is back after it was gone; it means m:1.',
        "Flag 'x' was removed in deployment-2 (generation 2) and is back in the new manifest.",
      ],
    });
  });

  it('takes the generation before when a manifest names none that is known', () => {
    const manifests = chain(x(), gone, x()).map((each) => ({ ...each, previous_manifest_sha256: null }));
    expect(told(manifests)).toEqual(['1 born', '2 tombstoned', '3 returned resurrected']);
  });

  it('leaves manifests of other clusters out', () => {
    expect(flagHistory('other', chain(x()))).toEqual({
      schema: 'haunted.flag-history/v1',
      cluster: 'other',
      manifests: 0,
      flags: [],
    });
    expect(flagLife('other', chain(x()), 'x').flags).toMatchObject([{ lives: 0, state: null, events: [] }]);
  });
});
