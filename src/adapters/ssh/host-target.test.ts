import { describe, expect, it } from 'vitest';
import { Fault } from '../../fault.ts';
import { SshSettings } from '../../model/config.ts';
import { hostTarget } from './host-target.ts';
import { masterWords } from './ssh-words.ts';

const HOSTILE = [
  '',
  '-oProxyCommand=touch /tmp/x',
  '-l',
  'a b',
  'a\nb',
  'a\u0000b',
  'a\u001b[2J',
  'a;b',
  'a$(b)',
  'a`b`',
  "a'b",
  'a|b',
  'ssh://a',
  'user@a',
  'a/b',
  'ä',
  'a\u202eb',
  'a'.repeat(254),
];

describe('a server to be asked', () => {
  it.each(HOSTILE)('is refused by the name %j', (name) => {
    expect(() => hostTarget({ name }, 'hosts.ini line 1')).toThrow(Fault);
  });

  it.each(HOSTILE)('is refused with the address %j', (address) => {
    expect(() => hostTarget({ name: 'a', address }, 'hosts.ini line 1')).toThrow(/^hosts\.ini line 1: /);
  });

  it.each(HOSTILE.filter((word) => word !== 'user@a'))('is refused with the user %j', (user) => {
    expect(() => hostTarget({ name: 'a', user }, '--host')).toThrow(/ is not a login name/);
  });

  it.each([0, -1, 65_536, 1.5, Number.NaN])('is refused with the port %d', (port) => {
    expect(() => hostTarget({ name: 'a', port }, '--host')).toThrow(/ is not a port/);
  });

  it.each(['10.0.0.1', '::1', 'fe80::1%eth0', '[::1]', 'a.example.com', 'web_01', '_srv', 'a'.repeat(253)])(
    'may have the address %s',
    (address) => {
      expect(hostTarget({ name: 'a', address }, '--host').address).toBe(address);
    },
  );
});

describe('the words given to ssh', () => {
  const control = { socket: '/run/user/0/haunted-ssh/0123', persist_s: 60 };

  it('end with the address after --, so that it can never be an option', () => {
    const target = hostTarget({ name: 'a', address: '10.0.0.1', user: 'deploy', port: 2222 }, '--host');
    expect(masterWords(target, SshSettings.parse({}), control).slice(-6)).toEqual([
      '-l',
      'deploy',
      '-p',
      '2222',
      '--',
      '10.0.0.1',
    ]);
  });

  it('prefer what an inventory says of one server to what holds for all', () => {
    const settings = SshSettings.parse({ user: 'all', port: 22, config_file: '/c', identity_file: '/i' });
    const words = masterWords(hostTarget({ name: 'a', user: 'own' }, '--host'), settings, control);
    expect(words.slice(0, 4)).toEqual(['-F', '/c', '-i', '/i']);
    expect(words.slice(-6)).toEqual(['-l', 'own', '-p', '22', '--', 'a']);
  });

  it('leave trust to the user’s own configuration', () => {
    const words = masterWords(hostTarget({ name: 'a' }, '--host'), SshSettings.parse({}), control);
    expect(words.join(' ')).not.toMatch(/StrictHostKeyChecking|UserKnownHostsFile|GlobalKnownHostsFile/);
    expect(words).toContain('BatchMode=yes');
  });
});
