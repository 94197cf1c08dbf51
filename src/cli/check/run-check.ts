import { readEvidence } from '../../adapters/files/read-evidence.ts';
import { decide } from '../../decide/decide.ts';
import { Fault } from '../../fault.ts';
import type { Gate } from '../../model/intent.ts';
import type { Verdict } from '../../model/verdict.ts';
import { EXIT_BY_VERDICT } from '../../model/verdict.ts';
import type { Evidence } from '../../model/verified.ts';
import type { Door } from '../../seal/open.ts';
import type { Values } from '../command.ts';
import type { Io } from '../io.ts';
import { loadRenderer } from '../render/load-renderer.ts';
import { shadowNotice } from '../render/rendering.ts';
import { VERSION } from '../version.ts';
import { inventoryOf } from './inventory.ts';
import { loadHistory } from './load-history.ts';
import { loadIntent } from './load-intent.ts';
import type { LoadedIntent } from './load-intent.ts';
import { readSettings } from './settings.ts';
import { typedPath } from './typed-path.ts';
import { readWords } from './words.ts';
import type { CheckWords } from './words.ts';

const NO_KEYRING =
  'haunted: no keyring is known (--keyring, HAUNTED_KEYRING or haunted.yaml), so no signature counts.\n';

/** Columns of a page that is not a terminal. */
const PAGE_WIDTH = 100;

/** Asks one gate and prints its verdict; the exit code is the verdict's, or 0 in shadow mode. Reads files and touches nothing. */
export async function runCheck(
  gate: Gate,
  values: Values,
  positionals: readonly string[],
  io: Io,
): Promise<number> {
  const words = readWords(gate, values, positionals, io);
  const settings = await readSettings(words, io);
  const { policy, keyring } = settings;
  const door: Door = {
    keyring,
    acceptUnsigned: words.acceptUnsigned,
    acceptTransport: policy.accept_transport,
    now: words.now,
  };
  const history = await loadHistory(settings.history, door, io);
  const loaded = await loadIntent(words.intent, { door, cwd: io.cwd, history });
  const files = words.evidence.map((file) => (file === '-' ? file : typedPath(file, io.cwd)));
  const evidence: Evidence = { ...(await readEvidence(files, door, io.stdin)), history };
  if (io.signal.aborted) throw new Fault('INTERRUPTED', 'The check was interrupted; nothing was decided.');
  const verdict = decide(evidence, loaded.intent, policy, words.now);
  if (words.sign !== null) {
    const { writeSignedVerdict } = await import('./sign-verdict.ts');
    await writeSignedVerdict({ verdict, loaded, evidence, policy }, words.sign, io);
  }
  if (keyring === null && !words.acceptUnsigned) io.stderr(NO_KEYRING);
  await print(verdict, words, loaded, inventoryOf(loaded.intent, history), io);
  return words.exitZero ? 0 : EXIT_BY_VERDICT[verdict.verdict];
}

async function print(
  verdict: Verdict,
  { format, exitZero: shadow }: CheckWords,
  { document: { bytes, uri } }: LoadedIntent,
  inventory: readonly string[],
  io: Io,
): Promise<void> {
  const render = await loadRenderer(format);
  const text = format === 'sarif' ? new TextDecoder().decode(bytes) : '';
  const colour = io.isStdoutTty && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb';
  // Some terminals say that they have 0 columns, which means that they do not know.
  const { stdoutColumns: columns = 0 } = io;
  const terminal = { width: columns > 0 ? columns : PAGE_WIDTH, colour };
  io.stdout(render({ verdict, shadow, inventory, document: { uri, text }, terminal, version: VERSION }));
  if (shadow) io.stderr(`haunted: ${shadowNotice(verdict)}\n`);
}
