import * as z from 'zod';
import { FlagKinds, FlagLifetimes } from './flag-lifetimes.ts';
import { LIMITS } from './limits.ts';
import { Policy } from './policy.ts';
import { Hostname, Name, Text } from './text.ts';

const FilePath = Text.min(1).meta({ description: 'A path, relative to haunted.yaml.' });

/** Which process is the service, and where its switches are set. Exactly one way of finding it is given. */
export const ServiceSelector = z
  .strictObject({
    unit: Name.optional().meta({
      description: 'A systemd unit; every process in its cgroup belongs to the service.',
    }),
    cgroup: Text.optional().meta({ description: 'A cgroup path below /sys/fs/cgroup.' }),
    pid_file: FilePath.optional().meta({ description: 'A file that holds the process id.' }),
    port: z.int().min(1).max(65_535).optional().meta({ description: 'A TCP port the service listens on.' }),
    command: Text.min(1).optional().meta({ description: 'Text that the command line contains.' }),
    pid: z.int().min(1).optional().meta({ description: 'A process id.' }),
    traffic_ports: z
      .array(z.int().min(1).max(65_535))
      .max(64)
      .optional()
      .meta({ description: 'The ports that carry live traffic; all listening ports by default.' }),
    tree: FilePath.optional().meta({
      description: 'Release directory of an interpreted service; its tree digest is the binary.',
    }),
    config_files: z
      .array(FilePath)
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'Files whose joint digest is config_sha256.' }),
    flag_files: z
      .array(FilePath)
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'Files in which switches are set: JSON, YAML, TOML, .env, properties, flagd.' }),
    flag_env_prefix: z
      .array(Name)
      .max(64)
      .optional()
      .meta({ description: 'Prefixes of environment variables that are switches.' }),
    flag_args: z
      .array(Name)
      .max(64)
      .optional()
      .meta({ description: 'Argument names that hold switches, such as feature-gates or enable-features.' }),
  })
  .meta({
    id: 'ServiceSelector',
    description: 'Which process is the service, and where its switches are set.',
  });
export type ServiceSelector = z.infer<typeof ServiceSelector>;

export const SshSettings = z
  .strictObject({
    user: Name.optional().meta({ description: 'Login name; what ssh itself would use by default.' }),
    port: z.int().min(1).max(65_535).optional().meta({ description: 'Port.' }),
    config_file: FilePath.optional().meta({ description: 'An ssh_config file handed to ssh with -F.' }),
    identity_file: FilePath.optional().meta({ description: 'A private key handed to ssh with -i.' }),
    sudo: z.boolean().optional().meta({
      description: 'Run the probe as root, through `sudo -n`, which must not ask for a password.',
    }),
    connect_timeout_s: z
      .int()
      .min(1)
      .max(300)
      .default(10)
      .meta({ description: 'How long a connection may take, in seconds.' }),
    host_timeout_s: z
      .int()
      .min(1)
      .max(3_600)
      .default(60)
      .meta({ description: 'How long one host may take in all, in seconds.' }),
    parallel: z.int().min(1).max(512).default(32).meta({ description: 'Hosts asked at once.' }),
    control_persist_s: z
      .int()
      .min(0)
      .max(86_400)
      .default(60)
      .meta({ description: 'How long a shared connection is kept after use, in seconds; 0 for none.' }),
  })
  .meta({ id: 'SshSettings', description: 'How `haunted collect` reaches hosts.' });
export type SshSettings = z.infer<typeof SshSettings>;

export const FlagSettings = z
  .strictObject({
    definitions: z
      .array(FilePath)
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'The files that define the flags, in any format that `flags scan` reads.' }),
    reads: z
      .array(
        z
          .strictObject({
            call: Name.meta({
              description: 'A function or method that asks for a flag, such as isOn or features.has.',
            }),
            argument: z
              .int()
              .min(0)
              .max(31)
              .default(0)
              .meta({ description: 'Which argument is the flag’s name, from 0.' }),
          })
          .meta({ id: 'DeclaredCall', description: 'A call of your own that asks for a flag.' }),
      )
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'Calls of your own that ask for a flag, beside the SDKs that are known.' }),
    ignore: z
      .array(Name)
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'Paths to leave out, written as in .gitignore.' }),
    stale_after_days: FlagLifetimes.optional().meta({
      description: 'How many days flags may stay untouched, by kind; what `flags audit` calls stale.',
    }),
    kinds: FlagKinds.optional(),
  })
  .meta({ id: 'FlagSettings', description: 'How `haunted flags` looks at source code.' });
export type FlagSettings = z.infer<typeof FlagSettings>;

const Argv = z.array(Text.min(1)).min(1).max(64);

export const TrafficSettings = z
  .strictObject({
    lease_s: z
      .int()
      .min(1)
      .max(86_400)
      .default(30)
      .meta({ description: 'How long a server may take live traffic after an accepted proof, in seconds.' }),
    takes_out: z.enum(['unproven', 'all']).default('unproven').meta({
      description: 'Which servers a quarantine takes out of traffic: the unproven, or all of them.',
    }),
    floor: z.int().min(0).max(LIMITS.inventory).default(0).meta({
      description:
        'How many servers a quarantine leaves in traffic: under `all` that many proven ones, and a silent one below it until its lease runs out, with a page. One shown to be wrong is out all the same. 0: every one may go.',
    }),
    order: Argv.optional().meta({
      description:
        'A program that is told on stdin, as JSON, which servers may take live traffic and which not. Run without a shell.',
    }),
    page: Argv.optional().meta({
      description:
        'A program that is told on stdin, as JSON, what a person must look at. Run without a shell.',
    }),
  })
  .meta({ id: 'TrafficSettings', description: 'How servers get and lose live traffic.' });
export type TrafficSettings = z.infer<typeof TrafficSettings>;

export const ServerSettings = z
  .strictObject({
    url: Text.min(1).meta({
      description: 'Where `haunted serve` answers, such as https://gate.example:7420.',
    }),
    token_file: FilePath.optional().meta({ description: 'A file with the token of operators.' }),
    ca_file: FilePath.optional().meta({ description: 'Certificates that are trusted for it, PEM.' }),
  })
  .meta({ id: 'ServerSettings', description: 'The control plane, for those who use one.' });
export type ServerSettings = z.infer<typeof ServerSettings>;

/** `haunted.yaml`: what a command does not have to be told each time. A flag beats HAUNTED_*, which beats this file. */
export const Config = z
  .strictObject({
    schema: z.literal('haunted.config/v1').optional().meta({ description: 'Document type and version.' }),
    cluster: Name.optional().meta({ description: 'The cluster this folder is about.' }),
    inventory: z
      .strictObject({
        hosts: z
          .array(Hostname)
          .max(LIMITS.inventory)
          .optional()
          .meta({ description: 'The servers, by name.' }),
        addresses: z
          .record(Hostname, Text)
          .optional()
          .meta({ description: 'Where to reach a server whose name is not its address.' }),
        ansible: FilePath.optional().meta({ description: 'An Ansible inventory file, INI or YAML.' }),
        group: Name.optional().meta({ description: 'The group of the Ansible inventory; all by default.' }),
      })
      .optional()
      .meta({ description: 'Which servers there are.' }),
    service: ServiceSelector.optional(),
    ssh: SshSettings.optional(),
    policy: Policy.optional(),
    keyring: FilePath.optional().meta({ description: 'The keyring file.' }),
    history: FilePath.optional().meta({ description: 'The folder of earlier manifests.' }),
    ledger: FilePath.optional().meta({ description: 'The ledger file.' }),
    flags: FlagSettings.optional(),
    traffic: TrafficSettings.optional(),
    server: ServerSettings.optional(),
  })
  .meta({ id: 'Config', title: 'haunted.config/v1', description: 'haunted.yaml.' });
export type Config = z.infer<typeof Config>;
