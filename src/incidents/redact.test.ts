import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redaction } from './redact.ts';

const redact = redaction({
  hosts: ['smars-01.corp.example', 'smars-02.corp.example', 'db', '10.9.8.7'],
  people: ['dana@jump.corp.example', 'ci', 'dana@laptop'],
});

describe('redaction', () => {
  it.each([
    ['smars-01.corp.example', 'server-1'],
    ['SMARS-02.Corp.Example is down', 'server-2 is down'],
    ['smars-01 and smars-02', 'server-1 and server-2'],
    ['smars-011', 'smars-011'],
    ['on db, db-replica and dbase', 'on server-3, server-3-replica and dbase'],
    ['10.9.8.7 answers', 'server-4 answers'],
    ['mail.corp.example', 'mail.domain-1'],
    ['dana@jump.corp.example', 'person-1'],
    ['Dana said so, not ci', 'person-1 said so, not person-2'],
    ['dana@laptop', 'person-1'],
    ['from laptop and jump', 'from machine-2 and machine-1'],
    ['circle', 'circle'],
    ['nothing to hide', 'nothing to hide'],
    ['', ''],
  ])('%s becomes %s', (text, without) => {
    expect(redact(text)).toBe(without);
  });

  it.each([
    '192.0.2.1',
    '192.0.2.1:8080',
    '2001:db8::1',
    'fe80::1',
    '::1',
    '2001:0db8:0000:0000:0000:ff00:0042:8329',
    '00:1b:44:11:3a:b7',
    'sam@example.org',
    'https://jira.example.org/browse/OPS-1?x=y',
    'ssh://sam@host:22/',
  ])('takes out the address %s', (address) => {
    expect(redaction({ hosts: [], people: [] })(`see ${address}, please`)).toBe(
      'see address-1, please'.replace(',', address.endsWith('/') || address.includes('?') ? '' : ','),
    );
  });

  it.each([
    'at 10:45:30 on 2026-11-29',
    '2026-11-29 10:45 UTC',
    'generation 4.2',
    'version 1.2.3',
    'a:b',
    'm1.json',
    'exit status 3',
  ])('leaves %s alone', (text) => {
    expect(redaction({ hosts: [], people: [] })(text)).toBe(text);
  });

  it('gives the same address the same word, and another one another', () => {
    const each = redaction({ hosts: [], people: [] });
    expect([each('192.0.2.1, 192.0.2.2'), each('192.0.2.2')]).toEqual(['address-1, address-2', 'address-2']);
  });

  it('leaves no host and no person in any text, wherever they stand', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{2,8}z[0-9]$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(label, { minLength: 2, maxLength: 6 }),
        fc.constantFrom(' ', '-', '.', '/', ', ', '(', '_', ':'),
        (names, gap) => {
          const [person = '', ...hosts] = names;
          const text = redaction({
            hosts: hosts.map((host) => `${host}.corp.example`),
            people: [`${person}@jump`],
          })(`${gap}${names.join(gap)}${gap}${hosts[0]}.corp.example`);
          for (const name of names)
            expect(text.toLowerCase()).not.toMatch(new RegExp(`(?<![a-z0-9])${name}(?![a-z0-9])`));
        },
      ),
    );
  });
});
