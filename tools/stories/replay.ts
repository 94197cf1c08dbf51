import { decide } from '../../src/decide/decide.ts';
import type { Intent } from '../../src/model/intent.ts';
import { Keyring } from '../../src/model/keyring.ts';
import { RollbackPlan } from '../../src/model/plan.ts';
import { Policy } from '../../src/model/policy.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import type { Evidence, OpenedManifest } from '../../src/model/verified.ts';
import { readJson } from '../../src/seal/json.ts';
import { keyringIndex } from '../../src/seal/keyring.ts';
import { type Door, openManifest, openProof } from '../../src/seal/open.ts';
import { parseDocument } from '../../src/seal/parse-document.ts';
import type { IncidentCase } from './case.ts';

/** The bytes of a file of the incident's folder. */
type Read = (name: string) => Uint8Array;

/** Asks the gate of one case: every document goes through the real door, and the real judge answers. `folder` names files for people. */
export function replay(given: IncidentCase, folder: string, read: Read): Verdict {
  const policy =
    given.policy === undefined ? Policy.parse({}) : parseDocument(Policy, read(given.policy), given.policy);
  const now = Date.parse(given.now);
  const door: Door = {
    keyring:
      given.keyring === undefined
        ? null
        : keyringIndex(parseDocument(Keyring, read(given.keyring), given.keyring), given.keyring),
    acceptUnsigned: given.accept_unsigned,
    acceptTransport: policy.accept_transport,
    now,
  };
  const open = (name: string): OpenedManifest => openManifest(read(name), `${folder}/${name}`, door);
  const history = given.history.map(open);
  const evidence = { ...evidenceOf(read(given.evidence), `${folder}/${given.evidence}`, door), history };
  return decide(evidence, intentOf(given, read, open, history), policy, now);
}

function evidenceOf(bytes: Uint8Array, name: string, door: Door): Omit<Evidence, 'history'> {
  const lines = new TextDecoder().decode(bytes).trimEnd().split('\n');
  const opened = lines.map((line, place) => {
    const json = readJson(new TextEncoder().encode(line));
    if (!json.ok) throw new Error(`${name}:${place + 1} ${json.detail}`);
    const proof = openProof(json.value, `${name}:${place + 1}`, door);
    if (proof.kind === 'malformed') throw new Error(`${name}:${place + 1} ${proof.detail}`);
    return proof;
  });
  return {
    reports: opened.flatMap((entry) => (entry.kind === 'report' ? [entry.report] : [])),
    refused: opened.flatMap((entry) => (entry.kind === 'refused' ? [entry.refused] : [])),
    unreachable: opened.flatMap((entry) => (entry.kind === 'unreachable' ? [entry.unreachable] : [])),
  };
}

function intentOf(
  given: IncidentCase,
  read: Read,
  open: (name: string) => OpenedManifest,
  history: readonly OpenedManifest[],
): Intent {
  const maybe = (name: string | undefined): OpenedManifest | null => (name === undefined ? null : open(name));
  const needed = (name: string | undefined): OpenedManifest => {
    if (name === undefined) throw new Error(`a case of ${given.gate} lacks a manifest`);
    return open(name);
  };
  const plan = given.plan === undefined ? null : parseDocument(RollbackPlan, read(given.plan), given.plan);
  switch (given.gate) {
    case 'deploy':
      return { gate: 'deploy', manifest: needed(given.manifest), current: needed(given.current), plan };
    case 'activate':
      return { gate: 'activate', manifest: needed(given.manifest), current: maybe(given.current) };
    case 'rollback': {
      const named = plan?.target_manifest_sha256 ?? null;
      const found =
        history.find((entry) => entry.ok && entry.manifest.value.manifest_sha256 === named) ?? null;
      return { gate: 'rollback', target: maybe(given.to) ?? found, current: maybe(given.current), plan };
    }
    case 'proof':
      return {
        gate: 'proof',
        manifest: needed(given.manifest),
        current: maybe(given.current),
        plan,
        event_id: given.event_id ?? '',
        nonce: given.nonce ?? '',
      };
  }
}
