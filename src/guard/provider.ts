import type {
  EvaluationContext,
  JsonValue,
  Logger,
  Provider,
  ResolutionDetails,
} from '@openfeature/server-sdk';
import { askFlag, judgeAnswer } from './evaluation.ts';
import type { FlagRule, ValueKind } from './flag-rule.ts';
import type { Guard } from './guard.ts';
import { markGuarded } from './guarded-metadata.ts';
import { FlagRefused, REFUSALS, refusalText } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const MADE = new WeakMap<Guard, WeakMap<Provider, Provider>>();

/**
 * The same provider with the guard in front: a flag that this binary cannot prove its own gets the code's default and an error
 * code, or in strict mode an exception (which the SDK turns into the same), and the provider is not asked for it. Events, hooks,
 * tracking, start and shutdown are the provider's own. Asked twice with the same two it answers with the same one, as the SDK
 * starts and closes a provider once for all its domains.
 */
export function guardProvider(provider: Provider, guard: Guard): Provider {
  const ofGuard = MADE.get(guard) ?? new WeakMap<Provider, Provider>();
  MADE.set(guard, ofGuard);
  const known = ofGuard.get(provider);
  if (known !== undefined) return known;
  const made = wrap(provider, guard);
  ofGuard.set(provider, made);
  return made;
}

/** What a provider may have beside its four resolvers and its name; read from it each time, as some change it on the way. */
const PASSED_ON = ['runsOn', 'domainScoped', 'status', 'events', 'hooks'] as const;

function wrap(provider: Provider, guard: Guard): Provider {
  const made: Provider = {
    get metadata() {
      return markGuarded(provider.metadata, guard);
    },
    ...lifeOf(provider, guard),
    resolveBooleanEvaluation: guarded(guard, 'boolean', (flag, fallback: boolean, context, logger) =>
      provider.resolveBooleanEvaluation(flag, fallback, context, logger),
    ),
    resolveStringEvaluation: guarded(guard, 'string', (flag, fallback: string, context, logger) =>
      provider.resolveStringEvaluation(flag, fallback, context, logger),
    ),
    resolveNumberEvaluation: guarded(guard, 'number', (flag, fallback: number, context, logger) =>
      provider.resolveNumberEvaluation(flag, fallback, context, logger),
    ),
    resolveObjectEvaluation: guarded(guard, 'object', (flag, fallback: JsonValue, context, logger) =>
      provider.resolveObjectEvaluation(flag, fallback, context, logger),
    ) as Provider['resolveObjectEvaluation'],
  };
  for (const name of PASSED_ON)
    if (name in provider)
      Object.defineProperty(made, name, { get: () => provider[name], enumerable: true, configurable: true });
  return made;
}

/** Start, shutdown and tracking, where the provider has them: the SDK asks whether a method is there. */
function lifeOf(provider: Provider, guard: Guard): Pick<Provider, 'initialize' | 'onClose' | 'track'> {
  const { problem } = guard;
  const life: Pick<Provider, 'initialize' | 'onClose' | 'track'> = {};
  if (problem !== null)
    life.initialize = () =>
      Promise.reject(new FlagRefused({ code: 'binary_not_ours', flag: null, sentence: problem }));
  else if (typeof provider.initialize === 'function')
    life.initialize = async (context, domain) => await provider.initialize?.(context, domain);
  if (typeof provider.onClose === 'function') life.onClose = async () => await provider.onClose?.();
  if (typeof provider.track === 'function')
    life.track = (name, context, details) => provider.track?.(name, context, details);
  return life;
}

type Resolve<T> = (
  flag: string,
  fallback: T,
  context: EvaluationContext,
  logger: Logger,
) => Promise<ResolutionDetails<T>>;

function guarded<T>(guard: Guard, kind: ValueKind, resolve: Resolve<T>): Resolve<T> {
  const judged = (rule: FlagRule, fallback: T, answer: ResolutionDetails<T>): ResolutionDetails<T> => {
    const refusal = judgeAnswer(guard, rule, answer);
    return refusal === null ? answer : refused(guard, refusal, fallback);
  };
  // No async function: each await costs a turn of the queue, and this stands in front of every evaluation.
  return (flag, fallback, context, logger) => {
    const asked = askFlag(guard, flag, kind);
    if (asked === null) return Promise.resolve({ value: fallback, reason: 'DEFAULT' });
    if ('code' in asked) return Promise.try(refused, guard, asked, fallback);
    return Promise.resolve(resolve(flag, fallback, context, logger)).then((answer) =>
      judged(asked, fallback, answer),
    );
  };
}

function refused<T>(guard: Guard, refusal: Refusal, fallback: T): ResolutionDetails<T> {
  if (guard.isStrict) throw new FlagRefused(refusal);
  return {
    value: fallback,
    reason: 'ERROR',
    errorCode: REFUSALS[refusal.code].error as NonNullable<ResolutionDetails<T>['errorCode']>,
    errorMessage: refusalText(refusal),
  };
}
