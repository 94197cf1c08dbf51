import type { SshSettings } from '../../model/config.ts';
import type { HostTarget } from './host-target.ts';

/**
 * The words of the `ssh` command that opens a shared connection and goes to the background when the host has let us in.
 * Everything about trust (known_hosts, StrictHostKeyChecking, keys, jump hosts) is left to the user's ssh configuration; what is
 * set here only keeps ssh from asking questions, forwarding anything or running anything.
 */
export function masterWords(
  target: HostTarget,
  settings: SshSettings,
  { socket, persist_s }: { readonly socket: string; readonly persist_s: number },
): string[] {
  const options = {
    BatchMode: 'yes',
    ConnectTimeout: String(settings.connect_timeout_s),
    ConnectionAttempts: '1',
    ControlMaster: 'yes',
    ControlPath: socket,
    // Without it a master stays for ever if we are killed; with it, it ends by itself when nobody has used it for so long.
    ControlPersist: String(persist_s),
    ServerAliveInterval: '5',
    ServerAliveCountMax: '3',
    ClearAllForwardings: 'yes',
    ForwardAgent: 'no',
    ForwardX11: 'no',
    PermitLocalCommand: 'no',
    RemoteCommand: 'none',
    RequestTTY: 'no',
    LogLevel: 'ERROR',
  };
  return [
    ...(settings.config_file === undefined ? [] : ['-F', settings.config_file]),
    ...(settings.identity_file === undefined ? [] : ['-i', settings.identity_file]),
    '-N',
    '-f',
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...words('-l', target.user ?? settings.user),
    ...words('-p', target.port ?? settings.port),
    '--',
    target.address,
  ];
}

function words(option: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [option, String(value)];
}
