import { runHook } from '../../adapters/process/run-hook.ts';
import type { Acts } from '../../gate/ports.ts';
import type { LoadedConfig } from '../config.ts';
import type { Io } from '../io.ts';

/** How long a program that carries traffic or pages may take, in milliseconds. */
const HOOK_LIMIT_MS = 30_000;

/**
 * What acts on the world after the ledger has it: the programs that haunted.yaml names under `traffic`. A page that no program takes is
 * printed, because somebody is standing here.
 */
export function actsHere({ config, folder }: LoadedConfig, io: Io): Acts {
  const { order, page } = config.traffic ?? {};
  const options = { cwd: folder, env: io.env, timeLimitMs: HOOK_LIMIT_MS };
  return {
    order: async (message) => {
      if (order === undefined || message.give.length + message.take.length === 0) return null;
      const trouble = await runHook(order, { schema: 'haunted.traffic-order/v1', ...message }, options);
      return trouble === null ? null : `Traffic was not told: ${trouble}`;
    },
    page: async (message) => {
      if (page === undefined) {
        io.stderr(`haunted: PAGE: ${message.sentence}\n`);
        return null;
      }
      const trouble = await runHook(page, { schema: 'haunted.page/v1', ...message }, options);
      return trouble === null ? null : `Nobody was paged: ${trouble}`;
    },
  };
}
