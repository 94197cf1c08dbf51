import { startJournalled } from './journalled.ts';
import type { Journalled } from './journalled.ts';

/** A running `haunted agent ofrep`. */
export type Agent = Journalled & { readonly url: string };

/** Starts the agent in a process of its own and waits until it listens. Throws with its stderr when it ends instead. */
export async function startAgent(words: readonly string[], cwd: string): Promise<Agent> {
  const agent = startJournalled(['agent', 'ofrep', ...words], cwd);
  const { url = '' } = await agent.next('listening');
  return { ...agent, url };
}
