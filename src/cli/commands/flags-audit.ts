import path from 'node:path';
import { readDocument } from '../../adapters/files/read-document.ts';
import { readEvidence } from '../../adapters/files/read-evidence.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { auditFlags } from '../../decide/flag-audit.ts';
import { Fault } from '../../fault.ts';
import { FlagLifetimes } from '../../model/flag-lifetimes.ts';
import { FlagScan } from '../../model/flag-scan.ts';
import { parseDocument } from '../../seal/parse-document.ts';
import type { Command, Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import { auditMarkdown, auditPage } from '../flags/audit-page.ts';
import { AUDIT_FORMATS, AUDIT_OPTIONS } from '../flags/audit-words.ts';
import { scanFolder } from '../flags/run-scan.ts';
import { sourceSettings } from '../flags/scan-words.ts';
import { shackleIn } from '../flags/shackle.ts';
import type { Io } from '../io.ts';
import { readSoundManifest, readSoundManifests } from '../manifest/read-manifest.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { hasSwitch, oneOf, optionalText, textList, timeOption } from '../options.ts';

const MAX_SCAN_BYTES = 256 * 1024 * 1024;
const MAX_FLAG_FILE_BYTES = 16 * 1024 * 1024;

/** `haunted flags audit`: the corpses among the flags, what wakes them, and the ways out. */
export const flagsAudit: Command = {
  usage: '[DIR --definitions FILE… | --scan FILE|-] [--manifest FILE] [--evidence FILE|FOLDER]… [--strict]',
  about: [
    'Lists every flag that should be asleep or gone: where its code is, who touched it last, what sets it now, and the two ways out in',
    'order, delete or shackle. With --shackle FLAG --flags FILE it writes the state `shackled` into that flags.yaml instead. Verifies no',
    'signature. Ends with 0; with --strict with 2 when a corpse is bound; with 1 when it could not look. docs/flags-audit.md is the manual.',
  ].join('\n'),
  options: AUDIT_OPTIONS,
  run: async (values, positionals, io) => {
    const shackled = textList(values, 'shackle');
    if (shackled.length > 0) return await shackle(shackled, values, positionals, io);
    if (optionalText(values, 'flags') !== undefined)
      throw new Fault('BAD_USAGE', '--flags names the file that --shackle writes; give --shackle FLAG, too.');
    const format = oneOf(values, 'format', AUDIT_FORMATS, 'table');
    const now = timeOption(values, 'now', io.now());
    const { config } = await loadConfig(io);
    const note = (sentence: string): void => io.stderr(`haunted: ${sentence}\n`);
    const scan = await scanOf(values, positionals, io);
    const file = optionalText(values, 'manifest');
    const manifest = file === undefined ? null : await readSoundManifest(file, io.cwd, null);
    if (scan === null && manifest === null)
      throw new Fault(
        'BAD_USAGE',
        'There is nothing to audit: give a source folder, --scan FILE or --manifest FILE.',
      );
    const door = { keyring: null, acceptUnsigned: true, acceptTransport: [], now };
    const evidence = textList(values, 'evidence').map((name) =>
      name === '-' ? name : path.resolve(io.cwd, name),
    );
    const { reports, refused } = await readEvidence(evidence, door, io.stdin);
    for (const { source, detail } of refused) note(`${source} does not count: ${detail}.`);
    const audit = auditFlags({
      scan,
      manifest,
      history: await readSoundManifests(textList(values, 'history'), io.cwd, null, note),
      reports: reports.map(({ value }) => value),
      lifetimes: config.flags?.stale_after_days ?? FlagLifetimes.parse({}),
      kinds: config.flags?.kinds ?? {},
      now,
    });
    const { width, paint } = terminalOf(io);
    if (format === 'json') io.stdout(`${JSON.stringify(audit, null, 2)}\n`);
    else io.stdout(format === 'table' ? auditPage(audit, width, paint) : auditMarkdown(audit));
    return hasSwitch(values, 'strict') && audit.corpses.some(({ is_bound }) => is_bound) ? 2 : 0;
  },
};

async function scanOf(values: Values, positionals: readonly string[], io: Io): Promise<FlagScan | null> {
  const file = optionalText(values, 'scan');
  const [folder, surplus] = positionals;
  if (surplus !== undefined || (file !== undefined && folder !== undefined))
    throw new Fault('BAD_USAGE', 'Give one source folder, or a scan with --scan FILE.');
  if (file !== undefined) {
    const bytes = file === '-' ? await allOf(io.stdin()) : await scanBytes(path.resolve(io.cwd, file));
    return parseDocument(
      FlagScan,
      bytes,
      file === '-' ? 'The scan on standard input' : `The scan ${shownPath(file)}`,
    );
  }
  if (folder === undefined) return null;
  const root = path.resolve(io.cwd, folder);
  const settings = await sourceSettings(textList(values, 'definitions'), root, io);
  return (await scanFolder({ folder, root, settings, withHistory: true }, [], io)).scan;
}

async function scanBytes(file: string): Promise<Uint8Array> {
  return await readDocument(file, { maxBytes: MAX_SCAN_BYTES, what: 'scan' });
}

async function allOf(stdin: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of stdin) {
    bytes += part.length;
    if (bytes > MAX_SCAN_BYTES)
      throw new Fault('TOO_LARGE', `The scan on standard input is larger than ${MAX_SCAN_BYTES} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function shackle(
  flags: readonly string[],
  values: Values,
  positionals: readonly string[],
  io: Io,
): Promise<number> {
  const file = optionalText(values, 'flags');
  if (file === undefined || positionals.length > 0)
    throw new Fault(
      'BAD_USAGE',
      '--shackle writes into one flags.yaml: give it with --flags FILE, and no source folder.',
    );
  const target = path.resolve(io.cwd, file);
  const bytes = await readDocument(target, { maxBytes: MAX_FLAG_FILE_BYTES, what: 'flag file' });
  const { text, stillBound } = shackleIn(
    new TextDecoder('utf-8', { fatal: false }).decode(bytes),
    flags,
    shownPath(file),
  );
  await writeFileAtomic(target, text);
  io.stderr(
    `haunted: ${shownPath(file)} now has ${flags.join(', ')} shackled; make a manifest from it with \`haunted manifest create\`.\n`,
  );
  for (const flag of stillBound)
    io.stderr(
      `haunted: '${flag}' is still \`bound: true\` there: unset it at its source, and say so, or every gate will block.\n`,
    );
  return 0;
}
