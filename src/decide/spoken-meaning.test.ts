import { describe, expect, it } from 'vitest';
import { flag } from '../../test/world/documents.ts';
import { spokenMeaning } from './spoken-meaning.ts';

const id = 'm:0123456789abcdef';

describe('a meaning as a person hears it', () => {
  it.each([
    ['a short id is said whole', 'm:rlp', flag('f', { meaning: 'm:rlp' }), 'm:rlp'],
    ['an id of sixteen characters is said whole', id.slice(0, 16), null, 'm:0123456789abcd'],
    ['a longer one is cut', id.slice(0, 17), null, 'm:0123456789ab…'],
    ['the purpose follows', 'm:rlp', flag('f', { meaning: 'm:rlp', purpose: ' to RLP ' }), 'm:rlp “to RLP”'],
    ['a blank purpose says nothing', 'm:rlp', flag('f', { meaning: 'm:rlp', purpose: '  ' }), 'm:rlp'],
    ['no purpose says nothing', 'm:rlp', flag('f', { meaning: 'm:rlp', purpose: null }), 'm:rlp'],
    [
      'the purpose of another meaning is not said',
      'm:x',
      flag('f', { meaning: 'm:rlp', purpose: 'to RLP' }),
      'm:x',
    ],
    [
      'a purpose of sixty characters is said whole',
      'm:x',
      flag('f', { meaning: 'm:x', purpose: 'p'.repeat(60) }),
      `m:x “${'p'.repeat(60)}”`,
    ],
    [
      'a longer one is cut',
      'm:x',
      flag('f', { meaning: 'm:x', purpose: 'p'.repeat(61) }),
      `m:x “${'p'.repeat(60)}…”`,
    ],
  ])('%s', (_title, meaning, row, said) => {
    expect(spokenMeaning(meaning, row)).toBe(said);
  });
});
