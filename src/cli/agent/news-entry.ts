import type { MemberNews } from '../../agent/serve-member.ts';
import type { Journal } from './journal.ts';

type Entry = Parameters<Journal>[0];
type Who = { readonly cluster: string; readonly hostname: string };

/** What the journal says of something that happened to one service. */
export function newsEntry(news: MemberNews, { cluster, hostname }: Who): Entry {
  const who = `${hostname} of ${cluster}`;
  const entry = (
    level: Entry['level'],
    event: string,
    sentence: string,
    fields: Readonly<Record<string, unknown>> = {},
  ): Entry => ({ level, event, sentence, fields: { cluster, hostname, ...fields } });
  switch (news.kind) {
    case 'connected':
      return entry('info', 'connected', `${who}: connected to the control plane.`);
    case 'rejoined':
      return entry(
        'info',
        'rejoined',
        `${who}: it has joined again, and goes on with the key ${news.keyid}.`,
        {
          keyid: news.keyid,
        },
      );
    case 'disconnected':
      return entry('warn', 'disconnected', `${who}: ${news.problem}`);
    case 'asked':
      return entry('info', 'asked', `${who}: asked to prove itself for ${news.event_id}.`, {
        event_id: news.event_id,
      });
    case 'lease_ended':
      return entry('warn', 'lease_ended', `${who}: the control plane ended the lease: ${news.reason}`);
    case 'unsent':
      return entry('warn', 'proof_not_sent', `${who}: no proof got through: ${news.problem}`);
    case 'look': {
      const { look } = news;
      if (!look.ok)
        return entry('warn', 'unproven', `${who}: unproven: ${look.problem}`, { code: look.code });
      const { binary_sha256, process } = look.report;
      return entry('info', 'seen', `${who}: process ${process?.pid ?? '?'} runs ${binary_sha256}.`, {
        binary_sha256,
        pid: process?.pid ?? null,
      });
    }
    case 'answer': {
      const { accepted, reason, findings } = news.answer;
      return accepted
        ? entry('info', 'proven', `${who}: the proof was accepted${reason === null ? '' : `; ${reason}`}.`)
        : entry('warn', 'refused', `${who}: the proof was refused: ${reason ?? findings.join(', ')}.`, {
            findings,
          });
    }
  }
}
