import { describe, expect, it } from 'vitest';
import { Fault } from '../../fault.ts';
import { parseFlagFile } from './read-flag-file.ts';

const RLP = `schema: haunted.flags/v1
flags:
  rlp:
    owner: team-rlp
    purpose: route orders to the retail liquidity program
    type: boolean
    state: live
    bound: true
`;

function refusal(text: string): string {
  try {
    parseFlagFile(text, 'flags.yaml');
  } catch (error) {
    if (error instanceof Fault) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('a flags.yaml', () => {
  it('needs five fields for a flag, and has a default for every other', () => {
    expect(parseFlagFile(RLP, 'f')).toEqual({
      schema: 'haunted.flags/v1',
      flags: {
        rlp: {
          owner: 'team-rlp',
          purpose: 'route orders to the retail liquidity program',
          type: 'boolean',
          state: 'live',
          bound: true,
          verification: 'not_verified',
          travels_in: [],
          senders: [],
          unaware: 'refuse',
          where: [],
          last_modified: null,
        },
      },
    });
  });

  it('may hold no flags at all', () => {
    expect(parseFlagFile('{"schema":"haunted.flags/v1","flags":{}}', 'f').flags).toEqual({});
  });

  it('takes a flag’s name byte for byte', () => {
    const text = RLP.replace('  rlp:', '  1.0:');
    expect(Object.keys(parseFlagFile(text, 'f').flags)).toEqual(['1.0']);
  });

  it.each([
    ['an unknown field', `${RLP}    ownr: me\n`, 9, 'flags.rlp.ownr: it is a field that this version'],
    ['a missing field', RLP.replace('    type: boolean\n', ''), 3, 'flags.rlp.type: it is missing'],
    [
      'a state there is none of',
      RLP.replace('live', 'alive'),
      7,
      'flags.rlp.state: it must be live or dormant',
    ],
    ['a number as owner', RLP.replace('team-rlp', '7'), 4, 'flags.rlp.owner: it must be a text'],
    ['`yes` for true', RLP.replace('true', 'yes'), 8, 'flags.rlp.bound: it must be true or false'],
    [
      'a verification without a person',
      `${RLP}    verification: verified\n`,
      9,
      'without verified_by: a check has',
    ],
    [
      'a verification without a time',
      `${RLP}    verification: verified\n    verified_by: ada\n`,
      9,
      'without verified_at: a check has',
    ],
    [
      'a person who verified nothing',
      `${RLP}    verified_by: ada\n`,
      9,
      'must not be given while verification',
    ],
    [
      'a message without senders',
      `${RLP}    travels_in: [message]\n`,
      9,
      'for a bound flag that names no senders',
    ],
    [
      'senders without a message',
      `${RLP}    senders: [gw]\n`,
      9,
      'must not be given for a flag that does not',
    ],
    [
      'a code site without a file',
      `${RLP}    where:\n      - line: 3\n`,
      10,
      'flags.rlp.where[0].file: it is missing',
    ],
    ['a line number of zero', `${RLP}    where: [{file: a, line: 0}]\n`, 9, 'must be at least 1'],
    ['a time that is none', `${RLP}    last_modified: 2012-07-20\n`, 9, 'must be a time such as'],
    ['a flag that is there twice', `${RLP}  rlp: {}\n`, 9, 'the key "rlp" is there twice'],
    [
      'a name with a control character',
      RLP.replace('rlp:', '"r\\u0007":'),
      3,
      'must be named with 1 to 256 printable',
    ],
    ['a flag named __proto__', RLP.replace('rlp:', '__proto__:'), 3, 'no flag can have this name'],
    ['another version', RLP.replace('v1', 'v2'), 1, 'is haunted.flags/v2; this version of haunted reads'],
    ['no version', RLP.replace('schema: haunted.flags/v1\n', ''), 1, 'does not say which `schema` it has'],
    ['a list instead of flags', 'schema: haunted.flags/v1\nflags: []\n', 2, 'flags: it must be an object'],
  ])('is refused for %s, in one sentence that names the line', (_, text, line, reason) => {
    const said = refusal(text);
    expect(said).toContain(`BAD_INPUT flags.yaml line ${line} `);
    expect(said).toContain(reason);
    expect(said).not.toContain('\n');
  });

  it.each([
    ['nothing', '# nothing here\n'],
    ['a text', 'just words\n'],
    ['a list', '- a\n'],
  ])('is refused when it holds %s', (_, text) => {
    expect(refusal(text)).toMatch(/^BAD_INPUT flags\.yaml/);
  });

  it('may leave the sender of a message unnamed while nothing sends it', () => {
    const text = `${RLP.replace('bound: true', 'bound: false')}    travels_in: [message]\n`;
    expect(parseFlagFile(text, 'f').flags['rlp']?.travels_in).toEqual(['message']);
  });

  it('is refused with more flags than the limit', () => {
    const one = 'owner: a, purpose: b, type: boolean, state: live, bound: false';
    const rows = Array.from({ length: 20_001 }, (_, at) => `  f${at}: {${one}}`);
    expect(refusal(`schema: haunted.flags/v1\nflags:\n${rows.join('\n')}\n`)).toMatch(
      /flags: it must have at most 20000 flags/,
    );
  });
});
