import * as fc from 'fast-check';

/** The same bytes with one changed somewhere: replaced, left out, put in or given twice; often where JSON notices. */
export function changedBytes(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const byte = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...Buffer.from(`"\\,:{}[]0123456789eE+-. \n\ttn/=`)),
  );
  const change = fc.constantFrom('replace', 'delete', 'insert', 'swap');
  return fc.tuple(fc.nat({ max: bytes.length - 1 }), change, byte).map(([at, change, byte]) => {
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at + 1)];
    const here = bytes.subarray(at, at + 1);
    if (change === 'replace') return Buffer.concat([head, Buffer.of(byte), tail]);
    if (change === 'delete') return Buffer.concat([head, tail]);
    if (change === 'insert') return Buffer.concat([head, Buffer.of(byte), here, tail]);
    return Buffer.concat([head, tail.subarray(0, 1), here, tail.subarray(1)]);
  });
}
