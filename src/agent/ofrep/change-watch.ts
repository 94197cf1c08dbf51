import type { RefetchEvent } from './event-streams.ts';
import type { GuardParts, GuardedFlags } from './guarded-flags.ts';

/** Follows everything that answers depend on. */
export type ChangeWatch = {
  readonly latest: () => RefetchEvent;
  readonly close: () => void;
};

/** Tells `onChange` once for each new version of source, manifest and running binary together, in order. */
export async function watchChanges(
  flags: GuardedFlags,
  { source, manifest, running, now }: GuardParts,
  onChange: (event: RefetchEvent) => void,
): Promise<ChangeWatch> {
  let latest: RefetchEvent = { etag: await flags.version(), changedAt: now() };
  let asks = Promise.resolve();
  const ask = async (): Promise<void> => {
    const etag = await flags.version();
    if (etag === latest.etag) return;
    latest = { etag, changedAt: now() };
    onChange(latest);
  };
  const stops = [source, manifest, running].map((each) =>
    each.onChange(() => {
      asks = asks.then(ask);
    }),
  );
  return {
    latest: () => latest,
    close: () => {
      for (const stop of stops) stop();
    },
  };
}
