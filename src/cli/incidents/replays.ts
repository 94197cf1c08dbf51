import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { parseYaml } from '../../adapters/yaml/parse.ts';
import { Fault } from '../../fault.ts';
import { quoted } from '../../model/quoted.ts';
import { Replay } from '../../model/replay.ts';
import { parseValue } from '../../seal/parse-document.ts';
import { readRecordText } from './record-text.ts';
import { ownFolder } from './registry.ts';

const FILE = path.join('replay', 'replay.yaml');
const MOST_REPLAYS = 1_000;

/** Where replays are: a registry of one’s own, or the one that comes with haunted. */
export function replayFolder(folder: string | undefined, cwd: string): string {
  return folder === undefined ? ownFolder() : path.resolve(cwd, folder);
}

/** The incidents of a registry that can be replayed, by name. Faults: NOT_FOUND when there is none, TOO_LARGE. */
export function replayIds(root: string): readonly string[] {
  const files = globSync(`*/${FILE}`, { cwd: root }).toSorted();
  if (files.length === 0)
    throw new Fault(
      'NOT_FOUND',
      'No incident of this registry can be replayed: a replay lies beside its record, as replay/replay.yaml.',
    );
  if (files.length > MOST_REPLAYS)
    throw new Fault(
      'TOO_LARGE',
      `The registry holds ${files.length} replays; haunted plays ${MOST_REPLAYS}.`,
    );
  return files.map((file) => file.split(path.sep)[0] ?? '');
}

/** One replay, by the name of its incident. Faults: NOT_FOUND, BAD_INPUT, and what reading a file throws. */
export async function readReplay(root: string, id: string): Promise<Replay> {
  const file = path.join(root, id, FILE);
  if (!/^[a-z0-9-]+$/.test(id) || !existsSync(file)) throw notReplayable(root, id);
  return parseReplay(await readRecordText(file), path.join(id, FILE), id);
}

/** A replay in this text. Fault BAD_INPUT, with the place, for what is none or is of another incident. */
function parseReplay(text: string, shown: string, id: string): Replay {
  const replay = parseValue(Replay, parseYaml(text, shown).value, shown);
  if (replay.id !== id)
    throw new Fault('BAD_INPUT', `${shown} is the replay of ${replay.id}; put it beside that record.`);
  return replay;
}

function notReplayable(root: string, id: string): Fault {
  const known = replayIds(root);
  const near = known.filter((each) => each.split('-')[0] === id.split('-')[0]);
  const hint =
    near.length === 0 ? '`haunted incidents replay --all` names them all' : `there is ${near.join(', ')}`;
  return new Fault('NOT_FOUND', `There is no replay of ${quoted(id)}; ${hint}.`);
}
