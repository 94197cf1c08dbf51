import path from 'node:path';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { RecordCheck } from '../../model/incident-answers.ts';
import type { Command } from '../command.ts';
import { checkRecord } from '../incidents/check-record.ts';
import { readRecordText } from '../incidents/record-text.ts';
import { terminalOf } from '../manifest/terminal.ts';
import { oneOf, timeOption } from '../options.ts';
import { type Paint, printable, wrapText } from '../render/terminal-text.ts';

const NOT_GOOD_ENOUGH = 2;

/** `haunted incidents check FILE`: whether a record earns its grade. */
export const incidentsCheck: Command = {
  usage: 'FILE [--format table|json]',
  about: [
    'Says whether a record is good enough for the registry, and if not, what it lacks: the fields it needs, and what its grade demands. A',
    'confirmed record has a primary source with a date that was read, a vendor, and how healthy nodes were before and after. Ends with 0',
    'when it is good enough, 2 when it is not, and 1 when the file cannot be read as a record.',
  ].join('\n'),
  options: {
    format: { type: 'string', value: 'table|json', help: 'table by default.' },
    now: { type: 'string', value: 'TIME', help: 'The time to judge by; a date after it is in the future.' },
  },
  run: async (values, positionals, io) => {
    const format = oneOf(values, 'format', ['table', 'json'], 'table');
    const [file, surplus] = positionals;
    if (file === undefined || surplus !== undefined)
      throw new Fault('BAD_USAGE', 'Name one record: `haunted incidents check record.yaml`.');
    const now = timeOption(values, 'now', io.now());
    const text = await readRecordText(path.resolve(io.cwd, file));
    const answer = checkRecord(text, shownPath(file), now);
    const { width, paint } = terminalOf(io);
    io.stdout(format === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : checkPage(answer, width, paint));
    return answer.good_enough ? 0 : NOT_GOOD_ENOUGH;
  },
};

function checkPage(answer: RecordCheck, width: number, paint: Paint): string {
  const { file, problems } = answer;
  if (answer.good_enough) return `${paint('good', `${file} is good enough for the registry.`)}\n`;
  const count = problems.length === 1 ? '1 thing is' : `${problems.length} things are`;
  const lines = problems.flatMap(({ field, line, sentence }) => {
    const where = [line === null ? '' : `line ${line}`, field].filter((word) => word !== '').join(', ');
    return wrapText(printable(`${where === '' ? '' : `${where}: `}${sentence}`), width, '  ');
  });
  const lower =
    answer.would_pass_as === null
      ? []
      : wrapText(
          'As `partial`, with a sentence in evidence_note that says what it lacks, it would pass.',
          width,
        );
  return [paint('bad', `${file} is not good enough yet: ${count} missing or wrong.`), ...lines, ...lower]
    .map((line) => `${line}\n`)
    .join('');
}
