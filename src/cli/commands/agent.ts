import { runAgent } from '../agent/run-agent.ts';
import type { Command } from '../command.ts';

/** `haunted agent`: what runs on every server. */
export const agent: Command = {
  usage: '[--config /etc/haunted/agent.yaml]',
  about: [
    'Watches the services of this server, proves them to the control plane (unasked, on each change, and when it asks), and holds the lease',
    'under which each may take live traffic: load balancers ask its doors. What it cannot read is unproven. It never judges.',
    'Runs until SIGTERM and then ends with 0. Join first: `haunted agent join`. Linux only. docs/agent.md is its manual.',
  ].join('\n'),
  options: {
    config: {
      type: 'string',
      value: 'FILE',
      help: 'haunted.agent-config/v1, YAML or JSON; /etc/haunted/agent.yaml by default.',
    },
  },
  run: runAgent,
};
