import type { Client, EvaluationDetails, FlagValue } from '@openfeature/server-sdk';
import { GuardRefusalCode } from '../model/guard-report.ts';
import { FlagRefused } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/**
 * The same client, but an evaluation that the guard refused throws FlagRefused. Only a client can: OpenFeature's own never throws,
 * whatever hooks and providers do (spec 0.9, 1.4.10). Other errors give the default, as always.
 */
export function strictClient(client: Client): Client {
  const methods = {
    getBooleanDetails: thrower((...words: Parameters<Client['getBooleanDetails']>) =>
      client.getBooleanDetails(...words),
    ),
    getStringDetails: thrower((...words: Parameters<Client['getStringDetails']>) =>
      client.getStringDetails(...words),
    ),
    getNumberDetails: thrower((...words: Parameters<Client['getNumberDetails']>) =>
      client.getNumberDetails(...words),
    ),
    getObjectDetails: thrower((...words: Parameters<Client['getObjectDetails']>) =>
      client.getObjectDetails(...words),
    ),
  };
  const values = {
    getBooleanValue: valueOf(methods.getBooleanDetails),
    getStringValue: valueOf(methods.getStringDetails),
    getNumberValue: valueOf(methods.getNumberDetails),
    getObjectValue: valueOf(methods.getObjectDetails),
  };
  const own: Readonly<Record<PropertyKey, unknown>> = { ...methods, ...values };
  const strict: Client = new Proxy(client, {
    get: (target, key) => {
      if (Object.hasOwn(own, key)) return own[key];
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...words: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(value, target, words);
        // The client's setters answer with the client, so that they can be chained.
        return answer === target ? strict : answer;
      };
    },
  });
  return strict;
}

type Details<W extends unknown[], V extends FlagValue> = (...words: W) => Promise<EvaluationDetails<V>>;

function thrower<W extends unknown[], V extends FlagValue>(ask: Details<W, V>): Details<W, V> {
  return async (...words) => {
    const details = await ask(...words);
    const refusal = refusalIn(details);
    if (refusal !== null) throw new FlagRefused(refusal);
    return details;
  };
}

function valueOf<W extends unknown[], V extends FlagValue>(ask: Details<W, V>): (...words: W) => Promise<V> {
  return async (...words) => (await ask(...words)).value;
}

/** The guard's refusal behind an evaluation's details; null when the guard did not refuse it. */
export function refusalIn({
  flagKey,
  errorMessage,
}: Pick<EvaluationDetails<FlagValue>, 'flagKey' | 'errorMessage'>): Refusal | null {
  const [, code, sentence = ''] = /^haunted ([a-z_]+): (.*)$/s.exec(errorMessage ?? '') ?? [];
  const known = GuardRefusalCode.safeParse(code);
  return known.success ? { code: known.data, flag: flagKey, sentence } : null;
}
