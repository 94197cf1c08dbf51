import { describe, expect, it } from 'vitest';
import { NOW, flag, messageFlag, sha } from '../../test/world/documents.ts';
import { guardOf } from '../../test/world/guards.ts';
import { GuardReport } from '../model/guard-report.ts';
import { askFlag } from './evaluation.ts';
import { messageDoor } from './messages.ts';
import { TALLY_LIMITS } from './tally.ts';

function stamp(flagName: string, meaning: string, sender: string): string {
  return `haunted-flag.${flagName}=v1~${meaning}~${sender}~${sha('b')}~refuse`;
}

describe('counts of what strangers name', () => {
  it('end at a number of flags that the code asks for', () => {
    const guard = guardOf(['on']);
    for (let at = 0; at < TALLY_LIMITS.unknown_flags + 5; at += 1) askFlag(guard, `f${at}`, 'boolean');
    askFlag(guard, 'f0', 'boolean');
    for (const name of ['', 'a\nb', 'x'.repeat(257)]) askFlag(guard, name, 'boolean');
    askFlag(guard, 'on', 'boolean');
    const report = guard.report(NOW);
    expect(report.flags).toHaveLength(TALLY_LIMITS.unknown_flags + 1);
    expect(report.flags.find(({ flag: name }) => name === 'f0')?.evaluated).toBe(2);
    expect(report.not_listed.evaluations).toBe(5 + 3);
    expect(GuardReport.safeParse(report).success).toBe(true);
  });

  it('end at a number of received flags, and leave room for those of the table', () => {
    const guard = guardOf([messageFlag('rlp', { senders: [] })]);
    const door = messageDoor(guard, { sender: 'smars' });
    for (let at = 0; at < TALLY_LIMITS.received_unknown + 3; at += 1)
      door.accept({ baggage: stamp(`f${at}`, 'm:x', 'flood') });
    for (let at = 0; at < TALLY_LIMITS.received_per_flag + 2; at += 1)
      door.accept({ baggage: stamp('rlp', `m:${at}`, 'flood') });
    const report = guard.report(NOW);
    const ofTable = report.received_flags.filter(({ flag: name }) => name === 'rlp');
    expect(report.received_flags).toHaveLength(TALLY_LIMITS.received_unknown + ofTable.length);
    expect(ofTable).toHaveLength(TALLY_LIMITS.received_per_flag);
    expect(report.not_listed.stamps).toBe(3 + 2);
  });

  it('end at a number of senders; the others are counted together', () => {
    const guard = guardOf([messageFlag('rlp', { senders: [] })]);
    const door = messageDoor(guard, { sender: 'smars' });
    for (let at = 0; at < TALLY_LIMITS.senders + 9; at += 1)
      door.accept({ baggage: stamp('rlp', 'm:rlp', `sender-${at}`) });
    const { senders } = guard.report(NOW);
    expect(senders).toHaveLength(TALLY_LIMITS.senders);
    expect(senders.find(({ sender }) => sender === '(unnamed)')?.accepted).toBe(10);
  });

  it('name no property that every object has', () => {
    const guard = guardOf([flag('__proto__'), 'constructor']);
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(askFlag(guard, name, 'boolean')).toHaveProperty(name === 'toString' ? 'code' : 'row');
  });
});
