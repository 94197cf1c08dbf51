import path from 'node:path';
import { readKeyring } from '../../adapters/files/keyring-file.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { OpenedManifest } from '../../model/verified.ts';
import type { KeyringIndex } from '../../seal/keyring.ts';
import { openManifest } from '../../seal/open.ts';
import type { Command } from '../command.ts';
import { loadConfig } from '../config.ts';
import { oneOf, optionalText, timeOption } from '../options.ts';
import { printable } from '../render/terminal-text.ts';

/** `haunted manifest verify`: whether a manifest would be let in by every gate, and if not, why. */
export const manifestVerify: Command = {
  usage: 'FILE [--keyring FILE] [--now TIME] [--format table|json]',
  about: [
    'Checks a signed manifest as every gate does: the signature, the key’s role and validity, the subject, the digest, and whether the',
    'manifest contradicts itself. Ends with 0 when it holds, 2 with the reason when it is refused, and 1 when it cannot be read.',
  ].join('\n'),
  options: {
    keyring: { type: 'string', value: 'FILE', help: 'whose signatures count; haunted.yaml may name it' },
    now: { type: 'string', value: 'TIME', help: 'judge the key’s validity as of then' },
    format: { type: 'string', value: 'FORMAT', help: 'table (default) or json' },
  },
  run: async (values, positionals, io) => {
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const now = timeOption(values, 'now', io.now());
    const [file, surplus] = positionals;
    if (file === undefined || surplus !== undefined)
      throw new Fault('BAD_USAGE', 'Give one manifest: `haunted manifest verify FILE --keyring FILE`.');
    const keyringFile = optionalText(values, 'keyring') ?? (await loadConfig(io)).config.keyring;
    if (keyringFile === undefined)
      throw new Fault(
        'BAD_USAGE',
        '--keyring is missing: give the keyring that says whose signatures count.',
      );
    const keyring = await readKeyring(path.resolve(io.cwd, keyringFile));
    const bytes = await readDocument(path.resolve(io.cwd, file), { what: 'manifest' });
    const door = { keyring, acceptUnsigned: false, acceptTransport: [], now };
    const opened = openManifest(bytes, `The manifest ${shownPath(file)}`, door);
    io.stdout(
      format === 'json'
        ? `${JSON.stringify(asJson(opened, file), null, 2)}\n`
        : asText(opened, file, keyring),
    );
    return opened.ok ? 0 : 2;
  },
};

function asText(opened: OpenedManifest, file: string, { byKeyid }: KeyringIndex): string {
  const shown = shownPath(file);
  if (!opened.ok) {
    const { reason, detail } = opened.refused;
    return `REFUSED ${shown} [${reason}]\n${detail}\n`;
  }
  const { value, voucher } = opened.manifest;
  const keyid = voucher.by === 'signature' ? voucher.keyid : '';
  const name = byKeyid.get(keyid)?.name ?? '';
  return [
    `VERIFIED ${shown}`,
    `signed by    ${printable(name)} (builder, keyid ${keyid})`,
    `cluster      ${printable(value.cluster)}, generation ${value.generation}`,
    `deployment   ${printable(value.deployment_id)}`,
    `manifest     ${value.manifest_sha256}`,
    `binary       ${value.binary_sha256}`,
    '',
  ].join('\n');
}

function asJson(opened: OpenedManifest, file: string): object {
  if (!opened.ok) {
    const { reason, detail } = opened.refused;
    return { ok: false, file, reason, detail };
  }
  const { value, voucher } = opened.manifest;
  return { ok: true, file, signed_by: voucher, manifest_sha256: value.manifest_sha256 };
}
