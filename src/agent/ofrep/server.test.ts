import { afterEach, describe, expect, it } from 'vitest';
import { NOW, flag, sha } from '../../../test/world/documents.ts';
import {
  BulkFailure,
  BulkSuccess,
  EvaluationFailure,
  EvaluationSuccess,
  FlagNotFound,
  GeneralError,
} from '../../../test/world/ofrep-schema.ts';
import {
  RUNS_A,
  memorySource,
  ofrepWorld,
  slowSource,
  value,
  viewOf,
} from '../../../test/world/ofrep-world.ts';
import type { OfrepWorld, WorldOptions } from '../../../test/world/ofrep-world.ts';
import type { BulkEvaluation, Evaluation } from './flag-source.ts';

const ONE = '/ofrep/v1/evaluate/flags/';
const ALL = '/ofrep/v1/evaluate/flags';
const view = viewOf([
  flag('on', { owner: 'team-a' }),
  flag('text', { type: 'string' }),
  flag('asleep', { state: 'dormant' }),
  flag('chained', { state: 'shackled' }),
  flag('gone', { state: 'retired' }),
  flag('undefined'),
  flag('a/b c'),
]);
const FLAGS: Record<string, Evaluation> = {
  on: value(true, { metadata: { team: 'x', 'haunted.owner': 'somebody else' } }),
  text: value('hi'),
  asleep: value(true),
  chained: value(true),
  gone: value(true),
  'a/b c': value(true),
};

let world: OfrepWorld | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

async function start(more: Partial<WorldOptions> = {}): Promise<OfrepWorld> {
  world = await ofrepWorld({ view, source: memorySource(FLAGS), ...more });
  return world;
}

/** A source that says one thing about everything. */
function saying(evaluation: Evaluation, bulk: BulkEvaluation): WorldOptions['source'] {
  return { ...memorySource({}), evaluate: async () => evaluation, evaluateAll: async () => bulk };
}

describe('one flag', () => {
  it('comes with its owner, its meaning and what was proven, which the source cannot overwrite', async () => {
    const { post } = await start();
    const { status, headers, body } = await post(`${ONE}on`, { context: { targetingKey: 'u' } });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(EvaluationSuccess.parse(body)).toEqual({
      key: 'on',
      value: true,
      reason: 'STATIC',
      variant: 'on',
      metadata: {
        team: 'x',
        'haunted.owner': 'team-a',
        'haunted.meaning': 'm:on',
        'haunted.manifest_sha256': view.manifest.manifest_sha256,
        'haunted.generation': 41,
        'haunted.binary_sha256': sha('a'),
      },
    });
  });

  it.each([
    ['not in the table', 'nobody', 'flag_not_owned'],
    ['dormant', 'asleep', 'flag_dormant'],
    ['shackled', 'chained', 'flag_shackled'],
    ['retired', 'gone', 'flag_retired'],
    ['named like an inherited property', 'constructor', 'flag_not_owned'],
  ])('that is %s is not found, and why is said', async (_, name, code) => {
    const { status, body } = await (await start()).post(`${ONE}${name}`);
    expect(status).toBe(404);
    expect(FlagNotFound.parse(body)).toMatchObject({ key: name, metadata: { 'haunted.refused': code } });
  });

  it('that is owned and not defined is not found', async () => {
    const { status, body } = await (await start()).post(`${ONE}undefined`);
    expect(status).toBe(404);
    expect(FlagNotFound.parse(body).errorDetails).toContain('does not define it');
  });

  it('may hold slashes and spaces, in percent signs or not', async () => {
    const { post } = await start();
    for (const path of ['a/b%20c', 'a%2Fb%20c'])
      expect(await post(`${ONE}${path}`)).toMatchObject({ status: 200, body: { key: 'a/b c' } });
  });

  it.each<[string, Evaluation, number, string]>([
    ['another type', value('yes'), 400, 'GENERAL'],
    ['no type at all', value(null), 400, 'GENERAL'],
    ['another meaning', value(true, { metadata: { 'haunted.meaning': 'm:other' } }), 400, 'GENERAL'],
    [
      'another meaning and no value',
      { kind: 'code_default', reason: 'DISABLED', variant: null, metadata: { 'haunted.meaning': 'm:other' } },
      400,
      'GENERAL',
    ],
    ['an error of its own', { kind: 'failed', code: 'PARSE_ERROR', detail: 'bad rule.' }, 400, 'PARSE_ERROR'],
  ])('with %s is an evaluationFailure', async (_, evaluation, status, errorCode) => {
    const source = saying(evaluation, { kind: 'flags', byFlag: new Map([['on', evaluation]]) });
    const { post } = await start({ source });
    const one = await post(`${ONE}on`);
    expect(one.status).toBe(status);
    expect(EvaluationFailure.parse(one.body)).toMatchObject({ key: 'on', errorCode });
    const all = await post(ALL);
    expect(all.status).toBe(200);
    expect(BulkSuccess.parse(all.body).flags).toMatchObject([{ key: 'on', errorCode }]);
  });

  it('that is to use the code’s default has no value', async () => {
    const disabled = { kind: 'code_default', reason: 'DISABLED', variant: null, metadata: {} } as const;
    const { post } = await start({ source: memorySource({ on: disabled }) });
    const { status, body } = await post(`${ONE}on`);
    expect(status).toBe(200);
    expect(EvaluationSuccess.parse(body)).toMatchObject({ key: 'on', reason: 'DISABLED' });
    expect(body).not.toHaveProperty('value');
  });

  it.each([
    ['that is away', null, 500],
    ['that wants patience', '7', 429],
  ])('from a source %s is an error without a value, alone and in bulk', async (_, retryAfter, status) => {
    const away = { kind: 'unavailable', detail: 'It does not answer.', retryAfter } as const;
    const { post } = await start({ source: saying(away, away) });
    for (const path of [`${ONE}on`, ALL]) {
      const answer = await post(path);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('retry-after')).toBe(retryAfter);
      expect(GeneralError.parse(answer.body)).toMatchObject({
        errorCode: 'GENERAL',
        errorDetails: 'It does not answer.',
      });
    }
  });
});

describe('a node that cannot show the manifest’s binary', () => {
  it.each([
    ['runs another', { ...RUNS_A, sha256: sha('b'), onDiskSha256: null }, 'binary_mismatch'],
    ['runs what was replaced', { ...RUNS_A, sha256: sha('b') }, 'stale_process'],
    ['runs who knows what', { ok: false, code: 'NO_PROCESS', detail: 'none' } as const, 'binary_unproven'],
  ])('%s: every flag fails, one by one and in bulk', async (_, look, code) => {
    const { post, runs } = await start();
    const before = await post(ALL);
    runs(look);
    for (const name of ['on', 'nobody', 'chained']) {
      const one = await post(`${ONE}${name}`);
      expect(one.status).toBe(400);
      expect(EvaluationFailure.parse(one.body)).toMatchObject({
        key: name,
        errorCode: 'GENERAL',
        metadata: { 'haunted.refused': code },
      });
    }
    // With the tag of the good answer: the caller must not be told that nothing changed.
    const all = await post(ALL, {}, { 'If-None-Match': before.headers.get('etag') ?? '' });
    expect(all.status).toBe(200);
    const { flags, metadata } = BulkSuccess.parse(all.body);
    expect(flags.map(({ key }) => key)).toEqual(['on', 'text', 'undefined', 'a/b c']);
    expect(flags.every((each) => 'errorCode' in each && !('value' in each))).toBe(true);
    expect(metadata).toMatchObject({ 'haunted.refused': code });
    runs(RUNS_A);
    expect((await post(`${ONE}on`)).status).toBe(200);
  });

  it('gives nothing that a slow source said while the binary changed', async () => {
    const { source, asked, letGo } = slowSource();
    const { post, runs } = await start({ source });
    const answer = post(`${ONE}on`);
    await asked;
    runs({ ...RUNS_A, sha256: sha('b') });
    letGo();
    expect(await answer).toMatchObject({ status: 400, body: { errorCode: 'GENERAL' } });
  });

  it('does so when the manifest has ended', async () => {
    const ended = viewOf([flag('on')], { expires_at: new Date(NOW).toISOString() });
    const { post } = await start({ view: ended });
    expect(await post(`${ONE}on`)).toMatchObject({
      status: 400,
      body: { metadata: { 'haunted.refused': 'manifest_expired' } },
    });
  });
});

describe('all flags', () => {
  it('are the live ones that are defined, with the address of the event stream', async () => {
    const { post } = await start();
    const { status, headers, body } = await post(ALL, { context: { targetingKey: 'u' } });
    expect(status).toBe(200);
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    const { flags, eventStreams } = BulkSuccess.parse(body);
    expect(flags.map(({ key }) => key)).toEqual(['on', 'text', 'a/b c']);
    expect(eventStreams).toEqual([
      { type: 'sse', endpoint: { requestUri: '/haunted/v1/events' }, inactivityDelaySec: 120 },
    ]);
  });

  it('announce no stream when the source cannot notice its own changes', async () => {
    const { post } = await start({ source: { ...memorySource(FLAGS), version: () => null } });
    expect(BulkSuccess.parse((await post(ALL)).body).eventStreams).toBeUndefined();
  });

  it('are not sent again to a caller that has them, and are once they changed', async () => {
    const source = memorySource(FLAGS);
    const { post } = await start({ source });
    const etag = (await post(ALL)).headers.get('etag') ?? '';
    for (const header of [etag, etag.replaceAll('"', ''), `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await post(ALL, {}, { 'If-None-Match': header });
      expect(again).toMatchObject({ status: 304, body: null });
      expect(again.headers.get('etag')).toBe(etag);
    }
    expect(await post(ALL, {}, { 'If-None-Match': '"other"' })).toMatchObject({ status: 200 });
    source.set({ on: value(false) });
    expect(await post(ALL, {}, { 'If-None-Match': etag })).toMatchObject({ status: 200 });
  });

  it.each([
    ['flagConfigEtag=abc&flagConfigLastModified=1771622898', 200],
    ['flagConfigLastModified=2026-02-20T21:28:18Z', 200],
    ['flagConfigLastModified=yesterday', 400],
    ['flagConfigLastModified=-1', 400],
    ['unknown=1', 200],
  ])('may be asked for with %s: %i', async (query, status) => {
    const answer = await (await start()).post(`${ALL}?${query}`);
    expect(answer.status).toBe(status);
    (status === 200 ? BulkSuccess : BulkFailure).parse(answer.body);
  });

  it('fail as a whole when the source says so', async () => {
    const failed = { kind: 'failed', code: 'TARGETING_KEY_MISSING', detail: 'No key.' } as const;
    const { status, body } = await (await start({ source: saying(failed, failed) })).post(ALL);
    expect(status).toBe(400);
    expect(BulkFailure.parse(body)).toEqual({ errorCode: 'TARGETING_KEY_MISSING', errorDetails: 'No key.' });
  });
});

describe('what was asked', () => {
  it('is told in the form of a guard report', async () => {
    const { server, post } = await start();
    await post(`${ONE}on`);
    await post(`${ONE}on`);
    await post(`${ONE}chained`);
    await post(`${ONE}undefined`);
    const response = await fetch(`${server.url}/haunted/v1/flags`);
    expect(await response.json()).toMatchObject({
      answers_flags: true,
      why_not: null,
      outcomes: { on: { evaluated: 2 }, chained: { flag_shackled: 1 }, undefined: { not_defined: 1 } },
      guard_report: {
        binary_sha256: sha('a'),
        process: { pid: 4711, start_ticks: 99, boot_id: 'boot-1' },
        bound_flags: [
          { flag: 'on', meaning: null, value: null, source: 'self_report:ofrep' },
          { flag: 'chained', meaning: null, value: null, source: 'self_report:ofrep' },
        ],
      },
    });
  });

  it('is about no binary while nobody can tell which one runs', async () => {
    const { server, post, runs } = await start();
    runs({ ok: false, code: 'NO_PROCESS', detail: 'none' });
    await post(`${ONE}on`);
    expect(await (await fetch(`${server.url}/haunted/v1/flags`)).json()).toMatchObject({
      answers_flags: false,
      why_not: { code: 'binary_unproven' },
      outcomes: { on: { binary_unproven: 1 } },
      guard_report: null,
    });
    expect(await server.report()).toBeNull();
  });
});
