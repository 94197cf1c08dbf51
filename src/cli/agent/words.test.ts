import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journal } from './journal.ts';
import { readAuthHeader, readSecretLine } from './secret-file.ts';
import { agentWords } from './words.ts';

const GOOD = { manifest: 'm.json', flagd: 'f.yaml' };

describe('the words of haunted agent ofrep', () => {
  it('have defaults, and paths start where the operator stands', () => {
    expect(agentWords(GOOD, [], '/here')).toEqual({
      manifest: '/here/m.json',
      keyring: null,
      acceptUnsigned: false,
      source: { kind: 'flagd', file: '/here/f.yaml' },
      host: '127.0.0.1',
      port: 8016,
      tokenFile: null,
      tls: null,
      report: null,
    });
  });

  it.each([
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['[::1]:65535', '::1', 65_535],
    ['localhost:8016', 'localhost', 8_016],
  ])('listen at %s', (listen, host, port) => {
    expect(agentWords({ ...GOOD, listen }, [], '/')).toMatchObject({ host, port });
  });

  it.each([
    ['https://flags.example.com/', 'https://flags.example.com'],
    ['http://127.0.0.1:8016', 'http://127.0.0.1:8016'],
    ['https://flags.example.com/team/a//', 'https://flags.example.com/team/a'],
  ])('ask %s', (upstream, url) => {
    const words = agentWords({ manifest: 'm.json', upstream, 'upstream-auth-file': 's' }, [], '/');
    expect(words.source).toEqual({ kind: 'upstream', url, authFile: '/s', timeoutMs: 2_000 });
  });

  it.each<[string, Record<string, string>, string]>([
    ['no manifest', { flagd: 'f' }, '--manifest is missing'],
    ['no flags', { manifest: 'm' }, 'Say where the flags are'],
    ['two places of flags', { ...GOOD, upstream: 'http://localhost' }, 'Say where the flags are'],
    [
      'an upstream word for a file',
      { ...GOOD, 'upstream-timeout': '5' },
      '--upstream-timeout goes with --upstream',
    ],
    ['no URL', { manifest: 'm', upstream: 'flags' }, 'is not a URL'],
    ['a file URL', { manifest: 'm', upstream: 'file:///etc/passwd' }, 'is not a URL'],
    ['a query', { manifest: 'm', upstream: 'http://localhost/?a=1' }, 'is not a URL'],
    ['a password', { manifest: 'm', upstream: 'https://a:b@example.com' }, 'must not hold a password'],
    [
      'a secret in the clear',
      { manifest: 'm', upstream: 'http://example.com', 'upstream-auth-file': 's' },
      'in the clear',
    ],
    ['no time', { manifest: 'm', upstream: 'http://localhost', 'upstream-timeout': '0' }, 'from 1 to 60000'],
    [
      'too much time',
      { manifest: 'm', upstream: 'http://localhost', 'upstream-timeout': '60001' },
      'from 1 to',
    ],
    ['no port', { ...GOOD, listen: '127.0.0.1' }, 'is not an address'],
    ['a port too high', { ...GOOD, listen: '127.0.0.1:65536' }, 'is not an address'],
    ['half of TLS', { ...GOOD, 'tls-key': 'k' }, 'belong together'],
  ])('are refused with %s', (_, values, sentence) => {
    expect(() => agentWords(values, [], '/')).toThrow(sentence);
  });

  it('are refused with one too many', () => {
    expect(() => agentWords(GOOD, ['extra'], '/')).toThrow('takes no "extra"');
  });
});

describe('a secret in a file', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'secret-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (text: string, mode = 0o600): string => {
    const file = path.join(folder, `secret-${mode}`);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };

  it.each([
    ['one line', 'secret\n', 0o600, 'secret'],
    ['without an end of line', 'secret', 0o400, 'secret'],
    ['of a group', 'secret\r\n', 0o640, 'secret'],
  ])('%s', async (_, text, mode, secret) => {
    expect(await readSecretLine(write(text, mode), 'token file')).toBe(secret);
  });

  it.each([
    ['that all may read', 'secret', 0o604, 'KEY_UNSAFE'],
    ['that a group may write', 'secret', 0o620, 'KEY_UNSAFE'],
    ['of two lines', 'a\nb', 0o600, 'BAD_INPUT'],
    ['that is blank', '\n', 0o600, 'BAD_INPUT'],
    ['with a space in front', ' a', 0o600, 'BAD_INPUT'],
    ['that is empty', '', 0o600, 'BAD_INPUT'],
  ])('%s is refused', async (_, text, mode, code) => {
    await expect(readSecretLine(write(text, mode), 'token file')).rejects.toMatchObject({ code });
  });

  it.each([
    ['abc', { Authorization: 'Bearer abc' }],
    ['X-API-Key: abc', { 'X-API-Key': 'abc' }],
    ['Authorization: Basic a b', { Authorization: 'Basic a b' }],
  ])('%s is a header', async (text, header) => {
    expect(await readAuthHeader(write(text))).toEqual(header);
  });

  it('that is two words is no header', async () => {
    await expect(readAuthHeader(write('two words'))).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('the journal', () => {
  it.each([
    [true, '00:00:00 warn: Something happened.\n'],
    [
      false,
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","event":"some_event","sentence":"Something happened.","code":"X"}\n',
    ],
  ])('on a terminal: %s', (isStderrTty, line) => {
    const said: string[] = [];
    const note = journal({ stderr: (text) => void said.push(text), isStderrTty, now: () => 0 });
    note({ level: 'warn', event: 'some_event', sentence: 'Something happened.', fields: { code: 'X' } });
    expect(said).toEqual([line]);
  });
});
