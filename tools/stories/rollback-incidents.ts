import { allOn, m40, m41, m42, planTo, reportOf, RISK, ROUNDING } from './billing.ts';
import { type Incident, incident } from './incident.ts';
import { askProof, askRollback, CHALLENGE } from './questions.ts';

const target = m41();
const left = m42(target);
const good = allOn(left);

export const ROLLBACK_INCIDENTS: readonly Incident[] = [
  incident(
    {
      name: 'rollback-to-a-tag',
      title: 'Back to "stable", whatever that is today',
      happens:
        'The plan rolls back to the tag `billing:stable`. The manifest of 1.4.0 is what the team thinks it means.',
      says: 'BLOCK_ROLLBACK with `mutable_reference`; and as nobody can say what any server would run, all of them count as wrong after it.',
      why: 'A tag may have moved since it was good. What runs after the button must be named by its digest before it.',
      reminds:
        'Wikimedia Phabricator, 4 February 2016: automation pinned the servers to an old tag again, twice (wikimedia_phab_2016, https://wikitech.wikimedia.org/wiki/Incident_documentation/20160204-Phabricator).',
      instead: 'The plan names the manifest by its digest.',
    },
    (isWrong) =>
      askRollback(
        left,
        target,
        good,
        isWrong
          ? planTo(target, { mechanism: 'mutable_reference', target_ref: 'billing:stable' })
          : planTo(target),
      ),
  ),
  incident(
    {
      name: 'rollback-from-a-node',
      title: 'Make them all like that one',
      happens:
        'billing-3 was missed by the deployment and still runs 1.4.0. The plan is to copy binary and config from there to the other two.',
      says: 'BLOCK_ROLLBACK with `rollback_from_node`, although this time the result would be 1.4.0 everywhere.',
      why: 'A server is never the source of truth: it is right by luck. What it holds beside the two digests is copied too, and the next time it is the wrong server.',
      reminds:
        'Google Cloud, 5 April 2017: all load balancers went back to the last state as one blind replica saw it (google_17007_2017, https://status.cloud.google.com/incident/compute/17007).',
      instead: 'The plan goes back to the manifest of 1.4.0.',
    },
    (isWrong) => {
      const reports = [...good.slice(0, 2), reportOf('billing-3', target)];
      const plan = isWrong
        ? planTo(target, { mechanism: 'copy_from_node', source_node: 'billing-3' })
        : planTo(target);
      return askRollback(left, target, reports, plan);
    },
  ),
  incident(
    {
      name: 'rollback-target-never-proven',
      title: 'Back to something that never ran here',
      happens:
        'The operator names the manifest of 1.4.0 as the way back. It was made, and then skipped: this cluster never proved it.',
      says: 'BLOCK_ROLLBACK with `rollback_target_unproven`.',
      why: 'A rollback to what never ran is a deployment under pressure, without its checks.',
      reminds:
        'Microsoft Azure, 29 February 2012: the way back joined an older host agent to a newer network plugin, a pair that had never run together, and went to every server at once (azure_leapday_2012, https://azure.microsoft.com/en-us/blog/summary-of-windows-azure-service-disruption-on-feb-29th-2012/).',
      instead: 'The manifest is in the history.',
    },
    (isWrong) => askRollback(left, target, good, null, { history: isWrong ? [] : ['manifests/41.json'] }),
  ),
  incident(
    {
      name: 'rollback-target-unknown',
      title: 'Back to a digest that nobody has',
      happens: 'The plan names its target by digest, but no manifest with that digest is at hand.',
      says: 'BLOCK_ROLLBACK with `rollback_target_unknown`, for the plan and for every server.',
      why: 'Without the manifest nobody can say what would run and whose the switches would be.',
      reminds: null,
      instead: 'The manifest is in the history.',
    },
    (isWrong) => {
      const story = askRollback(left, target, good, planTo(target), {
        history: isWrong ? ['manifests/40.json'] : ['manifests/41.json'],
      });
      const { 'manifests/41.json': named, ...others } = story.documents;
      return {
        ...story,
        documents: isWrong
          ? { ...others, 'manifests/40.json': m40() }
          : { ...others, 'manifests/41.json': named },
      };
    },
  ),
  incident(
    {
      name: 'rollback-target-too-old',
      title: 'Last known good, a hundred days ago',
      happens: 'The only manifest in the history is of 1.3.0, made 98 days before. The policy allows 90.',
      says: 'BLOCK_ROLLBACK with `rollback_target_too_old`.',
      why: 'What was good then met other data, other neighbours and other certificates.',
      reminds:
        'Google Cloud, 5 April 2017: the state gone back to was long out of date; an age limit was among the remedies (google_17007_2017, https://status.cloud.google.com/incident/compute/17007).',
      instead: 'The policy of this cluster allows 120 days.',
    },
    (isWrong) => {
      const old = m40();
      const from = m42(old);
      return askRollback(from, old, allOn(from), null, {
        policy: 'policy.json',
        documents: {
          'policy.json': { schema: 'haunted.policy/v1', max_target_age_days: isWrong ? 90 : 120 },
        },
      });
    },
  ),
  incident(
    {
      name: 'sender-still-emits',
      title: 'The servers go back, and the sender does not',
      happens:
        'Version 1.5.0 brought the flag `instant.refund`, which checkout sends with its messages. The plan takes all servers back to 1.4.0, whose binary does not know the flag; checkout goes on sending it.',
      says: 'BLOCK_ROLLBACK with `sender_still_emits`, `orphan_flag` on every server after the rollback, and `rollback_would_corrupt_cluster` (0 wrong now, 3 after).',
      why: 'Flags in messages are on the clock of their senders. The sender must stop first, and the plan must say so in withdraw_flags.',
      reminds:
        'Knight Capital, 2012: the flag rode on the orders, and the orders went on (SEC Release 34-70694, paragraphs 16 and 27). Slack, 30 September 2021, with caches instead of senders (slack_dnssec_2021, https://slack.engineering/what-happened-during-slacks-dnssec-rollout/).',
      instead: 'The plan withdraws the flag first.',
    },
    (isWrong) => {
      const refund = {
        ...RISK,
        flag: 'instant.refund',
        owner: 'team-refunds',
        last_modified: '2026-02-20T00:00:00Z',
        meaning: 'm:instant-refund',
        where: [{ file: 'refund/instant.go', line: 30, symbol: 'refundNow' }],
      };
      const from = m42(target, {
        flag_ownership_table: [ROUNDING, RISK, refund],
        bound_flags: [ROUNDING.flag, RISK.flag, refund.flag],
      });
      const plan = planTo(target, { withdraw_flags: isWrong ? [] : [refund.flag] });
      return askRollback(from, target, allOn(from), plan);
    },
  ),
  incident(
    {
      name: 'state-unreadable',
      title: 'Rows that the older code cannot read',
      happens:
        'Version 1.5.0 writes invoices in a new form. They stay in the database when the code goes back, and 1.4.0 reads the old form alone.',
      says: 'BLOCK_ROLLBACK with `state_unreadable`: all three servers would be wrong after it.',
      why: 'A rollback takes back code and config. Rows, caches, keys and snapshots are on clocks of their own.',
      reminds:
        'CircleCI, 8 November 2021: rows written between a deployment and its revert could not be read by the code of before (circleci_2021, https://discuss.circleci.com/t/incident-report-november-8-2021-jobs-stuck-in-a-not-running-state/41890).',
      instead: 'Version 1.4.0 reads both forms.',
    },
    (isWrong) => {
      const invoices = { state: 'invoices', lives_in: 'rows' as const };
      const reads = isWrong ? ['form 1'] : ['form 1', 'form 2'];
      const to = m41({ state: [{ ...invoices, reads, writes: 'form 1' }] });
      const from = m42(to, { state: [{ ...invoices, reads: ['form 1', 'form 2'], writes: 'form 2' }] });
      return askRollback(from, to, allOn(from, { holds: [{ state: 'invoices', version: 'form 2' }] }));
    },
  ),
  incident(
    {
      name: 'withdrawn-and-remembered',
      title: 'Withdrawn at its sender, and remembered by others',
      happens:
        'Version 1.5.0 sends the flag `price.token` to browsers, which keep it for a day. An hour ago the senders were stopped. Version 1.4.0 does not know the flag.',
      says: 'BLOCK_ROLLBACK with `orphan_flag` and `sender_still_emits`: what was sent goes on being used for up to a day.',
      why: 'A sender that has stopped is not a flag that has stopped arriving. Whoever keeps what was sent has a clock of their own.',
      reminds:
        'Slack, 30 September 2021: resolvers kept a DS record for a day after it was withdrawn, and signing was taken back before that (slack_dnssec_2021, https://slack.engineering/what-happened-during-slacks-dnssec-rollout/).',
      instead: 'The senders were stopped a day and a minute ago.',
    },
    (isWrong) => {
      const token = {
        ...RISK,
        flag: 'price.token',
        meaning: 'm:price-token',
        senders: ['browsers'],
        outlives_s: 86_400,
      };
      const from = m42(target, {
        flag_ownership_table: [ROUNDING, RISK, token],
        bound_flags: [ROUNDING.flag, RISK.flag, token.flag],
      });
      const withdrawn_since = isWrong ? '2026-03-10T08:00:00Z' : '2026-03-09T08:59:00Z';
      const plan = planTo(target, { withdraw_flags: [token.flag], withdrawn_since });
      return askRollback(from, target, allOn(from, { received_flags: [] }), plan);
    },
  ),
  incident(
    {
      name: 'quarantine-after-rollback',
      title: 'The rollback that did not arrive everywhere',
      happens:
        'The cluster went back from 1.5.0 to 1.4.0. Every server is asked with a fresh nonce; billing-3 proves that it still runs 1.5.0.',
      says: 'QUARANTINE with `not_proven` (2 of 3), `binary_mismatch` and `split_vector`.',
      why: 'After a rollback every server must prove that it matches, or the rollback itself is suspect. The cluster stays in quarantine until someone shows the body.',
      reminds:
        'Wikimedia, 14 August 2015: a revert by hand ran on every server and left each with a cut-off file (wikimedia_hhvm_2015, https://wikitech.wikimedia.org/wiki/Incident_documentation/20150814-MediaWiki).',
      instead: 'billing-3 proves 1.4.0.',
    },
    (isWrong) => {
      const challenge = { ...CHALLENGE, event_id: 'rollback-42' };
      const proofs = allOn(target, { challenge });
      const still = reportOf('billing-3', left, { challenge });
      return askProof(target, left, isWrong ? [...proofs.slice(0, 2), still] : proofs, challenge);
    },
  ),
];
