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
    name: 'rehearse',
    summary: 'play 1 August 2012 with eight real processes, with and without the gate',
    load: async () => (await import('./commands/rehearse.ts')).rehearse,
  },
];
