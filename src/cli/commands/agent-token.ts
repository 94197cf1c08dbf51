import { Fault } from '../../fault.ts';
import { Hostname, Name } from '../../model/text.ts';
import { lengthOf } from '../button/sign-word.ts';
import type { Command } from '../command.ts';
import { oneOf, optionalText, requiredText } from '../options.ts';
import { MEMBERS_OPTIONS, membersWhere } from '../serve/members-where.ts';

/** `haunted agent token`: lets one server join, once. */
export const agentToken: Command = {
  usage: '--cluster C --hostname H [--for 1h] [--server URL | --state DIR]',
  about: [
    'Makes a token with which exactly this server joins this cluster, once, until it ends. It is printed once and kept nowhere, only its',
    'sha256 is. Give it to `haunted agent join` on that server. Ends with 0, or 1 when none was made.',
  ].join('\n'),
  options: {
    cluster: { type: 'string', value: 'NAME', help: 'The cluster it may join.' },
    hostname: { type: 'string', value: 'NAME', help: 'The server, as the manifest’s inventory writes it.' },
    for: { type: 'string', value: 'TIME', help: 'How long it counts, such as 30m or 2h; 1h by default.' },
    format: { type: 'string', value: 'table|json', help: 'table by default: the token alone on a line.' },
    ...MEMBERS_OPTIONS,
  },
  run: async (values, positionals, io) => {
    if (positionals.length > 0) throw new Fault('BAD_USAGE', 'Name the server with --hostname.');
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const hostname = requiredText(values, 'hostname', 'the server that may join');
    if (!Hostname.safeParse(hostname).success)
      throw new Fault('BAD_USAGE', `--hostname ${JSON.stringify(hostname)} is not a host name.`);
    const for_s = Math.ceil(lengthOf(optionalText(values, 'for') ?? '1h') / 1_000);
    const where = await membersWhere(values, io);
    try {
      const cluster = optionalText(values, 'cluster') ?? where.cluster;
      if (cluster === null || !Name.safeParse(cluster).success)
        throw new Fault('BAD_USAGE', 'Which cluster may it join? Give --cluster NAME.');
      const made = await where.makeToken({ cluster, hostname, for_s });
      if (format === 'json') io.stdout(`${JSON.stringify(made, null, 2)}\n`);
      else {
        io.stdout(`${made.token}\n`);
        io.stderr(
          `haunted: ${hostname} may join cluster ${cluster} with this once, until ${made.expires_at}.\n`,
        );
      }
      return 0;
    } finally {
      await where.close();
    }
  },
};
