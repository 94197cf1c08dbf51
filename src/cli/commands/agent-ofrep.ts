import { AGENT_OFREP_OPTIONS } from '../agent/options.ts';
import { runOfrep } from '../agent/run-ofrep.ts';
import type { Command } from '../command.ts';

/** `haunted agent ofrep`: flags over OFREP, for the binary that runs here and for no other. */
export const agentOfrep: Command = {
  usage:
    '--manifest M (--flagd FILE|--upstream URL) (--unit U|--pid-file F|--port P|…) [--listen 127.0.0.1:8016] [options]',
  about: [
    'Serves flags over OFREP 0.3.0, so that any OpenFeature SDK with an OFREP provider is guarded. A flag is answered only when the manifest',
    'says that it is live in the binary, and the kernel says that this binary runs here. All else is an error without a value, and the SDK',
    'falls back to the default in the code. Runs until SIGTERM and then ends with 0. Linux only. docs/ofrep.md says what fails open and',
    'what closed.',
  ].join('\n'),
  options: AGENT_OFREP_OPTIONS,
  run: runOfrep,
};
