import { signManifest } from '../../src/seal/sign.ts';
import { allOn, binaryOf, m41, m42, reportOf, SERVERS } from './billing.ts';
import { type Incident, incident } from './incident.ts';
import { keyOf, keyringOf } from './keys.ts';
import { askActivate, askDeploy } from './questions.ts';

const current = m41();
const next = m42(current);

export const MANIFEST_INCIDENTS: readonly Incident[] = [
  incident(
    {
      name: 'superseded-manifest',
      title: 'A stale plan that would overwrite a newer one',
      happens:
        'A deployment of generation 42 was prepared, delayed, and is started now. In the meantime generation 43 was made.',
      says: 'BLOCK_DEPLOY with `manifest_superseded`, naming generation 43.',
      why: 'A plan that was made before the newest one knows nothing of it. Whoever is late must make the plan again on top of what is in force.',
      reminds:
        'AWS, 19 October 2025: a delayed worker applied its old plan over a newer one, and a clean-up then deleted it (aws_dynamodb_2025, https://aws.amazon.com/message/101925/).',
      instead: 'There is no generation 43.',
    },
    (isWrong) => {
      const newer = m42(current, {
        deployment_id: 'billing-1.5.1',
        generation: 43,
        created_at: '2026-03-09T18:00:00Z',
      });
      return askDeploy(next, current, allOn(current), isWrong ? [newer] : []);
    },
  ),
  incident(
    {
      name: 'parts-do-not-fit',
      title: 'A package of parts that were made for different versions',
      happens:
        'The manifest joins the service of 1.5.0 to an invoice plugin that was written for the next release and calls an interface which this one does not have.',
      says: 'BLOCK_DEPLOY with `parts_do_not_fit`, naming the plugin and what it needs.',
      why: 'Every server would prove that it matches the manifest, and on every server the parts would not understand each other.',
      reminds:
        'Microsoft Azure, 29 February 2012: a rollback package joined the older host agent to the plugin of the newer one, and all networks were gone (azure_leapday_2012, https://azure.microsoft.com/en-us/blog/summary-of-windows-azure-service-disruption-on-feb-29th-2012/).',
      instead: 'The plugin is the one that was made for 1.5.0.',
    },
    (isWrong) => {
      const artifacts = [
        { name: 'billing', kind: 'executable' as const, sha256: binaryOf('1.5.0'), provides: ['invoice/2'] },
        {
          name: 'invoice-plugin',
          kind: 'tree' as const,
          sha256: binaryOf('plugin'),
          needs: [isWrong ? 'invoice/3' : 'invoice/2'],
        },
      ];
      return askDeploy(m42(current, { artifacts }), current, allOn(current));
    },
  ),
  incident(
    {
      name: 'manifest-expired',
      title: 'A manifest that is no longer in force',
      happens: 'The manifest of 1.5.0 was signed for one night. The activation comes the morning after.',
      says: 'BLOCK_DEPLOY with `manifest_expired`.',
      why: 'Whoever signed for a night did not sign for the day after.',
      reminds: null,
      instead: 'The manifest ends one second after the question.',
    },
    (isWrong) => {
      const brief = m42(current, { expires_at: isWrong ? '2026-03-10T06:00:00Z' : '2026-03-10T09:00:01Z' });
      return askActivate(brief, current, allOn(brief));
    },
  ),
  incident(
    {
      name: 'manifest-untrusted',
      title: 'A manifest signed by somebody else',
      happens:
        'The manifest is signed, but by a key that the keyring does not know: a build machine that was set up last week, or somebody who would like to be one.',
      says: 'BLOCK_DEPLOY with `manifest_untrusted`; nothing else can be judged.',
      why: 'Expected state is only ever read from a manifest that its builder signed. Accepting unsigned reports does not make a wrong signature right.',
      reminds: null,
      instead: 'The builder of the keyring signed it.',
    },
    (isWrong) => {
      const builder = keyOf('builder', 'build-farm', null);
      const signer = isWrong ? keyOf('builder', 'another-build-farm', null) : builder;
      return askActivate(signManifest(next, '42', signer), current, allOn(next), {
        keyring: 'keyring.json',
        documents: { 'keyring.json': keyringOf(builder) },
      });
    },
  ),
  incident(
    {
      name: 'edited-manifest',
      title: 'A manifest that was edited after it was made',
      happens:
        'billing-3 does not come up, so somebody deletes it from the inventory with an editor. The manifest_sha256 is still that of the full inventory.',
      says: 'BLOCK_DEPLOY with `manifest_invalid`.',
      why: 'The digest is the name of the document. With another content it is another document, and this one nobody made.',
      reminds: null,
      instead: 'The manifest was made again, with all its servers, and all answer.',
    },
    (isWrong) => {
      const fewer = SERVERS.slice(0, 2);
      const edited = isWrong ? { ...next, cluster_inventory: fewer } : next;
      const reports = (isWrong ? fewer : SERVERS).map((hostname) => reportOf(hostname, next));
      return askActivate(edited, current, reports);
    },
  ),
];
