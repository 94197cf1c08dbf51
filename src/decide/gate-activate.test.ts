import { describe, expect, it } from 'vitest';
import {
  activate,
  evidence,
  manifest,
  messageFlag,
  NOW,
  POLICY,
  report,
  sha,
} from '../../test/world/documents.ts';
import { decide } from './decide.ts';

const [A, B] = [sha('a'), sha('b')];
const NODES = ['n1', 'n2', 'n3'];
const next = manifest({ generation: 2, binary_sha256: B });
const emitting = {
  ...manifest({ generation: 1, binary_sha256: A }),
  bound_flags: ['x'],
  flag_ownership_table: [messageFlag('x')],
};
const orphans = NODES.map((name) => `orphan_flag ${name}`);

describe('the senders of the manifest before, at an activation', () => {
  const reports = NODES.map((name) => report(name, B));

  it.each([
    ['count when it is named', activate(next, emitting), [], orphans],
    ['count when only the history tells of it', activate(next, null), [emitting], orphans],
    ['are silent when the one activated is named', activate(next, next), [emitting], []],
    ['are nobody when no other is known', activate(next, null), [next], []],
  ])('%s', (_, intent, history, expected) => {
    const verdict = decide(evidence(reports, history), intent, POLICY, NOW);
    expect(verdict.findings.map(({ code, hostname }) => `${code} ${hostname}`)).toEqual(expected);
    expect(verdict.verdict).toBe(expected.length === 0 ? 'ALLOW_DEPLOY' : 'BLOCK_DEPLOY');
  });
});
