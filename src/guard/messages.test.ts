import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW, flag, messageFlag, sha } from '../../test/world/documents.ts';
import { guardOf, ownManifest } from '../../test/world/guards.ts';
import { makeGuard } from './guard.ts';
import type { Guard } from './guard.ts';
import type { HeaderMap } from './header-map.ts';
import { messageDoor } from './messages.ts';
import { refusalAnswer } from './refusal-answer.ts';

const RLP = messageFlag('rlp');
const GATEWAY = ownManifest([RLP, messageFlag('extra')], { binary_sha256: sha('b') });

const gatewayGuard = makeGuard({
  manifest: GATEWAY,
  process: { pid: 1, startTicks: null, bootId: null, binarySha256: sha('b'), method: 'proc_exe' },
  now: () => NOW,
});
const gateway = messageDoor(gatewayGuard, { sender: 'order-gateway' });

/** What a receiver with these rows says to the flag `rlp` of the gateway. */
function receive(guard: Guard, headers: HeaderMap = gateway.stamp({}, ['rlp'])) {
  return messageDoor(guard, { sender: 'smars' }).accept(headers);
}

function refusalsOf(guard: Guard, headers?: HeaderMap): string[] {
  const accepted = receive(guard, headers);
  return accepted.ok ? [] : accepted.refusals.map(({ code }) => code);
}

function stampText(
  more: { meaning?: string; sender?: string; binary?: string; unaware?: string } = {},
): string {
  const { meaning = 'm:rlp', sender = 'order-gateway', binary = sha('b'), unaware = 'refuse' } = more;
  return `haunted-flag.rlp=v1~${meaning}~${sender}~${binary}~${unaware}`;
}

describe('stamping a message', () => {
  it('says what each flag means in this binary, and who says so', () => {
    expect(gateway.stamp({ 'x-order': '17' }, ['rlp'])).toEqual({ 'x-order': '17', baggage: stampText() });
  });

  it('leaves the members of others as and where they are, and replaces every earlier stamp', () => {
    const before = ` userId=al%20ice ; p=1 ,haunted-flag.old=v1~x, =odd,,last=1`;
    const headers = gateway.stamp({ Baggage: before }, ['rlp', 'rlp']);
    expect(headers).toEqual({ Baggage: ` userId=al%20ice ; p=1 , =odd,last=1,${stampText()}` });
    expect(gateway.stamp(headers, [])).toEqual({ Baggage: ` userId=al%20ice ; p=1 , =odd,last=1` });
    expect(gateway.stamp({ baggage: stampText() }, [])).toEqual({});
    expect(gateway.stamp({ baggage: 'a=1,, b=2' }, [])).toEqual({ baggage: 'a=1,, b=2' });
  });

  it.each([
    ['not in the table', 'other', 'flag_not_owned', []],
    ['dormant', 'rlp', 'flag_dormant', [flag('rlp', { state: 'dormant' })]],
    ['shackled', 'rlp', 'flag_shackled', [flag('rlp', { state: 'shackled' })]],
    ['set on the host alone', 'rlp', 'flag_not_sent', [flag('rlp', { travels_in: ['host'] })]],
  ])('throws for a flag that is %s, and writes nothing', (_what, name, code, rows) => {
    const headers = { baggage: 'a=1' };
    const door = messageDoor(guardOf(rows), { sender: 'order-gateway' });
    expect(() => door.stamp(headers, [name])).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining({ code }) }),
    );
    expect(headers).toEqual({ baggage: 'a=1' });
  });

  it('says of a flag that no message carries how it travels, and what to do', () => {
    const door = messageDoor(guardOf([flag('rlp', { travels_in: ['host', 'config'] })]), { sender: 'smars' });
    expect(() => door.stamp({}, ['rlp'])).toThrow(
      /^haunted flag_not_sent: The message would carry flag "rlp", and in \S+ \(binary \S+\) it travels by host, config only; list `message` in its row, or do not send it\.$/,
    );
  });

  it('takes a flag that is set on the host and sent on in messages, and one whose row names no way', () => {
    for (const travels_in of [['host', 'message'] as const, []]) {
      const door = messageDoor(guardOf([flag('rlp', { travels_in: [...travels_in] })]), { sender: 'smars' });
      expect(door.stamp({}, ['rlp'])).toHaveProperty('baggage');
    }
  });

  it.each([
    ['bytes', `a=${'x'.repeat(8_192 - 2 - 1 - stampText().length)}`],
    ['members', Array.from({ length: 63 }, (_, at) => `a${at}=1`).join(',')],
  ])('fills baggage up to its limit: %s', (_what, baggage) => {
    expect(gateway.stamp({ baggage }, ['rlp']).baggage).toBe(`${baggage},${stampText()}`);
  });

  it.each([
    ['a byte', `a=${'x'.repeat(8_192 - 2 - stampText().length)}`],
    ['a member', Array.from({ length: 64 }, (_, at) => `a${at}=1`).join(',')],
  ])('fails when baggage would be %s larger than that, and writes nothing', (_what, baggage) => {
    const headers = { baggage };
    expect(() => gateway.stamp(headers, ['rlp'])).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
    expect(headers).toEqual({ baggage });
  });

  it('is not done in the name of nobody', () => {
    expect(() => messageDoor(gatewayGuard, { sender: '' })).toThrow(
      expect.objectContaining({ code: 'BAD_USAGE' }),
    );
  });
});

describe('a receiver', () => {
  it('accepts a flag that means the same to it', () => {
    expect(receive(guardOf([RLP]))).toEqual({ ok: true, flags: ['rlp'], ignored: [] });
  });

  it('accepts a message without flags, whatever else its baggage holds', () => {
    const large = { baggage: `a=${'x'.repeat(100_000)}` };
    for (const headers of [{}, { baggage: 'a=1,b' }, large, { baggage: undefined }])
      expect(receive(guardOf([]), headers)).toEqual({ ok: true, flags: [], ignored: [] });
    expect(messageDoor(guardOf([]), { sender: 'smars' }).accept(null).ok).toBe(true);
  });

  it.each([
    ['gives it another meaning', [messageFlag('rlp', { meaning: 'm:power-peg' })], 'flag_reused'],
    ['does not know it', [], 'flag_not_owned'],
    ['has it shackled', [messageFlag('rlp', { state: 'shackled' })], 'flag_shackled'],
    ['has it dormant', [messageFlag('rlp', { state: 'dormant' })], 'flag_dormant'],
    ['has retired it', [messageFlag('rlp', { state: 'retired' })], 'flag_retired'],
    ['gets it by config alone', [flag('rlp', { travels_in: ['config'] })], 'flag_not_sent'],
    ['has other senders', [messageFlag('rlp', { senders: ['fix-gateway'] })], 'sender_not_listed'],
  ])('refuses a flag when it %s', (_what, rows, code) => {
    expect(refusalsOf(guardOf(rows))).toEqual([code]);
  });

  it('says to the sender why, in words', () => {
    const old = guardOf([messageFlag('rlp', { meaning: 'm:power-peg', state: 'dormant' })]);
    const accepted = receive(old);
    if (accepted.ok) throw new Error('it was let in');
    expect(accepted.sender).toBe('order-gateway');
    expect(accepted.refusals[0].sentence).toBe(
      '"order-gateway" sends flag "rlp" to mean "m:rlp" (binary bbbbbbbbbbbb…), and in smars-rlp (binary aaaaaaaaaaaa…) it means "m:power-peg" and is dormant: stop sending it here, or update this server first.',
    );
    expect(refusalAnswer(accepted)).toMatchObject({
      status: 409,
      headers: { 'haunted-refused': 'flag_reused rlp' },
    });
  });

  it('ignores a flag it does not know when the sender’s manifest says it may, and only then', () => {
    const manifest = ownManifest([messageFlag('rlp', { unaware: 'ignore' })], { binary_sha256: sha('b') });
    const sender = messageDoor(makeGuard({ ...gatewayGuard, manifest }), { sender: 'order-gateway' });
    const headers = sender.stamp({}, ['rlp']);
    expect(receive(guardOf([]), headers)).toEqual({ ok: true, flags: [], ignored: ['rlp'] });
    expect(refusalsOf(guardOf([messageFlag('rlp', { meaning: 'm:x' })]), headers)).toEqual(['flag_reused']);
    const retired = guardOf([messageFlag('rlp', { state: 'retired', unaware: 'ignore' })]);
    expect(receive(retired, headers)).toEqual({ ok: true, flags: [], ignored: ['rlp'] });
  });

  it('refuses everything that carries a flag when the manifest is another binary’s', () => {
    const { process } = guardOf([]);
    const guard = guardOf([RLP], { process: { ...process, binarySha256: sha('c') } });
    expect(refusalsOf(guard)).toEqual(['binary_not_ours']);
    expect(refusalsOf(guard, {})).toEqual([]);
  });

  it('refuses a flag that the message carries without a stamp', () => {
    const door = messageDoor(guardOf([RLP]), { sender: 'smars' });
    expect(door.accept(gateway.stamp({}, ['rlp']), ['rlp'])).toMatchObject({ ok: true });
    expect(door.accept({}, ['rlp', 'rlp'])).toMatchObject({
      ok: false,
      sender: null,
      refusals: [{ code: 'stamp_missing', flag: 'rlp' }],
    });
  });

  it.each([
    ['the same stamp twice', `${stampText()},${stampText()}`, []],
    ['two meanings', `${stampText()},${stampText({ meaning: 'm:x' })}`, ['stamp_repeated']],
    ['two senders', `${stampText()},${stampText({ sender: 'x' })}`, ['stamp_repeated']],
    [
      'one name, written in two ways',
      `${stampText()},${stampText({ sender: 'x' }).replace('rlp', '%72lp')}`,
      ['stamp_repeated'],
    ],
    ['no version', 'haunted-flag.rlp=m:rlp', ['stamp_malformed']],
    ['a later version', 'haunted-flag.rlp=v2~m:rlp', ['stamp_version']],
    ['bad bytes', 'haunted-flag.rlp=%c3%28', ['stamp_malformed']],
    ['one bad beside a good one', `${stampText()},haunted-flag.x=v1`, ['stamp_malformed']],
    ['too many bytes', `${stampText()},a=${'x'.repeat(8_192)}`, ['stamps_too_large']],
    ['too many members', `${stampText()}${',a=1'.repeat(64)}`, ['stamps_too_large']],
    ['a meaning that its binary does not give it', stampText({ meaning: 'm:x' }), ['stamp_forged']],
    [
      'the receiver’s own binary, with another meaning',
      stampText({ meaning: 'm:x', binary: sha('a') }),
      ['stamp_forged'],
    ],
    ['a flag that its binary does not have', stampText().replace('rlp=', 'none='), ['stamp_forged']],
  ])('reads hostile stamps with a reason for each: %s', (_what, baggage, codes) => {
    expect(refusalsOf(guardOf([RLP], { alsoInForce: [GATEWAY] }), { baggage })).toEqual(codes);
  });

  it('never throws and never forgets its bounds, whatever comes', () => {
    const guard = guardOf([RLP]);
    const door = messageDoor(guard, { sender: 'smars' });
    const text = fc.oneof(
      fc.string(),
      fc.string().map((word) => `haunted-flag.${word}=v1~a~${word}`),
    );
    const value = fc.oneof(
      text,
      fc.uint8Array(),
      fc.integer(),
      fc.array(text),
      fc.constant(null),
      fc.object(),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.dictionary(fc.constantFrom('baggage', 'BAGGAGE'), value), fc.array(text)),
        (headers) => {
          expect(typeof door.accept(headers).ok).toBe('boolean');
        },
      ),
    );
    const trap = {
      get: () => {
        throw new Error('no');
      },
      set: () => {},
    };
    expect(door.accept(trap)).toMatchObject({ ok: false, refusals: [{ code: 'stamp_malformed' }] });
  });
});

describe('what the guard writes down of messages', () => {
  it('counts by sender, and lists each flag with its meaning and time', () => {
    let now = NOW;
    const guard = guardOf([messageFlag('rlp', { meaning: 'm:power-peg' })], { now: () => now });
    receive(guard);
    now += 1_000;
    receive(guard);
    receive(guard, { baggage: 'haunted-flag.rlp=?' });
    const report = guard.report(now);
    const later = new Date(now).toISOString();
    expect(report.received_flags).toEqual([
      { flag: 'rlp', meaning: 'm:rlp', sender: 'order-gateway', last_seen_at: later },
    ]);
    expect(report.senders).toEqual([
      {
        sender: 'order-gateway',
        binary_sha256: sha('b'),
        accepted: 0,
        refused: { flag_reused: 2 },
        last_seen_at: later,
      },
      {
        sender: '(unnamed)',
        binary_sha256: null,
        accepted: 0,
        refused: { stamp_malformed: 1 },
        last_seen_at: later,
      },
    ]);
  });
});
