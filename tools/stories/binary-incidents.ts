import { binaryOf, configOf, m41, m42, reportOf } from './billing.ts';
import { type Incident, incident } from './incident.ts';
import { askActivate } from './questions.ts';

const current = m41();
const next = m42(current);
const first = reportOf('billing-1', next);
const second = reportOf('billing-2', next);
const third = reportOf('billing-3', next);

export const BINARY_INCIDENTS: readonly Incident[] = [
  incident(
    {
      name: 'stale-process',
      title: 'New on disk, old in memory',
      happens:
        'The files of 1.5.0 were copied to billing-2 and the service was not restarted: the file on disk is the new one, the process still runs 1.4.0 and takes live traffic.',
      says: 'BLOCK_DEPLOY with `stale_process` and `binary_mismatch` on billing-2, and `split_vector`.',
      why: 'Every tool that looks at files calls this server updated. What counts is what runs; and the next restart, whenever it comes, is a deployment nobody asked for.',
      reminds:
        'Wikimedia Tool Labs, 21 December 2016: a deploy script cut the API server’s file on disk short while the old process went on from memory; a rollback restarted it onto the empty file (wikimedia_k8s_2016, https://wikitech.wikimedia.org/wiki/Incident_documentation/20161221-ToollabsKubernetesAPI).',
      instead: 'The service was restarted.',
    },
    (isWrong) => {
      const stale = { binary_sha256: binaryOf('1.4.0'), binary_on_disk_sha256: binaryOf('1.5.0') };
      return askActivate(next, current, [first, isWrong ? { ...second, ...stale } : second, third]);
    },
  ),
  incident(
    {
      name: 'config-mismatch',
      title: 'The right binary with yesterday’s config',
      happens:
        'billing-3 runs 1.5.0 with the config of 1.4.0: the package was installed, the config push failed.',
      says: 'BLOCK_DEPLOY with `config_mismatch` on billing-3, and `split_vector`.',
      why: 'The version of a server is the pair of binary and config. One that is half new was tested by nobody.',
      reminds:
        'Stripe, 10 July 2019, the other way round: an older binary met a newer configuration (stripe_2019, https://stripe.com/rcas/2019-07-10).',
      instead: 'billing-3 has the config of 1.5.0.',
    },
    (isWrong) => {
      const config = { config_sha256: configOf(isWrong ? '1.4.0' : '1.5.0') };
      return askActivate(next, current, [first, second, { ...third, ...config }]);
    },
  ),
  incident(
    {
      name: 'stale-config',
      title: 'Told at run time, and never written down',
      happens:
        'billing-2 was given its settings while it ran. The file on disk is still that of 1.4.0, and a restart would load it.',
      says: 'BLOCK_DEPLOY with `stale_config` on billing-2.',
      why: 'The next restart, whenever it comes and whoever asks for it, is a change of config that nobody ordered.',
      reminds:
        'Twilio, 18 July 2013: a restarted Redis master read a file that differed from what it had been told, and every balance was gone (twilio_2013, https://www.twilio.com/blog/2013/07/billing-incident-post-mortem-breakdown-analysis-and-root-cause.html).',
      instead: 'The file on billing-2 is that of 1.5.0.',
    },
    (isWrong) => {
      const file = { config_on_disk_sha256: configOf(isWrong ? '1.4.0' : '1.5.0') };
      return askActivate(next, current, [first, { ...second, ...file }, third]);
    },
  ),
  incident(
    {
      name: 'unknown-binary',
      title: 'A binary that no manifest describes',
      happens:
        'Somebody built a hotfix on billing-2 and started it there. Its digest is in no manifest that anybody has.',
      says: 'BLOCK_DEPLOY with `unknown_binary` and `binary_mismatch` on billing-2; each switch that reaches it is an orphan there.',
      why: 'Nobody can say which switches that binary owns, so it can prove none of them.',
      reminds: null,
      instead: 'billing-2 runs 1.5.0.',
    },
    (isWrong) => {
      const hotfix = { binary_sha256: binaryOf('hotfix'), binary_on_disk_sha256: binaryOf('hotfix') };
      return askActivate(next, current, [first, isWrong ? { ...second, ...hotfix } : second, third]);
    },
  ),
  incident(
    {
      name: 'undeclared-split',
      title: 'Live traffic on two versions, and nobody signed for it',
      happens:
        'Two servers run 1.5.0, billing-3 still runs 1.4.0, and all three take live traffic. The manifest declares no split.',
      says: 'BLOCK_DEPLOY with `split_vector`, and `binary_mismatch` on billing-3.',
      why: 'No live traffic while the version vector is split. A rolling deployment must still be able to say which version owns which switch; incidents/declared-canary does.',
      reminds:
        'Microsoft Azure, 29 February 2012: seven clusters were caught in the middle of a rollout, with two combinations of versions in each (azure_leapday_2012, https://azure.microsoft.com/en-us/blog/summary-of-windows-azure-service-disruption-on-feb-29th-2012/).',
      instead: 'The manifest declares the pair of 1.4.0 beside its own.',
    },
    (isWrong) => {
      const declared = isWrong ? next : declaring();
      const [one, two] = ['billing-1', 'billing-2'].map((hostname) => reportOf(hostname, declared));
      return askActivate(declared, current, [one, two, reportOf('billing-3', current)]);
    },
  ),
];

/** 42 with the pair of 41 declared beside its own until the evening. */
export function declaring(): ReturnType<typeof m42> {
  return m42(current, {
    declared_split: {
      pairs: [{ binary_sha256: binaryOf('1.4.0'), config_sha256: configOf('1.4.0') }],
      reason: 'canary: 1.5.0 beside 1.4.0 for one day',
      until: '2026-03-10T18:00:00Z',
    },
  });
}
