import type { Guard } from './guard.ts';

const GUARDED = new WeakMap<object, WeakSet<Guard>>();

/** Notes that evaluations of the provider with this metadata pass the guard already, and answers with the same metadata. */
export function markGuarded<T extends object>(metadata: T, guard: Guard): T {
  const guards = GUARDED.get(metadata);
  if (guards === undefined) GUARDED.set(metadata, new WeakSet([guard]));
  else guards.add(guard);
  return metadata;
}

/** Whether the provider with this metadata is wrapped by this guard, so that its hook need not ask and count again. */
export function isGuarded(metadata: object, guard: Guard): boolean {
  return GUARDED.get(metadata)?.has(guard) === true;
}
