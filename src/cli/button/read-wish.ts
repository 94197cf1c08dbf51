import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { Wish } from '../../gate/gate.ts';
import type { Received } from '../../gate/ports.ts';
import { Text } from '../../model/text.ts';
import { typedPath } from '../check/typed-path.ts';
import type { Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { hasSwitch, optionalText, textList } from '../options.ts';
import { actorOf } from './gate-here.ts';

/** One document as it lies on disk. Faults: those of readDocument. */
export async function received(file: string, what: string, io: Io): Promise<Received> {
  return {
    source: `The ${what} ${shownPath(file)}`,
    bytes: await readDocument(typedPath(file, io.cwd), { what }),
  };
}

/** What a command line wants done. Faults: BAD_USAGE, and what reading documents throws. */
export async function readWish(
  action: Wish['action'],
  { values, manifest }: { readonly values: Values; readonly manifest: string | null },
  io: Io,
): Promise<Wish> {
  const of = async (name: string, what: string): Promise<Received | null> => {
    const file = optionalText(values, name);
    return file === undefined ? null : await received(file, what, io);
  };
  const { config } = await loadConfig(io, optionalText(values, 'config'));
  const reason = optionalText(values, 'reason') ?? null;
  if (reason !== null && !Text.safeParse(reason).success)
    throw new Fault('BAD_USAGE', '--reason must be one line of at most 4,096 characters.');
  const plan = await of('plan', 'plan');
  const history = await Promise.all(
    textList(values, 'history').map(async (file) => await received(file, 'manifest', io)),
  );
  return {
    action,
    manifest: manifest === null ? null : await received(manifest, 'manifest', io),
    // What haunted.yaml names is a default: a document that names another cluster is judged by what it says.
    cluster:
      optionalText(values, 'cluster') ??
      (manifest === null && plan === null ? (config.cluster ?? null) : null),
    plan,
    bypass: await of('bypass', 'bypass'),
    history,
    actor: actorOf(values, io),
    reason,
    dry_run: hasSwitch(values, 'dry-run'),
  };
}
