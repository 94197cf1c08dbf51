import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Fault } from '../../fault.ts';
import { hostsOfGroup, type InventoryHost } from './inventory.ts';
import { readYamlInventory } from './yaml-inventory.ts';

function hosts(text: string, group = 'all'): readonly InventoryHost[] {
  const yaml = { value: parse(text) as unknown, lineOf: (path: readonly PropertyKey[]) => path.length };
  return hostsOfGroup(readYamlInventory(yaml, 'hosts.yaml'), group);
}

const SITE = `
all:
  vars: { ansible_user: everybody, ntp: x.example }
  hosts:
    bastion:
  children:
    site:
      children:
        web:
          hosts:
            web[01:03]:
            web04: { ansible_host: 10.0.0.4, ansible_port: 2222 }
        db: { hosts: { db1: { ansible_user: own } }, vars: { ansible_user: child } }
`;

describe('an Ansible inventory in YAML form', () => {
  it.each<[string, readonly string[]]>([
    ['all', ['bastion', 'web01', 'web02', 'web03', 'web04', 'db1']],
    ['site', ['web01', 'web02', 'web03', 'web04', 'db1']],
    ['web', ['web01', 'web02', 'web03', 'web04']],
    ['db', ['db1']],
  ])('names the hosts of %s', (group, expected) => {
    expect(hosts(SITE, group).map((host) => host.name)).toEqual(expected);
  });

  it('says how to reach them, and where that was written', () => {
    expect(hosts(SITE).slice(-2)).toEqual([
      { name: 'web04', address: '10.0.0.4', port: '2222', user: 'everybody', source: 'hosts.yaml line 7' },
      { name: 'db1', user: 'own', source: 'hosts.yaml line 7' },
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['a list', '- a\n- b\n', /must be a map of groups/],
    ['a group that is text', 'all: x\n', /"all" must be a map/],
    ['hosts as a list', 'all:\n  hosts: [a, b]\n', /line 2 .*"hosts" must be a map/],
    ['a word that no group has', 'all:\n  host: {}\n', /"host"/],
    ['a range that is none', 'all: { hosts: { "web[1-8]": } }\n', /written \[01:08\]/],
    ['groups without end', `a: ${'{ children: { a: '.repeat(12)}{}${'} }'.repeat(12)}`, /nested deeper/],
  ])('refuses %s', (_title, text, message) => {
    expect(() => hosts(text)).toThrow(Fault);
    expect(() => hosts(text)).toThrow(message);
  });
});
