import type { EvaluationDetails, FlagValue, Hook, HookContext } from '@openfeature/server-sdk';
import { askFlag, judgeAnswer } from './evaluation.ts';
import type { Guard } from './guard.ts';
import { isGuarded } from './guarded-metadata.ts';
import { FlagRefused } from './refusal.ts';

/**
 * The guard as a hook, for every provider of a client or of the whole API. What it throws, the SDK turns into the code's default
 * with the error code (OpenFeature spec 0.9, 4.4.7). It does nothing where the provider is wrapped by the same guard. A hook cannot
 * give a default in silence, so a flag that may be ignored comes with FLAG_NOT_FOUND here, though it counts as ignored.
 */
export function guardHook(guard: Guard): Hook {
  return {
    before: (context: HookContext) => {
      if (isGuarded(context.providerMetadata, guard)) return;
      const asked = askFlag(guard, context.flagKey, context.flagValueType);
      if (asked === null)
        throw Object.assign(new Error('haunted: this binary does not know the flag and may ignore it'), {
          code: 'FLAG_NOT_FOUND',
        });
      if ('code' in asked) throw new FlagRefused(asked);
    },
    after: (context: HookContext, details: EvaluationDetails<FlagValue>) => {
      if (isGuarded(context.providerMetadata, guard)) return;
      const rule = guard.rules.get(context.flagKey);
      const refusal = rule === undefined ? null : judgeAnswer(guard, rule, details);
      if (refusal !== null) throw new FlagRefused(refusal);
    },
  };
}
