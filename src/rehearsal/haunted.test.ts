import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { typed } from './haunted.ts';

describe('a command as a person types it', () => {
  it('leaves plain words as they are', () => {
    expect(typed(['check', 'deploy', '--now', '2026-01-01T00:00:00.000Z'])).toBe(
      'haunted check deploy --now 2026-01-01T00:00:00.000Z',
    );
  });

  it.each(['a b', "it's", '$HOME', '`id`', '', '*', 'a\nb', '"', '\\'])(
    '%j comes through a shell whole',
    (word) => {
      const shown = execFileSync('sh', ['-c', `haunted() { printf %s "$1"; }; ${typed([word])}`], {
        encoding: 'utf8',
      });
      expect(shown).toBe(word);
    },
  );
});
