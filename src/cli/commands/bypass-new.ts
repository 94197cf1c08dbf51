import path from 'node:path';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { Fault } from '../../fault.ts';
import { FINDING_CODES } from '../../model/finding.ts';
import { WORD_OPTIONS, wordSigned } from '../button/sign-word.ts';
import type { Command } from '../command.ts';
import { optionalText, requiredText, textList } from '../options.ts';

/** `haunted bypass new`: an operator lets findings pass for a while. */
export const bypassNew: Command = {
  usage: '--cluster C --code CODE… --reason TEXT --key FILE [--for TIME] [--out FILE]',
  about: [
    'Signs a bypass: the named findings pass at the gates deploy, activate and rollback until it ends. They are still shown, and the bypass is',
    'repeated in every verdict. It is no proof: no server gets a lease by it. Use it with `haunted deploy --bypass FILE`. Ends with 0, or 1',
    'when it could not be signed.',
  ].join('\n'),
  options: {
    cluster: { type: 'string', value: 'NAME', help: 'The cluster it is for.' },
    code: {
      type: 'string',
      multiple: true,
      value: 'CODE',
      help: 'A finding that may pass, such as flag_owner_unknown; `all` for every one. May be repeated.',
    },
    out: { type: 'string', value: 'FILE', help: 'Where to write it; stdout by default.' },
    ...WORD_OPTIONS,
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name findings with --code CODE.');
    const codes = textList(values, 'code');
    if (codes.length === 0)
      throw new Fault('BAD_USAGE', '--code is missing: name the findings that may pass, or say --code all.');
    const unknown = codes.find((code) => code !== 'all' && !FINDING_CODES.some((known) => known === code));
    if (unknown !== undefined)
      throw new Fault(
        'BAD_USAGE',
        `--code ${JSON.stringify(unknown)} is no finding; docs/judgement.md lists them.`,
      );
    const cluster = requiredText(values, 'cluster', 'the cluster it is for');
    const findings = codes.includes('all') ? [] : [...new Set(codes)];
    const text = `${await wordSigned({ kind: 'bypass', cluster, findings }, values, io)}\n`;
    const out = optionalText(values, 'out');
    if (out === undefined) io.stdout(text);
    else await writeFileAtomic(path.resolve(io.cwd, out), text);
    return 0;
  },
};
