import { describe, expect, it } from 'vitest';
import { readCodeowners } from './codeowners.ts';

const GITHUB = `# comment
*                @global
*.js             @js # trailing words
/build/logs/     @doctocat
docs/*           docs@example.com
apps/            @octocat
/docs/           @doctor
/scripts/        @doctor @octocat
**/logs          @octo-logs
/apps/           @apps
/apps/github
/with\\ space/x  @space
\\#odd           @hash
!not/supported   @nobody
[Not]            @section
`;

describe('CODEOWNERS of GitHub', () => {
  it.each([
    ['readme.md', ['@global']],
    ['deep/in/file.js', ['@js']],
    ['build/logs/a/b.txt', ['@octo-logs']],
    ['my/build/logs', ['@octo-logs']],
    ['docs/one.md', ['@doctor']],
    ['my/docs/one.md', ['@global']],
    ['my/apps/x', ['@octocat']],
    ['apps/x', ['@apps']],
    ['apps/github/x', []],
    ['apps/github', []],
    ['apps/githubby', ['@apps']],
    ['scripts/run.sh', ['@doctor', '@octocat']],
    ['with space/x', ['@space']],
    ['a/#odd', ['@hash']],
    ['not/supported', ['@global']],
  ])('gives %s to %j', (file, owners) => {
    expect(readCodeowners(GITHUB, 'github')(file)).toEqual(owners);
  });

  it.each([
    ['docs/*', 'docs/one.md', true],
    ['docs/*', 'docs/two/one.md', false],
    ['docs', 'docs/two/one.md', true],
    ['docs/**', 'docs/two/one.md', true],
    ['docs/**', 'docs', false],
    ['a/**/z.ts', 'a/z.ts', true],
    ['a/**/z.ts', 'a/b/c/z.ts', true],
    ['a/**/z.ts', 'x/a/b/z.ts', false],
    ['*.ts', 'a/b.tsx', false],
    ['f?o', 'x/foo', true],
    ['f?o', 'x/fo', false],
  ])('reads %s about %s', (pattern, file, isOwned) => {
    expect(readCodeowners(`${pattern} @x`, 'github')(file)).toEqual(isOwned ? ['@x'] : []);
  });
});

const GITLAB = `* @default
[Docs] @docs
docs/
/guide.md @guides
!docs/internal.md
docs/internal.md @too-late
^[Data][2] @data
*.sql
model/ @modellers
[docs]
/extra/
`;

describe('CODEOWNERS of GitLab', () => {
  it.each([
    ['x', ['@default']],
    ['docs/a.md', ['@default', '@docs']],
    ['deep/docs/a.md', ['@default', '@docs']],
    ['docs/internal.md', ['@default']],
    ['guide.md', ['@default', '@guides']],
    ['deep/guide.md', ['@default']],
    ['model/a.sql', ['@default', '@modellers']],
    ['a.sql', ['@default', '@data']],
    ['extra/a', ['@default', '@docs']],
  ])('gives %s to %j', (file, owners) => {
    expect(readCodeowners(GITLAB, null)(file)).toEqual(owners);
  });

  it('does not take a plain name for a folder', () => {
    expect(readCodeowners('/docs @x', 'gitlab')('docs/a')).toEqual([]);
  });
});

describe('a hostile CODEOWNERS', () => {
  it('costs little', () => {
    const ownersOf = readCodeowners(`${'*a'.repeat(200)}b @x\n${'**/a/'.repeat(200)}b @y\n`, 'github');
    expect(ownersOf(`${'a'.repeat(3_000)}/${'a/'.repeat(1_000)}c`)).toEqual([]);
  });
});
