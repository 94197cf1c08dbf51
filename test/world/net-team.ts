import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { NetHosts } from './net-hosts.ts';
import { buildWebService } from './web-service.ts';

/** The folder of a team whose servers are hosts of their own: versions, keys, manifests, the deploy tool, and an agent.yaml for each host. */

export const NAMES = ['smars-01', 'smars-02', 'smars-03'] as const;
export const SERVE_PORT = 7420;
const VERSIONS = ['1', '2', '3', '4'];

/** How long a lease lasts here, in seconds. */
export const LEASE_S = 4;

const GO = String.raw`#!/bin/sh
version=$1; shift
for name in "$@"; do
  cp "web-$version" "$name/new" && mv "$name/new" "$name/web"
  if [ -s "$name/pid" ]; then
    old=$(cat "$name/pid")
    kill "$old" 2>/dev/null
    while kill -0 "$old" 2>/dev/null; do sleep 0.02; done
  fi
  rm -f "$name/pid"
  ip netns exec "$(cat "$name/space")" "./$name/web" 8080 "$name/pid" "$name" </dev/null >/dev/null 2>&1 &
  new=$!
  until [ -s "$name/pid" ]; do kill -0 "$new" || exit 9; sleep 0.02; done
done
echo "copied $version to $*"
`;

export const SETTINGS = `cluster: smars
keyring: keyring.json
ledger: ledger.db
traffic: { lease_s: ${LEASE_S} }
`;

export async function writeTeam(
  folder: string,
  hosts: NetHosts,
  must: (...words: string[]) => Promise<string>,
): Promise<void> {
  const write = (name: string, text: string, mode = 0o600): void => {
    writeFileSync(path.join(folder, name), text);
    chmodSync(path.join(folder, name), mode);
  };
  for (const version of VERSIONS) buildWebService(folder, version);
  write('go.sh', GO, 0o755);
  write('flags.yaml', 'schema: haunted.flags/v1\nflags: {}\n');
  write('haunted.yaml', SETTINGS);
  execFileSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    path.join(folder, 'tls.key'),
    '-out',
    path.join(folder, 'tls.crt'),
    '-subj',
    '/CN=gate',
    '-addext',
    `subjectAltName=IP:${hosts.gateway}`,
  ]);
  chmodSync(path.join(folder, 'tls.key'), 0o600);
  for (const name of NAMES) {
    mkdirSync(path.join(folder, name));
    write(`${name}/space`, hosts.on(name).at(-1) ?? '');
    const doors = (port: number): string => `{ host: "${hosts.addressOf(name)}", port: ${port} }`;
    write(
      `${name}/agent.yaml`,
      `schema: haunted.agent-config/v1
server: https://${hosts.gateway}:${SERVE_PORT}
ca_file: ../tls.crt
state: state
doors: { agent_check: ${doors(19_081)}, health: ${doors(19_181)} }
services: [{ cluster: smars, hostname: ${name}, service: { pid_file: pid } }]
`,
    );
  }
  const key = async (role: string, name: string, file: string): Promise<string> =>
    await must('keys', 'new', '--role', role, '--name', name, '--out', file, '--keyring', 'keyring.json');
  await key('builder', 'ci', 'builder.key');
  await key('operator', 'dana', 'operator.key');
  for (const version of VERSIONS) {
    const before =
      version === '1' ? [] : ['--previous', `m${Number(version) - 1}.json`, '--keyring', 'keyring.json'];
    await must(
      'manifest',
      'create',
      '--deployment-id',
      `smars-${version}`,
      '--binary',
      `./web-${version}`,
      '--out',
      `draft${version}.json`,
      '--cluster',
      'smars',
      '--inventory',
      NAMES.join(','),
      '--flags',
      'flags.yaml',
      ...before,
    );
    await must(
      'manifest',
      'sign',
      `draft${version}.json`,
      '--key',
      'builder.key',
      '--out',
      `m${version}.json`,
    );
  }
}
