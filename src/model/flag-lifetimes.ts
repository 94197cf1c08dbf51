import * as z from 'zod';
import { Name } from './text.ts';

export const FlagLifetimeKind = z
  .enum(['release', 'experiment', 'operational', 'kill_switch', 'permission'])
  .meta({ description: 'What a flag is for, which says how long it may live.' });
export type FlagLifetimeKind = z.infer<typeof FlagLifetimeKind>;

function days(byDefault: number | null, what: string) {
  return z.int().min(0).max(36_500).nullable().default(byDefault).meta({ description: what });
}

/** How many days a flag of each kind may stay untouched; null for ever. The defaults are those of Unleash, and 30 of Flagsmith. */
export const FlagLifetimes = z
  .strictObject({
    default: days(30, 'Flags whose kind is not named.'),
    release: days(40, 'Flags that ship a feature.'),
    experiment: days(40, 'Flags that compare.'),
    operational: days(7, 'Flags that carry an operation, such as a migration.'),
    kill_switch: days(null, 'Flags that turn something off in need; null: for ever.'),
    permission: days(null, 'Flags that grant something to some; null: for ever.'),
  })
  .meta({ id: 'FlagLifetimes', description: 'Days that flags may stay untouched, by kind; null for ever.' });
export type FlagLifetimes = z.infer<typeof FlagLifetimes>;

/** Which flags are of which kind. */
export const FlagKinds = z.record(Name, FlagLifetimeKind).meta({
  description: 'The kinds of flags, by name; a name may begin or end with *. The longest that fits counts.',
});
export type FlagKinds = z.infer<typeof FlagKinds>;
