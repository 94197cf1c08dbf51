import { allOn, DISCOUNT, m40, m41, m42, reportOf, RISK, ROUNDING } from './billing.ts';
import { type Incident, incident } from './incident.ts';
import { askActivate, askDeploy } from './questions.ts';

const KNIGHT =
  'Knight Capital, 2012, with the flag set on hosts instead of in messages: RLP took over the flag that used to switch on Power Peg (SEC Release 34-70694, paragraph 13; incidents/knight-2012).';

/** The discount of 2026 under the name of the one of 2019, re-opened with a reason. */
export const REOPENING = {
  flag_ownership_table: [
    ROUNDING,
    RISK,
    {
      ...DISCOUNT,
      meaning: 'm:discount-of-2026',
      last_modified: '2026-03-02T00:00:00Z',
      where: [{ file: 'invoice/spring.go', line: 17, symbol: 'applySpringDiscount' }],
    },
  ],
  reopened_flags: [
    {
      flag: DISCOUNT.flag,
      reason: 'The shops know the switch by this name; the code of 2019 went with 1.4.0.',
      by: 'team-invoices',
    },
  ],
};

const BOTH = [ROUNDING.flag, RISK.flag];

export const FLAG_INCIDENTS: readonly Incident[] = [
  incident(
    {
      name: 'reused-flag',
      title: 'One flag name, two functions',
      happens:
        'Version 1.5.0 keeps the flag name `invoice.rounding` and puts another function behind it: in 1.4.0 it rounds half to even, in 1.5.0 it skips rounding for wholesale invoices. Owner, type and binding are unchanged, so nothing looks different from outside.',
      says: 'BLOCK_DEPLOY with `flag_reused`, before the first copy.',
      why: 'A name whose meaning differs between the new manifest and any earlier one is one switch for two functions. While the two versions run side by side, or after going back, the same setting does another thing on another server.',
      reminds: KNIGHT,
      instead: 'The row keeps its meaning from manifest to manifest.',
    },
    (isWrong) => {
      const current = m41();
      const row = isWrong ? { ...ROUNDING, meaning: 'm:skip-wholesale-rounding' } : ROUNDING;
      return askDeploy(m42(current, { flag_ownership_table: [row, RISK] }), current, allOn(current));
    },
  ),
  incident(
    {
      name: 'resurrected-flag',
      title: 'A removed flag comes back',
      happens:
        'The discount of 2019 was still in version 1.3.0 (`legacy.discount`) and was removed with 1.4.0. Version 1.5.0 brings the name back with the same meaning, for instance by a merge of an old branch.',
      says: 'BLOCK_DEPLOY with `flag_resurrected`.',
      why: 'Whoever still sets a flag that was removed was told by its removal that nothing would happen. A tombstone stays a tombstone; a new life needs a new name.',
      reminds: null,
      instead: 'The table of 1.5.0 does not hold the flag.',
    },
    (isWrong) => {
      const older = m40({ flag_ownership_table: [ROUNDING, RISK, DISCOUNT] });
      const current = m41({}, older);
      const next = m42(current, {
        flag_ownership_table: isWrong ? [ROUNDING, RISK, DISCOUNT] : [ROUNDING, RISK],
      });
      return askDeploy(next, current, allOn(current), [older]);
    },
  ),
  incident(
    {
      name: 'reopened-while-running',
      title: 'A name re-opened on purpose while its old code may still run',
      happens:
        'The discount of 2019 (`legacy.discount`) sleeps in version 1.4.0, which runs everywhere: nothing sets it, but its code is there. Version 1.5.0 takes the name for the discount of 2026 and re-opens it in the signed manifest, with a reason and a new meaning.',
      says: 'BLOCK_DEPLOY with `flag_reused`: re-opening does not help while the old code may run.',
      why: 'During the rollout, on a server that the copy misses, and after any rollback, the switch for the new function wakes the old one. A signature does not make that safe; only the removal of the old code does.',
      reminds: KNIGHT,
      instead: 'Version 1.4.0 has retired the flag: the old code is gone from everything that may run.',
    },
    (isWrong) => {
      const older = m40({ flag_ownership_table: [ROUNDING, RISK, DISCOUNT] });
      const state = isWrong ? ('dormant' as const) : ('retired' as const);
      const current = m41({ flag_ownership_table: [ROUNDING, RISK, { ...DISCOUNT, state }] }, older);
      return askDeploy(m42(current, REOPENING), current, allOn(current), [older]);
    },
  ),
  incident(
    {
      name: 'flag-removed-too-early',
      title: 'A flag goes while a running binary still reads it',
      happens:
        'Version 1.4.0 runs everywhere and its table lists `legacy.discount` as live. Version 1.5.0 drops the flag in one step. During the rollout, and after any rollback, servers on 1.4.0 go on reading a switch that no manifest owns any more.',
      says: 'BLOCK_DEPLOY with `flag_removed_too_early`.',
      why: 'A flag goes in two releases: one in which nothing sets it (dormant), one in which its code goes.',
      reminds: null,
      instead: 'In 1.4.0 the flag is dormant already.',
    },
    (isWrong) => {
      const row = { ...DISCOUNT, state: isWrong ? ('live' as const) : ('dormant' as const) };
      const current = m41({ flag_ownership_table: [ROUNDING, RISK, row] });
      return askDeploy(m42(current), current, allOn(current));
    },
  ),
  incident(
    {
      name: 'type-changed',
      title: 'A flag changes its type',
      happens:
        'In 1.4.0 `invoice.rounding` is true or false. In 1.5.0 it is a text that names the way of rounding, under the same name and the same meaning, stated by hand.',
      says: 'BLOCK_DEPLOY with `flag_type_changed`.',
      why: 'The value that is set for one version is read by the other as something else: "true" is no way of rounding, and many parsers take any text for true.',
      reminds: null,
      instead: 'The type stays boolean.',
    },
    (isWrong) => {
      const current = m41();
      const row = isWrong ? { ...ROUNDING, type: 'string' as const } : ROUNDING;
      return askDeploy(m42(current, { flag_ownership_table: [row, RISK] }), current, allOn(current));
    },
  ),
  incident(
    {
      name: 'orphan',
      title: 'A switch that the running binary does not own',
      happens:
        'All three servers run 1.5.0. On billing-2 somebody set `BILLING_TAX_V2` in the environment for a version that never came; no table holds the flag `tax.v2`.',
      says: 'BLOCK_DEPLOY with `orphan_flag` on billing-2, naming the variable.',
      why: 'No live binary accepts a flag it cannot prove belongs to its own version. A name that the binary does not list may be read by code that nobody listed.',
      reminds: null,
      instead: 'The variable is not set.',
    },
    (isWrong) => {
      const current = m41();
      const next = m42(current);
      const good = reportOf('billing-2', next);
      const orphan = { flag: 'tax.v2', value: true, source: 'env:BILLING_TAX_V2' };
      const second = isWrong ? { ...good, bound_flags: [...good.bound_flags, orphan] } : good;
      return askActivate(next, current, [reportOf('billing-1', next), second, reportOf('billing-3', next)]);
    },
  ),
  incident(
    {
      name: 'dormant-but-bound',
      title: 'Something sets a flag whose code should be asleep',
      happens:
        'Version 1.5.0 still carries the discount of 2019, marked dormant: code there, nothing sets it. But the flag file of billing-3 sets it.',
      says: 'BLOCK_DEPLOY with `dormant_flag_bound` on billing-3, naming the code site and the file.',
      why: 'Dormant and bound counts as alive. Dead code is not an innocent bystander: delete it, or shackle the switch.',
      reminds:
        'Knight Capital, 2012: Power Peg had been out of use since 2003 and was still callable nine years later (SEC Release 34-70694, paragraph 14).',
      instead: 'The flag file does not set it.',
    },
    (isWrong) => {
      const current = m41({ flag_ownership_table: [ROUNDING, RISK, { ...DISCOUNT, state: 'dormant' }] });
      const next = m42(current, {
        flag_ownership_table: [ROUNDING, RISK, { ...DISCOUNT, state: 'dormant' }],
      });
      const good = reportOf('billing-3', next);
      const bound = { flag: DISCOUNT.flag, value: true, source: 'file:/etc/billing/flags.json' };
      const third = isWrong ? { ...good, bound_flags: [...good.bound_flags, bound] } : good;
      return askActivate(next, current, [reportOf('billing-1', next), reportOf('billing-2', next), third]);
    },
  ),
  incident(
    {
      name: 'shackled-but-bound',
      title: 'Something sets a flag that was shackled',
      happens:
        'Version 1.5.0 still carries the discount of 2019, shackled: nobody may wake it. The flag file of billing-3 sets it. The policy of this team only warns of dormant flags that are bound.',
      says: 'BLOCK_DEPLOY with `dormant_flag_bound` on billing-3.',
      why: 'A shackle is somebody’s word that nothing may bind the switch; no policy softens that.',
      reminds: null,
      instead: 'The flag file does not set it.',
    },
    (isWrong) => {
      const shackled = {
        flag_ownership_table: [ROUNDING, RISK, { ...DISCOUNT, state: 'shackled' as const }],
      };
      const current = m41(shackled);
      const next = m42(current, shackled);
      const good = reportOf('billing-3', next);
      const bound = { flag: DISCOUNT.flag, value: true, source: 'file:/etc/billing/flags.json' };
      const third = isWrong ? { ...good, bound_flags: [...good.bound_flags, bound] } : good;
      const reports = [reportOf('billing-1', next), reportOf('billing-2', next), third];
      return askActivate(next, current, reports, {
        policy: 'policy.json',
        documents: { 'policy.json': { schema: 'haunted.policy/v1', on_dormant_bound: 'warn' } },
      });
    },
  ),
  incident(
    {
      name: 'undeclared-flag-bound',
      title: 'A switch that nobody in force speaks for, on a server left behind',
      happens:
        'billing-3 was missed by two deployments and still runs 1.3.0. Its flag file sets `legacy.discount`. The binary there owns the switch, but neither the manifest in force nor the new one knows the name.',
      says: 'BLOCK_DEPLOY with `undeclared_flag_bound`, beside `binary_mismatch`, `split_vector` and `flag_removed_too_early` (1.3.0 still reads the flag, and 1.5.0 does not know it).',
      why: 'The binary knows what it would do with the switch; nobody in force has said what it was set for. Name and value alone are no intention.',
      reminds: null,
      instead: 'billing-3 was updated and its file cleaned.',
    },
    (isWrong) => {
      const older = m40({ flag_ownership_table: [ROUNDING, RISK, DISCOUNT] });
      const current = m41({}, older);
      const next = m42(current);
      const left = reportOf('billing-3', older);
      const bound = { flag: DISCOUNT.flag, value: true, source: 'file:/etc/billing/flags.json' };
      const third = isWrong
        ? { ...left, bound_flags: [...left.bound_flags, bound] }
        : reportOf('billing-3', next);
      return askActivate(next, current, [reportOf('billing-1', next), reportOf('billing-2', next), third], {
        history: ['manifests/40.json', 'manifests/41.json'],
        documents: { 'manifests/40.json': older },
      });
    },
  ),
  ...(['owner', 'verification'] as const).map((missing) =>
    incident(
      {
        name: missing === 'owner' ? 'owner-unknown' : 'unverified',
        title: missing === 'owner' ? 'A bound flag that nobody owns' : 'A bound flag that nobody checked',
        happens:
          missing === 'owner'
            ? 'The team that owned `invoice.rounding` was dissolved, and the table of 1.5.0 says so: the owner is "unknown". All servers run 1.5.0 and the flag is set on all of them.'
            : 'The row of `invoice.rounding` was copied from an older table and nobody looked at the code again: `not_verified`. All servers run 1.5.0 and the flag is set on all of them.',
        says: `BLOCK_DEPLOY with \`${missing === 'owner' ? 'flag_owner_unknown' : 'flag_unverified'}\`, for the manifest and for every server that the switch reaches.`,
        why:
          missing === 'owner'
            ? 'At three in the morning somebody must be able to say what the switch does and whether it may be turned off.'
            : 'A table that was not checked against the code is a tombstone with better formatting.',
        reminds: null,
        instead: missing === 'owner' ? 'The flag has an owner.' : 'The row is verified.',
      },
      (isWrong) => {
        const worse = missing === 'owner' ? { owner: 'unknown' } : { verification: 'not_verified' as const };
        const row = isWrong ? { ...ROUNDING, ...worse } : ROUNDING;
        const current = m41();
        const next = m42(current, { flag_ownership_table: [row, RISK], bound_flags: BOTH });
        return askActivate(next, current, allOn(next));
      },
    ),
  ),
];
