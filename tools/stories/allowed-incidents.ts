import { allOn, DISCOUNT, m40, m41, m42, reportOf, RISK, ROUNDING } from './billing.ts';
import { declaring } from './binary-incidents.ts';
import { REOPENING } from './flag-incidents.ts';
import { type Incident, incident } from './incident.ts';
import { askActivate, askDeploy, askProof, askRollback, CHALLENGE } from './questions.ts';

const current = m41();
const next = m42(current);

export const ALLOWED_INCIDENTS: readonly Incident[] = [
  incident(
    {
      name: 'clean-deploy',
      title: 'A deployment with nothing wrong',
      happens:
        'All three servers prove 1.4.0. The manifest of 1.5.0 is of the next generation, keeps every flag and its meaning, and names 1.4.0 as its way back.',
      says: 'ALLOW_DEPLOY.',
      why: 'The ground is uniform, no flag is reused, removed or brought back, and a rollback from 1.5.0 would leave no server wrong.',
      reminds: null,
      instead: null,
    },
    () => askDeploy(next, current, allOn(current)),
  ),
  incident(
    {
      name: 'reopened-flag',
      title: 'A name taken again on purpose',
      happens:
        'The discount of 2019 (`legacy.discount`) was live in 1.3.0 and is retired in 1.4.0, which runs everywhere. Version 1.5.0 takes the name for the discount of 2026: its manifest re-opens it with a reason and the name of who answers for it, and gives it a new meaning.',
      says: 'ALLOW_DEPLOY.',
      why: 'The old code is gone from everything that may run: the servers, the current manifest and the way back. Somebody signed for using the name again, and the new meaning keeps the two lives apart.',
      reminds: null,
      instead: null,
    },
    () => {
      const older = m40({ flag_ownership_table: [ROUNDING, RISK, DISCOUNT] });
      const gone = { ...DISCOUNT, state: 'retired' as const };
      const before = m41({ flag_ownership_table: [ROUNDING, RISK, gone] }, older);
      return askDeploy(m42(before, REOPENING), before, allOn(before), [older]);
    },
  ),
  incident(
    {
      name: 'clean-activation',
      title: 'All copied, all proven',
      happens: 'All three servers run 1.5.0 with its config, and every switch that reaches them is theirs.',
      says: 'ALLOW_DEPLOY.',
      why: 'Every server of the inventory shows the manifest’s binary, config and switches, freshly.',
      reminds: null,
      instead: null,
    },
    () => askActivate(next, current, allOn(next)),
  ),
  incident(
    {
      name: 'declared-canary',
      title: 'A split that somebody signed for',
      happens:
        'billing-1 runs 1.5.0 as a canary, the other two run 1.4.0. The manifest declares the pair of 1.4.0 beside its own, with a reason and an end.',
      says: 'ALLOW_DEPLOY.',
      why: 'The version vector is split and the manifest says so. The flags of both versions have one meaning, so every switch is understood on every server.',
      reminds: null,
      instead: null,
    },
    () => {
      const declared = declaring();
      const others = ['billing-2', 'billing-3'].map((hostname) => reportOf(hostname, current));
      return askActivate(declared, current, [reportOf('billing-1', declared), ...others]);
    },
  ),
  incident(
    {
      name: 'clean-rollback',
      title: 'A rollback with nothing wrong',
      happens:
        'All three servers run 1.5.0. The plan takes binary and config back to 1.4.0, which this cluster proved two months ago.',
      says: 'ALLOW_ROLLBACK: no server wrong now, none after.',
      why: 'The target is named by digest, proven here and young enough, and after it every switch that reaches a server is that server’s own.',
      reminds: null,
      instead: null,
    },
    () => askRollback(next, current, allOn(next)),
  ),
  incident(
    {
      name: 'clean-proof',
      title: 'Every server has shown its body',
      happens: 'After the deployment of 1.5.0 all three servers answer this event and its nonce.',
      says: 'PROVEN.',
      why: 'Each proof was made after the event, by its own server, and matches the manifest.',
      reminds: null,
      instead: null,
    },
    () => askProof(next, current, allOn(next, { challenge: CHALLENGE })),
  ),
];
