import type { Verdict } from '../model/verdict.ts';
import { BATCH, childOrders, copyInStages, partOf } from './act-one.ts';
import type { Flow } from './flow.ts';
import { DOCUMENTS, makeKeys, writeManifests } from './ground.ts';
import type { Checked, Haunted } from './haunted.ts';
import { proveAll } from './prove-all.ts';
import { EIGHTH } from './servers.ts';
import { send, type Stage, startAllOld } from './stage.ts';

/** What the gates said while the same story was forced on, and what the market counted. */
export type ActTwo = {
  readonly deploy: Checked;
  readonly activate: Checked;
  readonly rollback: Checked;
  readonly forcedOn: Flow;
};

/** Act 2, with the gate: it blocks the copy, the activation and the rollback. The first two are forced on; the third is not. */
export async function playActTwo(stage: Stage, haunted: Haunted): Promise<ActTwo> {
  const { tell, open } = stage.timeline;
  open(2, 'With the gate');
  await startAllOld(stage);
  tell({ story_time: '26 Jul', what: 'All eight run the old file again.', count: '8 of 8 old' });
  await makeKeys(stage.folder, haunted);
  tell({ what: 'haunted keys new: for the builder and each server.', count: '9 keys', source: 'haunted' });
  const rlp = await writeManifests(stage, haunted);
  tell({
    what: 'The new manifest: rollback_would_corrupt_cluster.',
    count: String(rlp.rollback_would_corrupt_cluster),
    source: 'haunted',
  });
  const beforeCopy = await proveAll(stage, haunted, 'before-the-copy', null);
  const deploy = await haunted.check('deploy', {
    manifest: DOCUMENTS.rlp,
    current: DOCUMENTS.old,
    plan: DOCUMENTS.uninstall,
    evidence: beforeCopy,
  });
  tellVerdict(stage, deploy);
  for (const code of ['flag_reused', 'rollback_would_corrupt_cluster'] as const) {
    const finding = deploy.verdict.findings.find((one) => one.code === code && one.hostname === null);
    if (finding !== undefined) tell({ what: finding.sentence, source: 'haunted' });
  }
  tell({ what: 'Forced on, in our story. No gate is on record.', source: 'story' });

  await copyInStages(stage);
  const beforeActivation = await proveAll(stage, haunted, 'before-the-activation', null);
  const activate = await haunted.check('activate', {
    manifest: DOCUMENTS.rlp,
    current: DOCUMENTS.old,
    evidence: beforeActivation,
  });
  tellVerdict(stage, activate);
  stage.timeline.show(threadsJson(activate.verdict));
  tell({ what: 'Forced on again: the orders carry the flag.', source: 'story' });

  const forcedOn = await send(stage, BATCH, 'flagged');
  tell({
    story_time: '1 Aug 09:30',
    what: `${EIGHTH} runs away, as it did without the gate.`,
    count: childOrders(partOf(forcedOn, EIGHTH).child_orders),
    tone: 'bad',
  });
  const beforeRollback = await proveAll(stage, haunted, 'before-the-rollback', null);
  const rollback = await haunted.check('rollback', {
    to: DOCUMENTS.old,
    plan: DOCUMENTS.uninstall,
    current: DOCUMENTS.rlp,
    // The old version ran here and was proven before the first copy.
    history: DOCUMENTS.old,
    evidence: beforeRollback,
  });
  tellVerdict(stage, rollback);
  const { servers_wrong_now: wrongNow, servers_wrong_after: wrongAfter } = rollback.verdict.rollback ?? {};
  tell({
    what: `servers_wrong_now: ${wrongNow}, servers_wrong_after: ${wrongAfter}`,
    count: `${wrongNow} -> ${wrongAfter} of 8`,
    source: 'haunted',
    tone: 'bad',
  });
  tell({ what: 'The button is not pressed.', source: 'story', tone: 'good' });
  return { deploy, activate, rollback, forcedOn };
}

/** Tells the reader what a gate said, in its own words. */
export function tellVerdict(stage: Stage, { gate, exit, verdict }: Checked): void {
  stage.timeline.tell({
    what: `haunted check ${gate}: ${verdict.verdict}`,
    count: `exit ${exit}`,
    source: 'haunted',
    tone: exit === 0 ? 'good' : 'bad',
  });
}

/** The part of a verdict that the people who asked for this gate drew first, with their field names. */
function threadsJson(verdict: Verdict): string {
  const { invariant, pre_deploy_check, block_reason, should_also_revoke_deployer_creds, should_page_sre } =
    verdict;
  return JSON.stringify(
    {
      invariant,
      pre_deploy_check,
      verdict: verdict.verdict,
      block_reason,
      should_also_revoke_deployer_creds,
      should_page_sre,
    },
    null,
    2,
  );
}
