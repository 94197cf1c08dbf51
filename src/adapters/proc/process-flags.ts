import type { BoundFlag } from '../../model/node-report.ts';
import type { Variable } from './environment.ts';

/** Argument names that hold switches in Kubernetes and Chromium, used when none are given. */
export const DEFAULT_FLAG_ARGS = ['feature-gates', 'enable-features', 'disable-features'] as const;

/**
 * The switches in an environment. A prefix such as `SMARS_` takes every variable that starts with it, and the flag is called
 * as the variable is; `SMARS_=` takes the prefix off and makes the rest lower case (SMARS_RLP is then `rlp`), as most config
 * libraries do. A variable set to nothing is set: it binds its flag.
 */
export function flagsInEnvironment(variables: readonly Variable[], prefixes: readonly string[]): BoundFlag[] {
  return variables.flatMap(({ name, value }) => {
    const prefix = prefixes.find(
      (each) => name.startsWith(each.replace(/=$/, '')) && name !== each.replace(/=$/, ''),
    );
    if (prefix === undefined) return [];
    const flag = prefix.endsWith('=') ? name.slice(prefix.length - 1).toLowerCase() : name;
    return [{ flag, value: valueOf(value), source: `env:${name}` }];
  });
}

/**
 * The switches in a command line: `--feature-gates=A=true,B=false`, `--enable-features A,B`, `--disable-features=A`, with one
 * dash or two. A name alone is true, and false in an argument whose own name starts with `disable`. What Chromium appends to a
 * name (`A<Trial`, `A:key/value`) is left off in enable-features and disable-features. Later arguments repeat earlier ones; each setting is reported.
 */
export function flagsInArguments(args: readonly string[], names: readonly string[]): BoundFlag[] {
  return args.flatMap((arg, at) => {
    const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(arg);
    const name = match?.[1] ?? '';
    if (!names.some((each) => each.replace(/^-+/, '') === name)) return [];
    const dashes = arg.startsWith('--') ? '--' : '-';
    const list = match?.[2] ?? args[at + 1] ?? '';
    return switchesIn(list, name, `arg:${dashes}${name}`);
  });
}

function switchesIn(list: string, name: string, source: string): BoundFlag[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && !item.startsWith('-'))
    .map((item) => {
      const at = item.indexOf('=');
      if (at > 0)
        return { flag: item.slice(0, at).trim(), value: valueOf(item.slice(at + 1).trim()), source };
      const flag = name.endsWith('able-features') ? item.replace(/[<:].*$/s, '') : item;
      return { flag, value: !name.startsWith('disable'), source };
    })
    .filter(({ flag }) => flag !== '');
}

/** Text is all a process gets; the two words every reader takes for yes and no are shown as such. */
function valueOf(text: string): BoundFlag['value'] {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  return text.length > MAX_VALUE ? null : text;
}

const MAX_VALUE = 4_096;
