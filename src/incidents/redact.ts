import type { RollbackStory, StoryServer } from './rollback-story.ts';

/** Names that must not be public: servers in the order of the cluster, then others; and who pressed buttons. */
export type Secrets = { readonly hosts: readonly string[]; readonly people: readonly string[] };

// In this order: an address may hold a host name, and a host name a person’s.
const ADDRESSES = [
  /(?<![\w+.-])[a-z][a-z0-9+.-]{0,31}:\/\/[^\s"'<>]+/giu,
  /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/giu,
  /(?<![\w:])(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?(?![\w:])/giu,
  /(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])/giu,
  /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.]*\d)/gu,
  /(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])/giu,
];

/** A text without the names and addresses; the same one is always replaced by the same word. */
export type Redact = (text: string) => string;

/**
 * Takes host names, their short forms and domains, user names and addresses out of texts: server-1, domain-1, person-1, address-1.
 * Any case of letters is found, and a name inside a longer word too, as long as no letter or digit touches it.
 */
export function redaction({ hosts, people }: Secrets): Redact {
  const words = new Map<string, string>();
  const name = (text: string, word: string): void => {
    const key = text.toLowerCase();
    if (key !== '' && !words.has(key)) words.set(key, word);
  };
  hosts.forEach((host, at) => name(host, `server-${at + 1}`));
  hosts.forEach((host, at) => name(labelOf(host), `server-${at + 1}`));
  const users = [...new Set(people.map((person) => (person.split('@')[0] ?? '').toLowerCase()))];
  for (const person of people) {
    const user = (person.split('@')[0] ?? '').toLowerCase();
    const word = `person-${users.indexOf(user) + 1}`;
    name(person, word);
    name(user, word);
  }
  const machines = [...new Set(people.flatMap((person) => person.split('@').slice(1)))];
  machines.forEach((machine, at) => name(machine, `machine-${at + 1}`));
  machines.forEach((machine, at) => name(labelOf(machine), `machine-${at + 1}`));
  const domains = [...new Set([...hosts, ...machines].map((host) => domainOf(host).toLowerCase()))];
  domains.filter((domain) => domain.includes('.')).forEach((domain, at) => name(domain, `domain-${at + 1}`));
  const addresses = new Map<string, string>();
  const address = (found: string): string => {
    const word = addresses.get(found) ?? `address-${addresses.size + 1}`;
    addresses.set(found, word);
    return word;
  };
  const known = [...words.keys()].toSorted((a, b) => b.length - a.length);
  const pattern =
    known.length === 0
      ? null
      : new RegExp(`(?<![\\p{L}\\p{N}])(?:${known.map(literal).join('|')})(?![\\p{L}\\p{N}])`, 'giu');
  return (text) => {
    const whole = words.get(text.toLowerCase());
    if (whole !== undefined) return whole;
    const without = ADDRESSES.reduce(
      (left, each) => left.replaceAll(each, (found) => words.get(found.toLowerCase()) ?? address(found)),
      text,
    );
    return pattern === null
      ? without
      : without.replaceAll(pattern, (found) => words.get(found.toLowerCase()) ?? 'redacted');
  };
}

// A part of an address or a mere number would be found in any date.
const NUMERIC = /^[\d.]+$/;

function labelOf(host: string): string {
  const [label = ''] = host.split('.');
  return NUMERIC.test(label) ? '' : label;
}

function domainOf(host: string): string {
  return NUMERIC.test(host) ? '' : host.split('.').slice(1).join('.');
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The story without names: every text in it that people or machines chose. */
export function redactStory(story: RollbackStory, redact: Redact): RollbackStory {
  const servers = (list: readonly StoryServer[] | null): readonly StoryServer[] | null =>
    list?.map((server) => ({ ...server, hostname: redact(server.hostname) })) ?? null;
  const manifest = (of: RollbackStory['to']): RollbackStory['to'] =>
    of === null ? null : { ...of, deployment_id: redact(of.deployment_id) };
  const maybe = (text: string | null): string | null => (text === null ? null : redact(text));
  return {
    ...story,
    cluster: redact(story.cluster),
    pressed_by: redact(story.pressed_by),
    reason: maybe(story.reason),
    ended: { ...story.ended, reason: maybe(story.ended.reason) },
    from: manifest(story.from),
    to: manifest(story.to),
    before: story.before === null ? null : { ...story.before, servers: servers(story.before.servers) },
    after: story.after === null ? null : { ...story.after, servers: servers(story.after.servers) },
    silent: story.silent.map(redact),
    facts: story.facts.map(redact),
  };
}
