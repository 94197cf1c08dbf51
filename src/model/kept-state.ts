import * as z from 'zod';
import { StateClock } from './incident-terms.ts';
import { LIMITS } from './limits.ts';
import { Name } from './text.ts';

const StateName = Name.meta({
  description: 'Name of a state that outlives a version, such as `jobs.rows` or `localisation cache`.',
});

const StateVersion = Name.meta({ description: 'A version of it: the form it has, or how far it has come.' });

/** What a binary can read of a state on another clock, and what it leaves behind there. */
export const KeptState = z
  .strictObject({
    state: StateName,
    lives_in: StateClock.nullable().optional().meta({
      description: 'Where it lives: rows, a cache, keys, a snapshot; null when nobody says.',
    }),
    reads: z
      .array(StateVersion)
      .min(1)
      .max(LIMITS.list)
      .meta({ description: 'The versions of it that this binary can live with.' }),
    writes: StateVersion.nullable().optional().meta({
      description: 'The version that this binary leaves behind; null when it writes none.',
    }),
  })
  .meta({
    id: 'KeptState',
    description:
      'A state on a clock of its own, which no rollback takes back: rows, caches, keys, snapshots.',
  });
export type KeptState = z.infer<typeof KeptState>;

/** What a server holds of such a state. */
export const HeldState = z
  .strictObject({ state: StateName, version: StateVersion })
  .meta({ id: 'HeldState', description: 'The version of a state that a server holds or is served from.' });
export type HeldState = z.infer<typeof HeldState>;
