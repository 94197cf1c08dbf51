import { signManifest, signReport } from '../../src/seal/sign.ts';
import { allOn, at, binaryOf, m41, m42, reportOf, SERVERS } from './billing.ts';
import { type Incident, incident } from './incident.ts';
import { keyOf, keyringOf } from './keys.ts';
import { askActivate, askProof, CHALLENGE } from './questions.ts';

const current = m41();
const next = m42(current);
const [one, two] = SERVERS.slice(0, 2).map((hostname) => reportOf(hostname, next));
const third = reportOf('billing-3', next);

export const EVIDENCE_INCIDENTS: readonly Incident[] = [
  incident(
    {
      name: 'silent-node',
      title: 'A server that does not answer',
      happens:
        'Two of three servers report version 1.5.0. billing-3 was asked over ssh and did not answer in time.',
      says: 'HOLD with `node_silent` for billing-3, and the reason it was not heard.',
      why: 'Silence is a finding. Seven of eight is not eight of eight: the one nobody hears from is the one to know about. Hold means do nothing, and above all do not roll back.',
      reminds: null,
      instead: 'billing-3 answers like the others.',
    },
    (isWrong) => {
      const failure = {
        schema: 'haunted.collect-failure/v1',
        via: 'ssh',
        hostname: 'billing-3',
        attempted_at: at(-15),
        detail: 'ssh: no answer within 10 s',
      };
      return askActivate(next, current, [one, two, isWrong ? failure : third]);
    },
  ),
  incident(
    {
      name: 'stale-proof',
      title: 'A report one second too old',
      happens: 'The report of billing-3 is 301 seconds old; the policy allows 300.',
      says: 'HOLD with `proof_stale`.',
      why: 'What was true five minutes ago is not evidence of what runs now. Exactly 300 seconds would do.',
      reminds: null,
      instead: 'The report is exactly 300 seconds old.',
    },
    (isWrong) => askActivate(next, current, [one, two, { ...third, observed_at: at(isWrong ? -301 : -300) }]),
  ),
  incident(
    {
      name: 'replayed-proof',
      title: 'A proof that was made for something else',
      happens:
        'After the deployment every server is asked to prove itself with a fresh nonce. billing-2 answers with the proof it gave for the deployment before.',
      says: 'QUARANTINE with `proof_replayed` and `not_proven` (2 of 3).',
      why: 'Without the nonce of this event nobody knows when the proof was made, or by whom it was kept.',
      reminds: null,
      instead: 'billing-2 answers this event and its nonce.',
    },
    (isWrong) => {
      const proofs = allOn(next, { challenge: CHALLENGE });
      const old = { event_id: 'deploy-41', nonce: '0c3e7d11a9b24f58' };
      return askProof(
        next,
        current,
        proofs.map((proof) =>
          isWrong && proof.hostname === 'billing-2' ? { ...proof, challenge: old } : proof,
        ),
      );
    },
  ),
  incident(
    {
      name: 'unsigned-proof',
      title: 'One report that nobody signed',
      happens:
        'The manifests and the reports are signed, and nothing unsigned is accepted. billing-2 sends a bare report.',
      says: 'HOLD with `proof_unsigned` for billing-2.',
      why: 'Anybody can write a bare report in the name of billing-2. It is not taken for the server, and the server is missing.',
      reminds: null,
      instead: 'billing-2 signs its report with its own key.',
    },
    (isWrong) => {
      const builder = keyOf('builder', 'build-farm', null);
      const keys = SERVERS.map((hostname) => keyOf('node', hostname, hostname));
      const lines = keys.map((key) => {
        const report = reportOf(key.name, next);
        return isWrong && key.name === 'billing-2' ? JSON.stringify(report) : signReport(report, key).trim();
      });
      const story = askActivate(signManifest(next, '42', builder), current, [], {
        keyring: 'keyring.json',
        accept_unsigned: false,
        documents: {
          'manifests/41.json': signManifest(current, '41', builder),
          'keyring.json': keyringOf(builder, ...keys),
        },
      });
      return { ...story, documents: { ...story.documents, 'reports.ndjson': `${lines.join('\n')}\n` } };
    },
  ),
  incident(
    {
      name: 'self-report',
      title: 'A service that vouches for itself',
      happens:
        'billing-3 has no prover; the service there answers with the digest it believes it has (`self_report`).',
      says: 'HOLD with `proof_invalid`.',
      why: 'A process that was never restarted may well read its version from the new file on disk. The digest must come from what runs.',
      reminds: null,
      instead: 'The digest is taken from the running process.',
    },
    (isWrong) =>
      askActivate(next, current, [one, two, { ...third, method: isWrong ? 'self_report' : 'proc_exe' }]),
  ),
  incident(
    {
      name: 'equivocation',
      title: 'One server, one instant, two binaries',
      happens:
        'Two reports in the name of billing-2 carry the very same time. One says version 1.5.0, the other 1.4.0: two machines share a name, or one lies.',
      says: 'BLOCK_DEPLOY: `equivocation` alone would hold, and the 1.4.0 that takes live traffic blocks (`binary_mismatch`, `split_vector`).',
      why: 'Nobody can say which of the two is billing-2, so both count. Picking the one that fits would be picking the answer.',
      reminds: null,
      instead: 'Both reports say 1.5.0.',
    },
    (isWrong) =>
      askActivate(next, current, [
        one,
        two,
        {
          ...reportOf('billing-2', isWrong ? current : next),
          sequence: 8,
          boot_id: 'boot-of-another-machine',
        },
        third,
      ]),
  ),
  incident(
    {
      name: 'clock-skew',
      title: 'A report from the future',
      happens:
        'The clock of billing-3 is two minutes ahead; its report is dated after the question was asked.',
      says: 'HOLD with `clock_skew`.',
      why: 'A time in the future cannot be fresh or stale. It also hides later reports, which would look older.',
      reminds: null,
      instead: 'The clock is ahead by 30 seconds, which the policy allows.',
    },
    (isWrong) => askActivate(next, current, [one, two, { ...third, observed_at: at(isWrong ? 120 : 30) }]),
  ),
  incident(
    {
      name: 'unlisted-node',
      title: 'A server that is in no inventory',
      happens:
        'All three servers of the inventory run version 1.5.0. billing-9, a machine started by hand for a load test, takes live traffic of the same cluster with an older version.',
      says: 'BLOCK_DEPLOY with `node_unlisted`.',
      why: 'What is in no inventory is asked by nobody and updated by nobody, and still does the work. It belongs out of the cluster or into the manifest.',
      reminds: null,
      instead: 'billing-9 says nothing, because it is gone.',
    },
    (isWrong) => {
      const stranger = reportOf('billing-9', current, { binary_sha256: binaryOf('1.4.0') });
      return askActivate(next, current, isWrong ? [one, two, third, stranger] : [one, two, third]);
    },
  ),
];
