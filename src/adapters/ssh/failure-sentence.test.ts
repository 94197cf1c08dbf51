import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STOPS, whyNoFacts, whyNotConnected } from './failure-sentence.ts';

const NOTHING = { exit_status: null, stderr: '' };

describe('the codes of the probe', () => {
  const probe = readFileSync(new URL('probe.sh', import.meta.url), 'utf8');
  const codes = new Set([...probe.matchAll(/h_stop ([a-z][a-z0-9_]+)/g)].map((match) => match[1]));

  it('are all explained, and no others', () => {
    expect(codes).toEqual(new Set(Object.keys(STOPS)));
  });

  it('carry their word into the sentence', () => {
    expect(whyNoFacts({ kind: 'stopped', code: 'no_tool', word: 'awk' }, NOTHING)).toBe('it has no awk');
  });

  it('of a probe that is not ours are shown and not believed', () => {
    expect(whyNoFacts({ kind: 'stopped', code: 'x\u001b[2J', word: '' }, NOTHING)).toBe(
      'the probe stopped there (x [2J)',
    );
  });
});

describe('the last words of ssh', () => {
  it.each<[string, RegExp]>([
    [
      '@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.\n',
      /not the one in known_hosts/,
    ],
    [
      'No ED25519 host key is known for a and you have requested strict checking.\nHost key verification failed.\n',
      /not known here/,
    ],
    ['ssh: connect to host 127.0.0.1 port 1: Connection refused\n', /connection refused/],
    ['Connection timed out during banner exchange\n', /timed out/],
    ['ssh: Could not resolve hostname a: Name or service not known\n', /cannot be resolved/],
    ['root@a: Permission denied (publickey).\n', /permission denied/],
    ['Bad owner or permissions on /root/.ssh/config\n', /^ssh says: Bad owner or permissions/],
    ['', /gave no reason/],
  ])('%j', (stderr, sentence) => {
    expect(whyNotConnected(stderr)).toMatch(sentence);
  });

  it('never reach a terminal as they are', () => {
    expect(whyNotConnected(`a\u001b]0;x\u0007${'y'.repeat(1_000)}`)).toBe(
      `ssh says: a ]0;x ${'y'.repeat(293)}`,
    );
  });
});

describe('an answer that is none', () => {
  it.each([
    [
      'no_beginning',
      127,
      'sh: not found\n',
      'it let us in but did not run the probe (exit status 127): sh: not found',
    ],
    ['no_end', null, '', 'its answer broke off before the end'],
    ['not_ours', 0, '', 'its answer is not one of the probe (exit status 0)'],
  ] as const)('%s', (reason, status, stderr, sentence) => {
    expect(whyNoFacts({ kind: 'garbled', reason }, { exit_status: status, stderr })).toBe(sentence);
  });
});
