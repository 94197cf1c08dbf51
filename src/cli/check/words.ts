import { Fault } from '../../fault.ts';
import type { Gate } from '../../model/intent.ts';
import type { RollbackPlan } from '../../model/plan.ts';
import { Name } from '../../model/text.ts';
import { quoted } from '../../model/quoted.ts';
import type { Values } from '../command.ts';
import type { Io } from '../io.ts';
import { hasSwitch, oneOf, optionalText, requiredText, textList, timeOption } from '../options.ts';
import { FORMATS } from '../render/rendering.ts';
import type { Format } from '../render/rendering.ts';

type Actor = NonNullable<RollbackPlan['actor']>;

/** The files that say what somebody wants to do. */
export type IntentWords =
  | {
      readonly gate: 'deploy';
      readonly manifest: string;
      readonly current: string;
      readonly plan: string | null;
    }
  | { readonly gate: 'activate'; readonly manifest: string; readonly current: string | null }
  | {
      readonly gate: 'rollback';
      readonly to: string | null;
      readonly plan: string | null;
      readonly current: string | null;
      /** Who would press; null when nobody says. */
      readonly actor: Actor | null;
    }
  | {
      readonly gate: 'proof';
      readonly manifest: string;
      readonly current: string | null;
      readonly plan: string | null;
      readonly event_id: string;
      readonly nonce: string;
    };

/** One command line of `haunted check`, understood; paths are as typed. */
export type CheckWords = {
  readonly intent: IntentWords;
  readonly evidence: readonly string[];
  /** Empty means what haunted.yaml says. */
  readonly history: readonly string[];
  readonly policy: string | null;
  readonly keyring: string | null;
  readonly acceptUnsigned: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly format: Format;
  readonly exitZero: boolean;
  readonly sign: { readonly with: string; readonly to: string } | null;
};

const A_MANIFEST = 'the manifest';

/** What a command line asks for. Fault BAD_USAGE names the first word that is missing, wrong or too much. */
export function readWords(gate: Gate, values: Values, positionals: readonly string[], io: Io): CheckWords {
  const [extra] = positionals;
  if (extra !== undefined)
    throw new Fault(
      'BAD_USAGE',
      `\`haunted check ${gate}\` takes options only, and ${quoted(extra)} is none.`,
    );
  const intent = readIntent(gate, values);
  const evidence = textList(values, 'evidence');
  if (evidence.length === 0)
    throw new Fault(
      'BAD_USAGE',
      '--evidence is missing: give the file or folder of the servers’ reports, or - for stdin.',
    );
  return {
    intent,
    evidence,
    history: textList(values, 'history'),
    policy: optionalText(values, 'policy') ?? null,
    keyring: optionalText(values, 'keyring') ?? null,
    acceptUnsigned: hasSwitch(values, 'accept-unsigned'),
    now: timeOption(values, 'now', io.now()),
    format: oneOf(values, 'format', FORMATS, 'table'),
    exitZero: hasSwitch(values, 'exit-zero'),
    sign: readSigning(values),
  };
}

function readIntent(gate: Gate, values: Values): IntentWords {
  const plan = optionalText(values, 'plan') ?? null;
  const current = optionalText(values, 'current') ?? null;
  switch (gate) {
    case 'deploy':
      return {
        gate,
        manifest: requiredText(values, 'manifest', `${A_MANIFEST} to deploy`),
        current: requiredText(values, 'current', `${A_MANIFEST} the cluster should run now`),
        plan,
      };
    case 'activate':
      return { gate, manifest: requiredText(values, 'manifest', `${A_MANIFEST} to activate`), current };
    case 'rollback':
      return readRollback(values, plan, current);
    case 'proof':
      return {
        gate,
        manifest: requiredText(values, 'manifest', `${A_MANIFEST} every server must prove`),
        current,
        plan,
        event_id: requiredName(values, 'event', 'the id of the event that the servers were asked about'),
        nonce: requiredName(values, 'nonce', 'the nonce that the servers were asked with'),
      };
  }
}

function readRollback(values: Values, plan: string | null, current: string | null): IntentWords {
  const to = optionalText(values, 'to') ?? null;
  const manifest = optionalText(values, 'manifest') ?? null;
  if (to === null && plan === null)
    throw new Fault(
      'BAD_USAGE',
      '--to is missing: give the manifest to go back to, or the --plan that names it.',
    );
  if (current !== null && manifest !== null)
    throw new Fault(
      'BAD_USAGE',
      '--current and --manifest both name the manifest being left: give one of the two.',
    );
  const actor =
    optionalText(values, 'actor') === undefined
      ? null
      : oneOf<Actor>(values, 'actor', ['operator', 'automation'], 'operator');
  return { gate: 'rollback', to, plan, current: current ?? manifest, actor };
}

function requiredName(values: Values, name: string, what: string): string {
  const value = requiredText(values, name, what);
  if (Name.safeParse(value).success) return value;
  throw new Fault('BAD_USAGE', `--${name} is not a name: give 1 to 256 printable characters.`);
}

function readSigning(values: Values): CheckWords['sign'] {
  const key = optionalText(values, 'sign-with') ?? null;
  const to = optionalText(values, 'verdict-out') ?? null;
  if (key === null && to === null) return null;
  if (key === null)
    throw new Fault(
      'BAD_USAGE',
      '--sign-with is missing: give the gate key that signs what --verdict-out writes.',
    );
  if (to === null)
    throw new Fault(
      'BAD_USAGE',
      '--verdict-out is missing: give the file for the verdict that --sign-with signs.',
    );
  return { with: key, to };
}
