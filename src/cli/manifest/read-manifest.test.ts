import { afterAll, describe, expect, it } from 'vitest';
import { plan, sha } from '../../../test/world/documents.ts';
import {
  BUILDER,
  doorOf,
  GATE,
  keyringOf,
  NODE,
  sealText,
  soundManifest,
  soundReport,
} from '../../../test/world/trust.ts';
import { commandFolder } from '../../../test/fixtures/command-folder.ts';
import { Fault } from '../../fault.ts';
import type { SigningKey } from '../../seal/keys.ts';
import { PREDICATES } from '../../seal/statement.ts';
import { readManifest, readSoundManifest, readSoundManifests } from './read-manifest.ts';

const { folder, write, remove } = commandFolder(0);
afterAll(remove);
const SOUND = soundManifest();

function sealed(value: typeof SOUND, key: SigningKey, predicateType: string = PREDICATES.manifest): string {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'smars', digest: { sha256: value.binary_sha256 } }],
    predicateType,
    predicate: value,
  };
  return JSON.stringify(sealText(JSON.stringify(statement), key));
}

write('bare.json', JSON.stringify(SOUND));
write('signed.json', sealed(SOUND, BUILDER));
write('wrong-digest.json', JSON.stringify({ ...SOUND, generation: 9 }));
write('twice.json', JSON.stringify(soundManifest({ cluster_inventory: ['a', 'A'] })));
write('report.json', JSON.stringify(soundReport()));
write('proof.json', JSON.stringify(sealText('{"_type":"x"}', BUILDER)));
write('broken-envelope.json', '{"payloadType":"application/vnd.in-toto+json","payload":"*","signatures":[]}');
write('history/2.json', JSON.stringify(soundManifest({ generation: 2 })));
write('history/1.json', sealed(soundManifest({ generation: 1 }), BUILDER));
write('history/proof.json', sealed(SOUND, NODE, PREDICATES.proof));
write('history/plan.json', JSON.stringify(plan()));
write('history/README.md', 'not JSON');
write('empty-history/report.json', JSON.stringify(soundReport()));
write('bad-history/1.json', '{');

function noNote(sentence: string): void {
  throw new Error(`no note was expected: ${sentence}`);
}

async function refusal(read: Promise<unknown>): Promise<string> {
  try {
    await read;
  } catch (error) {
    if (error instanceof Fault) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('a manifest in a file', () => {
  it('may be bare', async () => {
    expect(await readManifest('bare.json', folder)).toEqual({
      source: 'The manifest bare.json',
      manifest: SOUND,
      raw: SOUND,
      signatures: null,
      problem: null,
    });
  });

  it('may be signed, and then the keys are named and not verified', async () => {
    const read = await readManifest('signed.json', folder);
    expect(read).toMatchObject({ manifest: SOUND, signatures: [BUILDER.keyid], problem: null });
  });

  it.each([
    ['wrong-digest.json', 'digest_mismatch'],
    ['twice.json', 'inconsistent'],
  ])('is read although it is wrong in itself: %s', async (file, reason) => {
    expect(await readManifest(file, folder)).toMatchObject({ problem: { reason } });
  });

  it.each([
    ['report.json', /BAD_INPUT The manifest report\.json is haunted\.node-report\/v1/],
    ['proof.json', /BAD_INPUT The manifest proof\.json cannot be read: its payload is not a statement/],
    [
      'broken-envelope.json',
      /BAD_INPUT The manifest broken-envelope\.json cannot be read: its payload is not base64/,
    ],
    ['bad-history/1.json', /BAD_INPUT The manifest bad-history\/1\.json is not strict JSON/],
    ['gone.json', /NOT_FOUND/],
  ])('is refused when it is none: %s', async (file, reason) => {
    expect(await refusal(readManifest(file, folder))).toMatch(reason);
  });
});

describe('a sound manifest', () => {
  it('is taken on the caller’s account without a door', async () => {
    expect(await readSoundManifest('bare.json', folder, null)).toEqual(SOUND);
    expect(await readSoundManifest('signed.json', folder, null)).toEqual(SOUND);
  });

  it.each(['wrong-digest.json', 'twice.json'])('is not one that is wrong in itself: %s', async (file) => {
    expect(await refusal(readSoundManifest(file, folder, null))).toMatch(/^BAD_INPUT .* is not sound: its /);
  });

  it('is signed by somebody the door lets in, when there is one', async () => {
    expect(await readSoundManifest('signed.json', folder, doorOf())).toEqual(SOUND);
    const stranger = doorOf({ keyring: keyringOf(GATE) });
    expect(await refusal(readSoundManifest('signed.json', folder, stranger))).toMatch(
      /^BAD_INPUT .* was refused: /,
    );
    expect(await refusal(readSoundManifest('bare.json', folder, doorOf()))).toMatch(
      /^BAD_INPUT .* was refused: it carries no signature/,
    );
    expect(await readSoundManifest('bare.json', folder, doorOf({ acceptUnsigned: true }))).toEqual(SOUND);
  });
});

describe('the manifests of a folder', () => {
  it('are all that say they are manifests', async () => {
    const notes: string[] = [];
    const read = await readSoundManifests(['bare.json', 'history', 'empty-history'], folder, null, (said) =>
      notes.push(said),
    );
    expect(read.map((manifest) => manifest.generation)).toEqual([1, 1, 2]);
    expect(notes).toEqual(['the history empty-history holds no manifest.']);
    expect(read[0]?.binary_sha256).toBe(sha('a'));
  });

  it('are none when one of them cannot be read', async () => {
    expect(await refusal(readSoundManifests(['bad-history'], folder, null, noNote))).toMatch(
      /1\.json is not strict JSON/,
    );
    expect(await refusal(readSoundManifests(['nowhere'], folder, null, noNote))).toMatch(/^NOT_FOUND/);
  });
});
