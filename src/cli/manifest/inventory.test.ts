import { afterAll, describe, expect, it } from 'vitest';
import { commandFolder } from '../../../test/fixtures/command-folder.ts';
import { LIMITS } from '../../model/limits.ts';
import { readInventory } from './inventory.ts';

const { folder, write, remove } = commandFolder(0);
afterAll(remove);
write('hosts.txt', '# the cluster\nsmars-01\r\n\n  smars-02  # the second\nsmars-03');
write('fleet', 'a\nb\n');
write('only-comments.txt', '# nothing\n');
write('bad.txt', 'smars-01\nsmars 02\n');
write('latin1.txt', Buffer.from([0x73, 0xe9, 0x0a]));
write('many.txt', Array.from({ length: LIMITS.inventory + 1 }, (_, at) => `h${at}`).join('\n'));
write('folder/x.txt', 'x');

describe('the inventory', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['one name', ['smars-01'], ['smars-01']],
    ['names separated by commas', ['smars-02, smars-01,'], ['smars-02', 'smars-01']],
    ['several options', ['a,b', 'c'], ['a', 'b', 'c']],
    ['a file', ['hosts.txt'], ['smars-01', 'smars-02', 'smars-03']],
    ['a file without an ending', ['fleet'], ['a', 'b']],
    ['a file and names', ['fleet', 'c'], ['a', 'b', 'c']],
  ])('may be %s', async (_, words, hosts) => {
    expect(await readInventory(words, folder)).toEqual(hosts);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a file that is not there', ['gone.txt'], /The inventory .*\/gone\.txt does not exist/],
    ['a path that is not there', ['./gone'], /The inventory .*\/gone does not exist/],
    ['a folder', ['folder'], /is a directory/],
    ['a name with a blank', ['a b'], /--inventory holds "a b", which is not a host name/],
    ['a name with a control character', ['a\u0007'], /holds "a\\u0007", which is not/],
    ['a name in a file that is none', ['bad.txt'], /The inventory bad\.txt line 2 holds "smars 02"/],
    ['a server listed twice', ['a,b,a'], /lists "a" twice/],
    ['a server listed twice in another case', ['a', 'A'], /lists "A" twice/],
    ['nothing', [''], /The inventory is empty/],
    ['only commas', [',,'], /The inventory is empty/],
    ['a file of comments', ['only-comments.txt'], /The inventory is empty/],
    ['a file that is not UTF-8', ['latin1.txt'], /latin1\.txt is not UTF-8/],
    ['more servers than the limit', ['many.txt'], /lists more than 200000 servers/],
  ])('is refused for %s', async (_, words, reason) => {
    await expect(readInventory(words, folder)).rejects.toThrow(reason);
  });
});
