import type { CommandRow } from './command.ts';

/** Every verb of `haunted`, in the order `--help` lists them. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'keys new',
    summary: 'make a key for one role',
    load: async () => (await import('./commands/keys-new.ts')).keysNew,
  },
  {
    name: 'keys show',
    summary: 'what is in key files and keyrings, without the secrets',
    load: async () => (await import('./commands/keys-show.ts')).keysShow,
  },
  {
    name: 'manifest create',
    summary: 'make the manifest of a deployment: digests, meanings of flags, and the simulated way back',
    load: async () => (await import('./commands/manifest-create.ts')).manifestCreate,
  },
  {
    name: 'manifest check',
    summary: 'what is wrong with one manifest by its own words',
    load: async () => (await import('./commands/manifest-check.ts')).manifestCheck,
  },
  {
    name: 'manifest diff',
    summary: 'what a new manifest changes, and which binary would read a switch that is not its own',
    load: async () => (await import('./commands/manifest-diff.ts')).manifestDiff,
  },
  {
    name: 'manifest show',
    summary: 'a readable page of one manifest, with its flag ownership table',
    load: async () => (await import('./commands/manifest-show.ts')).manifestShow,
  },
  {
    name: 'manifest sign',
    summary: 'sign a manifest with a builder key',
    load: async () => (await import('./commands/manifest-sign.ts')).manifestSign,
  },
  {
    name: 'manifest verify',
    summary: 'whether a signed manifest would be let in, and if not, why',
    load: async () => (await import('./commands/manifest-verify.ts')).manifestVerify,
  },
  {
    name: 'manifest release',
    summary: 'let a manifest that was rolled back from be deployed again',
    load: async () => (await import('./commands/manifest-release.ts')).manifestRelease,
  },
  {
    name: 'prove',
    summary: 'what this server runs, hashed from the kernel: a report, or a signed proof',
    load: async () => (await import('./commands/prove.ts')).prove,
  },
  {
    name: 'collect',
    summary: 'reports from many servers, one line each, over ssh or from files',
    load: async () => (await import('./commands/collect.ts')).collect,
  },
  {
    name: 'check deploy',
    summary: 'before the first copy: is the ground uniform, the manifest sound, and is there a way back?',
    load: async () => (await import('./commands/check-deploy.ts')).checkDeploy,
  },
  {
    name: 'check activate',
    summary: 'all copied, before flags and traffic: does every server prove the new manifest?',
    load: async () => (await import('./commands/check-activate.ts')).checkActivate,
  },
  {
    name: 'check rollback',
    summary: 'before the button: would the cluster be right after it?',
    load: async () => (await import('./commands/check-rollback.ts')).checkRollback,
  },
  {
    name: 'check proof',
    summary: 'after any event: has every server shown its body?',
    load: async () => (await import('./commands/check-proof.ts')).checkProof,
  },
  {
    name: 'adopt',
    summary: 'say once what a cluster runs, before its first guarded deployment',
    load: async () => (await import('./commands/adopt.ts')).adopt,
  },
  {
    name: 'deploy',
    summary: 'the guarded button: check, write down, run your command, let every server prove itself',
    load: async () => (await import('./commands/deploy.ts')).deploy,
  },
  {
    name: 'rollback',
    summary: 'the button that may look safest: simulated first, proven afterwards',
    load: async () => (await import('./commands/rollback.ts')).rollback,
  },
  {
    name: 'resume',
    summary: 'go on after a crash or a quarantine: ask every server again',
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  {
    name: 'quarantine list',
    summary: 'clusters that have not shown their body',
    load: async () => (await import('./commands/quarantine-list.ts')).quarantineList,
  },
  {
    name: 'quarantine show',
    summary: 'where a cluster stands, and how to go on',
    load: async () => (await import('./commands/quarantine-show.ts')).quarantineShow,
  },
  {
    name: 'quarantine release',
    summary: 'end a quarantine, by proof or by an operator’s signature',
    load: async () => (await import('./commands/quarantine-release.ts')).quarantineRelease,
  },
  {
    name: 'bypass new',
    summary: 'sign that findings may pass for a while',
    load: async () => (await import('./commands/bypass-new.ts')).bypassNew,
  },
  {
    name: 'serve',
    summary: 'the control plane: the gate and its ledger behind HTTP, for servers with an agent',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'agent',
    summary: 'on every server: prove what runs, and hold the lease that live traffic needs',
    load: async () => (await import('./commands/agent.ts')).agent,
  },
  {
    name: 'agent join',
    summary: 'let this server join a cluster, with a token that works once',
    load: async () => (await import('./commands/agent-join.ts')).agentJoin,
  },
  {
    name: 'agent token',
    summary: 'let one server join a control plane, once',
    load: async () => (await import('./commands/agent-token.ts')).agentToken,
  },
  {
    name: 'agent list',
    summary: 'the servers that have joined, and when each was last heard of',
    load: async () => (await import('./commands/agent-list.ts')).agentList,
  },
  {
    name: 'agent ofrep',
    summary: 'serve flags over OFREP, and only those of the binary that runs here',
    load: async () => (await import('./commands/agent-ofrep.ts')).agentOfrep,
  },
  {
    name: 'flags scan',
    summary: 'which flags a source tree reads, where, and whose they are',
    load: async () => (await import('./commands/flags-scan.ts')).flagsScan,
  },
  {
    name: 'flags history',
    summary: 'the life of a flag over the manifests of a cluster, or of all flags',
    load: async () => (await import('./commands/flags-history.ts')).flagsHistory,
  },
  {
    name: 'flags audit',
    summary: 'flags that should be asleep or gone, what sets them, and the ways out: delete or shackle',
    load: async () => (await import('./commands/flags-audit.ts')).flagsAudit,
  },
  {
    name: 'incidents list',
    summary:
      'the incidents on public record: what each rollback turned out to be, and how good the evidence is',
    load: async () => (await import('./commands/incidents-list.ts')).incidentsList,
  },
  {
    name: 'incidents show',
    summary:
      'one incident: what was done to healthy nodes, the evidence, and which checks would have stopped it',
    load: async () => (await import('./commands/incidents-show.ts')).incidentsShow,
  },
  {
    name: 'incidents check',
    summary: 'whether a record of an incident earns its grade, and what it lacks',
    load: async () => (await import('./commands/incidents-check.ts')).incidentsCheck,
  },
  {
    name: 'incidents stats',
    summary: 'which checks pay: how many incidents each would have stopped',
    load: async () => (await import('./commands/incidents-stats.ts')).incidentsStats,
  },
  {
    name: 'incidents replay',
    summary: 'an incident through the real judge: what happened, beside what the gate says and when',
    load: async () => (await import('./commands/incidents-replay.ts')).incidentsReplay,
  },
  {
    name: 'incidents classify',
    summary: 'correct what a rollback of your own counts as',
    load: async () => (await import('./commands/incidents-classify.ts')).incidentsClassify,
  },
  {
    name: 'incidents draft',
    summary: 'a rollback of your own as a record, made from the ledger',
    load: async () => (await import('./commands/incidents-draft.ts')).incidentsDraft,
  },
  {
    name: 'incidents site',
    summary: 'the incidents as a static site that needs no server',
    load: async () => (await import('./commands/incidents-site.ts')).incidentsSite,
  },
  {
    name: 'ledger show',
    summary: 'the last entries of a ledger, or what they add up to',
    load: async () => (await import('./commands/ledger-show.ts')).ledgerShow,
  },
  {
    name: 'ledger verify',
    summary: 'whether a ledger is the history that was written, and which entry is not',
    load: async () => (await import('./commands/ledger-verify.ts')).ledgerVerify,
  },
  {
    name: 'ledger export',
    summary: 'every entry as one line of JSON',
    load: async () => (await import('./commands/ledger-export.ts')).ledgerExport,
  },
  {
    name: 'ledger checkpoint',
    summary: 'sign how far a ledger has come, to find later that its end was cut',
    load: async () => (await import('./commands/ledger-checkpoint.ts')).ledgerCheckpoint,
  },
  {
    name: 'rehearse',
    summary: 'play 1 August 2012 with eight real processes, with and without the gate',
    load: async () => (await import('./commands/rehearse.ts')).rehearse,
  },
];
