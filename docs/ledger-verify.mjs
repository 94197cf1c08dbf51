// Verifies an export of a haunted ledger (JSON Lines) with nothing but Node: node ledger-verify.mjs FILE [COUNT HEAD]
// Ends with 0 when it is sound, 2 with the first wrong entry, 1 when it cannot be read. COUNT and HEAD are a checkpoint’s.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const [file, count = 0, head] = process.argv.slice(2);
const end = (code, text) => (console.log(text), process.exit(code));
const canonical = (value) => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const member = (key) => `${JSON.stringify(key)}:${canonical(value[key])}`;
  return `{${Object.keys(value).sort().map(member).join(',')}}`;
};
let [ledger, previous, seq, text] = [undefined, null, 0, ''];
function check(line) {
  if (line === '') return;
  const { hash, ...entry } = JSON.parse(line) ?? {};
  const sum = createHash('sha256').update(canonical(entry)).digest('hex');
  if (sum !== hash) end(2, `entry ${seq + 1} was changed`);
  if ((ledger ??= entry.ledger) !== entry.ledger) end(2, `entry ${seq + 1} is of another ledger`);
  if (entry.seq !== seq + 1) end(2, `entry ${seq + 1} is not in its place: entry ${entry.seq} is`);
  if (entry.previous !== previous) end(2, `entry ${seq + 1} does not follow entry ${seq}`);
  [previous, seq] = [hash, entry.seq];
  if (seq === Number(count) && hash !== head) end(2, `entry ${seq} is not the one of the checkpoint`);
}
try {
  for await (const part of createReadStream(file, { encoding: 'utf8', highWaterMark: 2 ** 24 })) {
    const lines = (text + part).split('\n');
    text = lines.pop();
    lines.forEach(check);
  }
  check(text);
} catch (error) {
  if (error instanceof SyntaxError) end(2, `entry ${seq + 1} is not JSON`);
  end(1, `cannot read ${file}: ${error.message}`);
}
if (!(seq >= count)) end(2, `entries ${seq + 1} to ${count} are missing`);
end(0, `sound: ${seq} entries of ${ledger ?? 'no ledger'}, head ${previous ?? 'none'}`);
