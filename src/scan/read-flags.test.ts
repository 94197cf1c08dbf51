import { setImmediate } from 'node:timers';
import { expect, it } from 'vitest';
import { readFlags } from './read-flags.ts';

it('lets others have a turn while it reads, and reads no further once it is told to stop', async () => {
  const files = Array.from({ length: 1000 }, (_, index) => ({ path: `${index}.ts`, bytes: 1 }));
  const stop = new AbortController();
  let reads = 0;
  const read = () => {
    reads += 1;
    const until = performance.now() + 1;
    while (performance.now() < until);
    return { ok: true, bytes: Buffer.from('x') } as const;
  };
  const tree = { list: () => ({ files, unreadable: [] }), read };
  setImmediate(() => stop.abort());
  await readFlags({ tree, names: ['a'], declared: [], definitionFiles: [], signal: stop.signal });
  expect(reads).toBeGreaterThan(0);
  expect(reads).toBeLessThan(files.length);
});

it('does not take its own output for a mention', async () => {
  const texts: Readonly<Record<string, string>> = {
    'a.json': '{ "name": "new-cart" }',
    'scan.json': '{\n  "schema": "haunted.flag-scan/v1", "flags": [{ "flag": "new-cart" }] }',
  };
  const files = Object.keys(texts).map((path) => ({ path, bytes: 1 }));
  const read = (path: string) => ({ ok: true, bytes: Buffer.from(texts[path] ?? '') }) as const;
  const tree = { list: () => ({ files, unreadable: [] }), read };
  const { sites } = await readFlags({ tree, names: ['new-cart'], declared: [], definitionFiles: [] });
  expect(sites.map(({ file }) => file)).toEqual(['a.json']);
});
