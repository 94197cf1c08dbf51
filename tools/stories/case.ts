import * as z from 'zod';
import { Name, Text } from '../../src/model/text.ts';

/** A file of the incident's folder, relative to it. */
const File = z
  .string()
  .regex(/^[a-z0-9][a-z0-9./-]*$/)
  .meta({ description: 'A file in the folder of the incident.' });

/** One question to one gate, with the files it is asked with and the file that holds the verdict it must get. */
export const IncidentCase = z.strictObject({
  moment: Text.min(1).meta({ description: 'When the gate is asked.' }),
  gate: z.enum(['deploy', 'activate', 'rollback', 'proof']),
  now: z.iso.datetime(),
  manifest: File.optional(),
  current: File.optional(),
  to: File.optional(),
  plan: File.optional(),
  history: z.array(File),
  evidence: File,
  policy: File.optional(),
  keyring: File.optional(),
  accept_unsigned: z.boolean(),
  event_id: Name.optional(),
  nonce: Name.optional(),
  expected: File,
});
export type IncidentCase = z.infer<typeof IncidentCase>;

/** What `case.json` of a folder holds. */
export const IncidentCases = z.strictObject({ cases: z.array(IncidentCase).min(1) });

/** The command line that asks the gate, as words; paths are relative to where the folder's path is. */
export function commandLine(given: IncidentCase, folder: string): string[] {
  const file = (option: string, name: string | undefined): string[] =>
    name === undefined ? [] : [`--${option}`, `${folder}/${name}`];
  return [
    'check',
    given.gate,
    ...file('manifest', given.manifest),
    ...file('current', given.current),
    ...file('to', given.to),
    ...file('plan', given.plan),
    ...given.history.flatMap((name) => file('history', name)),
    ...file('evidence', given.evidence),
    ...(given.event_id === undefined ? [] : ['--event', given.event_id]),
    ...(given.nonce === undefined ? [] : ['--nonce', given.nonce]),
    ...file('policy', given.policy),
    ...file('keyring', given.keyring),
    ...(given.accept_unsigned ? ['--accept-unsigned'] : []),
    '--now',
    given.now,
  ];
}
