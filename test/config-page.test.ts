import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../src/cli/parse-config.ts';
import {
  Config,
  ServerSettings,
  ServiceSelector,
  SshSettings,
  TrafficSettings,
} from '../src/model/config.ts';
import { DEFAULT_POLICY, Policy } from '../src/model/policy.ts';

const page = readFileSync(path.join(import.meta.dirname, '../docs/config.md'), 'utf8');
const SECTIONS = { Config, ServiceSelector, SshSettings, Policy, TrafficSettings, ServerSettings };

describe('docs/config.md', () => {
  it.each(Object.entries(SECTIONS))('names every field of %s', (_name, section) => {
    const fields = Object.keys(section.shape).filter((field) => field !== 'schema');
    expect(fields.filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
  });

  it('shows a file that is accepted, with every part of it', () => {
    const [yaml = ''] = /(?<=```yaml\n)[^`]+/.exec(page) ?? [];
    const config = parseConfig(yaml, 'haunted.yaml');
    expect(Object.keys(config).sort()).toEqual(Object.keys(Config.shape).sort());
  });

  it('names the defaults that hold', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| .* \| ([\w`. ]+) \|$/gm)].map((match) => [
      match[1],
      match[2],
    ]);
    const said = new Map(rows.map(([field, value]) => [field, value]));
    const held = Object.entries({ ...SshSettings.parse({}), ...TrafficSettings.parse({}), ...DEFAULT_POLICY })
      .filter(([, value]) => !Array.isArray(value))
      .map(([field, value]) => [field, String(value)]);
    expect(held.length).toBeGreaterThan(9);
    expect(held.filter(([field, value]) => said.get(field) !== value)).toEqual([]);
  });
});
