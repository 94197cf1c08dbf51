import type { Manifest } from '../../src/model/manifest.ts';
import type { RollbackPlan } from '../../src/model/plan.ts';
import { NOW } from './billing.ts';
import type { IncidentCase } from './case.ts';
import type { Story } from './incident.ts';

type Asked = Pick<IncidentCase, 'gate'> & Partial<IncidentCase>;

/** A story of one question; the documents name themselves. `evidence` is written one report to a line. */
function asked(given: Asked, evidence: readonly unknown[], documents: Story['documents']): Story {
  const files = given.history ?? [];
  const one: IncidentCase = {
    moment: 'when the gate is asked',
    now: NOW,
    history: files,
    evidence: 'reports.ndjson',
    accept_unsigned: true,
    expected: 'expected.json',
    ...given,
  };
  return { documents: { ...documents, [one.evidence]: evidence }, cases: [one] };
}

/** `check deploy` of 42 over 41. */
export function askDeploy(
  next: Manifest,
  current: Manifest,
  evidence: readonly unknown[],
  older: readonly Manifest[] = [],
): Story {
  const history = Object.fromEntries(older.map((each) => [`manifests/${each.generation}.json`, each]));
  return asked(
    {
      gate: 'deploy',
      moment: 'before the first copy',
      manifest: `manifests/${next.generation}.json`,
      current: `manifests/${current.generation}.json`,
      history: Object.keys(history),
    },
    evidence,
    {
      ...history,
      [`manifests/${current.generation}.json`]: current,
      [`manifests/${next.generation}.json`]: next,
    },
  );
}

/** `check activate` of 42, with 41 in the history. */
export function askActivate(
  next: unknown,
  previous: Manifest,
  evidence: readonly unknown[],
  more: Partial<IncidentCase> & { readonly documents?: Story['documents'] } = {},
): Story {
  const { documents = {}, ...given } = more;
  return asked(
    {
      gate: 'activate',
      moment: 'all copied, before flags and traffic',
      manifest: 'manifests/42.json',
      history: [`manifests/${previous.generation}.json`],
      ...given,
    },
    evidence,
    { [`manifests/${previous.generation}.json`]: previous, 'manifests/42.json': next, ...documents },
  );
}

/** `check rollback` from 42 to 41, by a plan when there is one; 41 is in the history unless `given` says otherwise. */
export function askRollback(
  left: Manifest,
  target: Manifest,
  evidence: readonly unknown[],
  plan: RollbackPlan | null = null,
  given: Partial<IncidentCase> & { readonly documents?: Story['documents'] } = {},
): Story {
  const { documents = {}, ...more } = given;
  const file = `manifests/${target.generation}.json`;
  return asked(
    {
      gate: 'rollback',
      moment: 'before the button',
      current: 'manifests/42.json',
      history: [file],
      ...(plan === null ? { to: file } : { plan: 'plan.json' }),
      ...more,
    },
    evidence,
    {
      [file]: target,
      'manifests/42.json': left,
      ...(plan === null ? {} : { 'plan.json': plan }),
      ...documents,
    },
  );
}

export const CHALLENGE = { event_id: 'deploy-42', nonce: '5f2d9c0a7be14e6f' };

/** `check proof` of one manifest after an event. */
export function askProof(
  proven: Manifest,
  before: Manifest,
  evidence: readonly unknown[],
  given: Partial<IncidentCase> = {},
): Story {
  return asked(
    {
      gate: 'proof',
      moment: 'after the event',
      manifest: `manifests/${proven.generation}.json`,
      current: `manifests/${before.generation}.json`,
      history: [],
      evidence: 'proofs.ndjson',
      ...CHALLENGE,
      ...given,
    },
    evidence,
    { [`manifests/${before.generation}.json`]: before, [`manifests/${proven.generation}.json`]: proven },
  );
}
