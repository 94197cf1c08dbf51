import { execFileSync, spawnSync } from 'node:child_process';
import process from 'node:process';

/** Hosts of a test: network namespaces on one bridge, each with an address of its own, that can be cut off and healed. */
export type NetHosts = {
  /** The first three numbers of every address of it; host 1 is .1, and this process is .10. */
  readonly net: string;
  /** The address at which the hosts reach this process. */
  readonly gateway: string;
  readonly addressOf: (name: string) => string;
  /** The words that come before a command, to run it on a host. */
  readonly on: (name: string) => readonly string[];
  readonly cut: (name: string) => void;
  readonly heal: (name: string) => void;
  readonly close: () => void;
};

/** Whether this machine lets us make network namespaces. */
export const HAS_NETNS = ((): boolean => {
  const name = `hsd-try-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return false;
  return spawnSync('ip', ['netns', 'del', name]).status === 0;
})();

let made = 0;

/** Makes a bridge and a namespace for each name, nine at most. Addresses are of 10.231.0.0/16, a network for each cluster of this process. */
export function netHosts(names: readonly string[]): NetHosts {
  made += 1;
  const id = `${process.pid % 10_000}${made}`;
  const net = `10.231.${(process.pid + made) % 250}`;
  const bridge = `hb${id}`;
  const spaceOf = (name: string): string => `hsd-${id}-${name}`;
  const linkOf = (name: string): string => `hv${id}${names.indexOf(name)}`;
  const addressOf = (name: string): string => `${net}.${names.indexOf(name) + 1}`;
  const close = (): void => {
    for (const name of names) spawnSync('ip', ['netns', 'del', spaceOf(name)]);
    spawnSync('ip', ['link', 'del', bridge]);
  };
  try {
    ip('link', 'add', bridge, 'type', 'bridge');
    ip('addr', 'add', `${net}.10/24`, 'dev', bridge);
    ip('link', 'set', bridge, 'up');
    for (const name of names) {
      const [space, link] = [spaceOf(name), linkOf(name)];
      ip('netns', 'add', space);
      ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      ip('link', 'set', link, 'master', bridge, 'up');
      ip('-n', space, 'addr', 'add', `${addressOf(name)}/24`, 'dev', 'eth0');
      ip('-n', space, 'link', 'set', 'lo', 'up');
      ip('-n', space, 'link', 'set', 'eth0', 'up');
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    net,
    gateway: `${net}.10`,
    addressOf,
    on: (name) => ['ip', 'netns', 'exec', spaceOf(name)],
    cut: (name) => ip('link', 'set', linkOf(name), 'down'),
    heal: (name) => ip('link', 'set', linkOf(name), 'up'),
    close,
  };
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}
