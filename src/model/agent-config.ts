import * as z from 'zod';
import { ServiceSelector } from './config.ts';
import { LIMITS } from './limits.ts';
import { Hostname, Name, Text } from './text.ts';

const FilePath = Text.min(1).meta({ description: 'A path, relative to the file it stands in.' });

const Address = z
  .strictObject({
    host: Text.min(1)
      .default('127.0.0.1')
      .meta({ description: 'The address to listen on; loopback by default.' }),
    port: z.int().min(0).max(65_535).meta({ description: 'The TCP port; 0 takes a free one.' }),
  })
  .meta({ id: 'DoorAddress', description: 'Where a door for load balancers listens.' });

export const Doors = z
  .strictObject({
    agent_check: Address.optional().meta({ description: 'HAProxy’s agent-check: `up`, or `down #reason`.' }),
    health: Address.optional().meta({
      description: 'HTTP: /health, /haproxy/health, /auth, /live, and /status for callers of this machine.',
    }),
    exec: z.array(Text.min(1)).min(1).max(64).optional().meta({
      description: 'A program and its first words, run on each change with `up` or `down` and the reason.',
    }),
  })
  .meta({ id: 'Doors', description: 'What tells load balancers whether the service may take live traffic.' });
export type Doors = z.infer<typeof Doors>;

const Files = z.array(FilePath).max(LIMITS.list);

export const AgentService = z
  .strictObject({
    cluster: Name.meta({ description: 'The cluster that the service is a server of.' }),
    hostname: Hostname.optional().meta({
      description: 'The name of the server in that cluster; the name of the machine by default.',
    }),
    service: ServiceSelector,
    compare_path: FilePath.optional().meta({
      description: 'Compare the running binary with this file, and not with the one the kernel names.',
    }),
    tree_skip: z.array(Text.min(1)).max(LIMITS.list).optional().meta({
      description: 'Paths below the tree that are no code.',
    }),
    ignore_executables: Files.optional().meta({
      description: 'Programs that run beside the service and are no part of it, by the kernel’s path.',
    }),
    guard_reports: Files.optional().meta({
      description: 'Files in which guards inside the service tell what they saw.',
    }),
    received: FilePath.optional().meta({
      description: 'A file with the switches that the service says it received in messages.',
    }),
    holds: FilePath.optional().meta({
      description: 'A file with the versions of state that the service says it holds.',
    }),
    doors: Doors.optional(),
  })
  .meta({ id: 'AgentService', description: 'One service that the agent answers for.' });
export type AgentService = z.infer<typeof AgentService>;

/** agent.yaml: which services an agent answers for, to whom, and through which doors. */
export const AgentConfig = z
  .strictObject({
    schema: z.literal('haunted.agent-config/v1').meta({ description: 'Document type and version.' }),
    server: Text.min(1).meta({
      description: 'The control plane, such as https://gate.example:7420; plain http on loopback only.',
    }),
    ca_file: FilePath.optional().meta({ description: 'Certificates that are trusted for it, PEM.' }),
    state: FilePath.optional().meta({
      description: 'The folder with the memberships and the prover’s memory; $STATE_DIRECTORY by default.',
    }),
    doors: Doors.optional().meta({ description: 'The doors, where there is one service.' }),
    services: z.array(AgentService).min(1).max(256).meta({ description: 'The services of this machine.' }),
  })
  .meta({ id: 'AgentConfig', title: 'haunted.agent-config/v1', description: 'agent.yaml.' });
export type AgentConfig = z.infer<typeof AgentConfig>;
