import { describe, expect, it } from 'vitest';
import * as world from '../../test/world/documents.ts';
import { messageFlag } from '../../test/world/documents.ts';
import { judge, next, old } from '../../test/world/way-home.ts';
import { goneFlags } from './withdrawn.ts';

const NOW = world.NOW;
const a = world.manifest({
  generation: 1,
  binary_sha256: world.sha('a'),
  flag_ownership_table: [messageFlag('x', { outlives_s: 60 }), messageFlag('y')],
});
const b = world.manifest({
  generation: 2,
  binary_sha256: world.sha('b'),
  flag_ownership_table: [messageFlag('x', { outlives_s: 120 })],
});

describe('a withdrawn flag', () => {
  it.each<[string, string[], string | null | undefined, string[]]>([
    ['that nobody keeps is gone at once', ['y'], null, ['y']],
    ['that no manifest knows is gone at once', ['z'], undefined, ['z']],
    ['that others keep is not', ['x'], null, []],
    ['that others keep is not while they may', ['x'], world.at(-119), []],
    ['that others kept is gone when the longest time is over', ['x'], world.at(-120), ['x']],
    ['that is withdrawn in the future is not gone', ['y'], world.at(1), []],
    ['beside another is judged by itself', ['x', 'y'], null, ['y']],
  ])('%s', (_, withdraw_flags, withdrawn_since, gone) => {
    const way = { withdraw_flags, ...(withdrawn_since === undefined ? {} : { withdrawn_since }) };
    expect([...goneFlags(way, [a, b], NOW)]).toEqual(gone);
    expect([...goneFlags(way, [b, a], NOW)]).toEqual(gone);
  });

  it('is none where a plan withdraws nothing', () => {
    expect([...goneFlags({}, [a, b], NOW)]).toEqual([]);
  });
});

describe('a rollback of what others still hold', () => {
  const sending = {
    ...next,
    bound_flags: ['x'],
    flag_ownership_table: [messageFlag('x', { senders: ['resolvers'], outlives_s: 3600 })],
  };
  const ask = (withdrawn_since: string | null) =>
    judge({ left: sending, history: [old, sending], way: { withdraw_flags: ['x'], withdrawn_since } });

  it('is blocked until they can hold it no more', () => {
    const early = ask(world.at(-3599));
    expect(early.verdict).toBe('BLOCK_ROLLBACK');
    const sender = early.findings.find(({ code }) => code === 'sender_still_emits');
    expect(sender?.sentence).toBe(
      "What resolvers sent of flag 'x' (m:x) goes on being used for up to 1 h 0 min after it stops, and 3 servers would take it for something else.",
    );
    expect(ask(world.at(-3600)).verdict).toBe('ALLOW_ROLLBACK');
  });

  it('is blocked while its senders have not stopped yet', () => {
    const brief = { ...sending, flag_ownership_table: [messageFlag('x', { senders: [] })] };
    const verdict = judge({
      left: brief,
      history: [old, brief],
      way: { withdraw_flags: ['x'], withdrawn_since: world.at(1) },
    });
    const sender = verdict.findings.find(({ code }) => code === 'sender_still_emits');
    expect(sender?.sentence).toMatch(
      /^What Some sender sent of flag 'x' \(m:x\) goes on being used for up to 0 s/,
    );
  });
});
