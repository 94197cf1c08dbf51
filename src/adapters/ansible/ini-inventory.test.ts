import { describe, expect, it } from 'vitest';
import { Fault } from '../../fault.ts';
import { hostsOfGroup, type InventoryHost } from './inventory.ts';
import { parseIniInventory } from './ini-inventory.ts';

function hosts(text: string, group = 'all'): readonly InventoryHost[] {
  return hostsOfGroup(parseIniInventory(text, 'hosts.ini'), group);
}

function names(text: string, group = 'all'): readonly string[] {
  return hosts(text, group).map((host) => host.name);
}

describe('an Ansible inventory in INI form', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['hosts before any group', 'a\nb\n', 'all', ['a', 'b']],
    ['hosts before any group are the group ungrouped', 'a\n[web]\nb\n', 'ungrouped', ['a']],
    ['a group', '[web]\na\n[db]\nb\n', 'web', ['a']],
    [
      'a range keeps its leading zeros',
      'web[08:11].example.com\n',
      'all',
      ['08', '09', '10', '11'].map((n) => `web${n}.example.com`),
    ],
    ['a range without zeros', 'web[8:10]\n', 'all', ['web8', 'web9', 'web10']],
    ['a range with a step', 'web[1:6:2]\n', 'all', ['web1', 'web3', 'web5']],
    ['a range of letters', 'db-[a:c]\n', 'all', ['db-a', 'db-b', 'db-c']],
    ['two ranges multiply', 'r[1:2]-n[a:b]\n', 'all', ['r1-na', 'r1-nb', 'r2-na', 'r2-nb']],
    ['a range of one', 'web[7:7]\n', 'all', ['web7']],
    ['children', '[all-web:children]\nweb\n[web]\na\n', 'all-web', ['a']],
    ['children of children', '[x:children]\ny\n[y:children]\nz\n[z]\na\n', 'x', ['a']],
    ['a host of two groups, once', '[x:children]\ny\nz\n[y]\na\n[z]\na\nb\n', 'x', ['a', 'b']],
    ['comments, blank lines and CRLF', '# one\r\n; two\r\n\r\n[web] # three\r\na # four\r\n', 'web', ['a']],
    [
      'variables of other concern',
      '[web]\na http_port=80 maxRequests="8 8" #x\n[web:vars]\nntp = x.example\n',
      'web',
      ['a'],
    ],
    ['an empty file', '', 'all', []],
  ])('%s', (_title, text, group, expected) => {
    expect(names(text, group)).toEqual(expected);
  });

  it('says how to reach a host, and where that was written', () => {
    const text = '[web]\na ansible_host=10.0.0.1 ansible_port=2222 ansible_user="dep loy"\nb:2200\n';
    expect(hosts(text)).toEqual([
      { name: 'a', address: '10.0.0.1', port: '2222', user: 'dep loy', source: 'hosts.ini line 2' },
      { name: 'b', port: '2200', source: 'hosts.ini line 3' },
    ]);
  });

  it('adds up what several lines say about one host', () => {
    expect(hosts('a ansible_host=10.0.0.1\n[web]\na ansible_user=x\n')).toEqual([
      { name: 'a', address: '10.0.0.1', user: 'x', source: 'hosts.ini line 1' },
    ]);
  });

  it('lets a host beat its group, a child group its parent, and any group `all`', () => {
    const text = [
      'c',
      '[web]',
      'a ansible_user=own',
      'b',
      '[site:children]',
      'web',
      '[all:vars]',
      'ansible_user=everybody',
      'ansible_port=22',
      '[site:vars]',
      'ansible_user = parent',
      '[web:vars]',
      'ansible_user=child',
    ].join('\n');
    expect(hosts(text).map(({ name, user, port }) => [name, user, port])).toEqual([
      ['c', 'everybody', '22'],
      ['a', 'own', '22'],
      ['b', 'child', '22'],
    ]);
  });

  it.each<[string, string, string, RegExp]>([
    ['a heading without its end', '[web\na\n', 'all', /line 1 .*heading/],
    ['a heading of an unknown kind', 'a\n[web:hots]\n', 'all', /line 2 .*:hots/],
    ['an open quote', 'a\nb ansible_user="x\n', 'all', /line 2 .*quote/],
    ['a range that ends before it starts', 'web[8:1]\n', 'all', /line 1 .*ends before it starts/],
    ['a range that is none', 'web[1-8]\n', 'all', /line 1 .*written \[01:08\]/],
    ['a range without end', 'web[1:99999999999999999999]\n', 'all', /line 1 .*more than 200000/],
    ['ranges that multiply without end', 'w[1:999][1:999]\n', 'all', /line 1 .*more than 200000/],
    ['a step of nothing', 'web[1:8:0]\n', 'all', /line 1 .*step/],
    ['ends with different numbers of digits', 'web[01:100]\n', 'all', /line 1 .*digits/],
    ['a child that is not there', '[x:children]\ny\n', 'x', /line 2 .*"y".*not there/],
    ['a circle of children', '[x:children]\ny\n[y:children]\nx\n', 'x', /line \d .*own descendant/],
    ['a circle in a group nobody asked for', 'a\n[x:children]\nx\n', 'all', /line 3 .*own descendant/],
    ['a child with more words', '[x:children]\ny z\n', 'x', /line 2 .*one group name/],
    ['a group nobody wrote', '[web]\na\n', 'wbe', /no group "wbe"; it has web/],
  ])('refuses %s', (_title, text, group, message) => {
    expect(() => hosts(text, group)).toThrow(Fault);
    expect(() => hosts(text, group)).toThrow(message);
  });
});
