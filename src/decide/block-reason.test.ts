import { describe, expect, it } from 'vitest';
import type { Finding, FindingCode } from '../model/finding.ts';
import { blockReason } from './block-reason.ts';
import { findingOf, seedOf } from './seed.ts';

type Said = Partial<Pick<Finding, 'hostname' | 'flag' | 'effect' | 'phase' | 'sentence' | 'where'>>;

/** A finding that says `code host flag.` unless another sentence is given. */
function say(code: FindingCode, { hostname = null, flag = null, ...more }: Said = {}): Finding {
  const sentence = `${[code, hostname, flag].filter((word) => word !== null).join(' ')}.`;
  return { ...findingOf(seedOf(code, { flag, sentence }), hostname), ...more };
}

const ENDING = 'Activation blocked until every server proves the manifest.';

function activation(...findings: Finding[]): string {
  const reason = blockReason('activate', 'BLOCK_DEPLOY', findings) ?? '';
  expect(reason.endsWith(` ${ENDING}`)).toBe(true);
  return reason.slice(0, -ENDING.length - 1);
}

describe('the reason', () => {
  it.each(['PROVEN', 'ALLOW_DEPLOY', 'ALLOW_ROLLBACK'] as const)('is none for %s', (word) => {
    expect(blockReason('deploy', word, [say('split_vector')])).toBeNull();
  });

  it.each([
    ['deploy', 'BLOCK_DEPLOY', 'Deploy blocked until the cluster is uniform and its way back exists.'],
    ['activate', 'BLOCK_DEPLOY', ENDING],
    ['rollback', 'BLOCK_ROLLBACK', 'Rollback blocked: do not press it.'],
    ['proof', 'QUARANTINE', 'The cluster stays in quarantine until every server has shown its body.'],
    ['deploy', 'HOLD', 'Hold: do nothing yet, and do not roll back; the evidence is not enough to judge.'],
    ['rollback', 'HOLD', 'Hold: do nothing yet, and do not roll back; the evidence is not enough to judge.'],
  ] as const)('at %s ends a %s with what is to be done', (gate, word, ending) => {
    expect(blockReason(gate, word, [say('split_vector')])).toBe(`split_vector. ${ending}`);
  });

  it('tells first what an operator must hear first, then in the order of the table', () => {
    const given: FindingCode[] = ['manifest_expired', 'config_mismatch', 'stale_process', 'binary_mismatch'];
    expect(activation(...given.map((code) => say(code)))).toBe(
      'binary_mismatch. stale_process. config_mismatch. manifest_expired.',
    );
  });

  it.each<[string, FindingCode[], string]>([
    [
      'the reused flag before the orphan',
      ['orphan_flag', 'flag_reused'],
      'flag_reused one. orphan_flag two.',
    ],
    [
      'the sleeping flag between them',
      ['orphan_flag', 'dormant_flag_bound'],
      'dormant_flag_bound one. orphan_flag two.',
    ],
    [
      'what is not named after them',
      ['flag_unverified', 'orphan_flag'],
      'orphan_flag one. flag_unverified two.',
    ],
  ])('of two flags tells %s', (_, [late, early], expected) => {
    const [first, second] = [
      say(late ?? 'not_proven', { flag: 'two' }),
      say(early ?? 'not_proven', { flag: 'one' }),
    ];
    expect(activation(first, second)).toBe(expected);
  });

  it('leaves out what is only shown, and the count of the unproven', () => {
    expect(activation(say('split_vector', { effect: 'none' }), say('not_proven'), say('node_unlisted'))).toBe(
      'node_unlisted.',
    );
  });

  it('tells a change that the ledger knows before all that may come of it', () => {
    const change = say('not_proven', { where: ['ledger:deploy-42'], sentence: 'It has not ended.' });
    expect(activation(say('not_proven'), say('binary_mismatch'), change)).toBe(
      'It has not ended. binary_mismatch.',
    );
  });

  it('tells four troubles and counts the others', () => {
    const codes: FindingCode[] = ['binary_mismatch', 'stale_process', 'config_mismatch', 'split_vector'];
    expect(activation(...codes.map((code) => say(code)))).toBe(
      'binary_mismatch. stale_process. config_mismatch. split_vector.',
    );
    expect(activation(...codes.map((code) => say(code)), say('manifest_expired'))).toMatch(
      /split_vector\. 1 more kind of finding below\.$/,
    );
    expect(
      activation(...codes.map((code) => say(code)), say('manifest_expired'), say('manifest_superseded')),
    ).toMatch(/split_vector\. 2 more kinds of finding below\.$/);
  });
});

describe('one trouble', () => {
  it('of several servers is told about the first, and the others by name', () => {
    const three = ['n1', 'n2', 'n3'].map((hostname) => say('binary_mismatch', { hostname }));
    expect(activation(...three)).toBe('binary_mismatch n1. The same on n2, n3.');
  });

  it('names eight servers more, and counts the rest', () => {
    const names = Array.from({ length: 9 }, (_, place) => `n${place}`);
    const nine = names.map((hostname) => say('binary_mismatch', { hostname }));
    expect(activation(...nine)).toBe('binary_mismatch n0. The same on n1, n2, n3, n4, n5, n6, n7, n8.');
    const ten = [
      ...nine,
      say('binary_mismatch', { hostname: 'n9' }),
      say('binary_mismatch', { hostname: 'n9' }),
    ];
    expect(activation(...ten)).toBe(
      'binary_mismatch n0. The same on n1, n2, n3, n4, n5, n6, n7, n8 and 1 more.',
    );
  });

  it('of one server said twice is told once', () => {
    const twice = [1, 2].map(() => say('binary_mismatch', { hostname: 'n1' }));
    expect(activation(...twice)).toBe('binary_mismatch n1.');
  });

  it('is told of the whole cluster where that was said, and then needs no names', () => {
    const servers = ['n1', 'n2'].map((hostname) => say('flag_reused', { hostname, flag: 'x' }));
    expect(activation(...servers, say('flag_reused', { flag: 'x' }))).toBe('flag_reused x.');
  });

  it('of a flag is the worst that is said about it, and another flag is another', () => {
    const said = (['orphan_flag', 'flag_reused', 'flag_unverified'] as const).map((code) =>
      say(code, { flag: 'x' }),
    );
    expect(activation(...said, say('orphan_flag', { flag: 'y' }))).toBe('flag_reused x. orphan_flag y.');
  });

  it('of a sender is not hidden behind its flag', () => {
    const given = [
      say('flag_reused', { flag: 'x' }),
      say('sender_still_emits', { flag: 'x', sentence: 'It sends.' }),
    ];
    expect(activation(...given)).toBe('flag_reused x. It sends.');
  });

  it('about the whole cluster is not one with another of its code', () => {
    const given = ['One.', 'Two.'].map((sentence) => say('manifest_untrusted', { sentence }));
    expect(activation(...given)).toBe('One. Two.');
  });
});

describe('the wreck that a rollback would make', () => {
  const wreck = say('rollback_would_corrupt_cluster', { phase: 'after_rollback', sentence: 'A wreck.' });
  const after = say('orphan_flag', { hostname: 'n1', flag: 'x', phase: 'after_rollback' });
  const sender = say('sender_still_emits', { flag: 'x', phase: 'after_rollback', sentence: 'It sends.' });

  it('comes first at the rollback gate, and stands for all that would be wrong on servers', () => {
    expect(blockReason('rollback', 'BLOCK_ROLLBACK', [after, sender, say('mutable_reference'), wreck])).toBe(
      'A wreck. It sends. mutable_reference. Rollback blocked: do not press it.',
    );
  });

  it('comes last at the other gates', () => {
    const now = say('binary_mismatch', { hostname: 'n1' });
    expect(activation(wreck, now, after)).toBe('binary_mismatch n1. A wreck.');
  });

  it('is told when it is only shown: nobody who is told no may reach for that button', () => {
    expect(activation(say('split_vector'), { ...wreck, effect: 'none' })).toBe('split_vector. A wreck.');
  });

  it('being none, what would be wrong on servers is told itself', () => {
    expect(activation(after)).toBe('orphan_flag n1 x.');
  });
});
