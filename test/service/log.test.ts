import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { LOG_LEVELS } from '../../src/service/log.ts';
import { ROOT } from '../project/sources.ts';
import { logging } from './logging.ts';

const CANARY = 'c4nary/+Zx&"é\\7Qw?9%';
const REDIS = `redis://bot:${encodeURIComponent(CANARY)}@redis.example:6379/0`;
/** As it is, and as it can be written; pieces are enough to be caught. */
const PIECES = [
  CANARY,
  'c4nary',
  '7Qw?9',
  encodeURIComponent(CANARY).slice(6),
  Buffer.from(CANARY).toString('base64').slice(2, -3),
  Buffer.from(CANARY).toString('hex').slice(2, -2),
];

const expectNone = (text: string): void => {
  expect(text.length).toBeGreaterThan(20);
  for (const piece of PIECES) expect(text).not.toContain(piece);
};

/** Typed as any text, so that anything may be put in. */
const PUT_IN: string = 'put in by its place: %o, %s, %j';

/** Everywhere that a secret could come from. */
const PLACES: Readonly<Record<string, unknown>> = {
  'a field': { anything: CANARY },
  'a field named so': { password: CANARY },
  'a deep field': { a: { b: [{ c: { d: [[CANARY]] } }] } },
  'a key': { [CANARY]: 1 },
  'a setting': { config: { discordToken: CANARY, redis: REDIS, nested: { apiKey: CANARY } } },
  'the environment': { env: { ...process.env, SLACK_BOT_TOKEN: CANARY } },
  headers: {
    headers: new Headers({ 'x-any': 'c4nary', cookie: 'a=b', authorization: `Bearer ${'c4nary'}` }),
  },
  'plain headers': { headers: { 'X-Slack-Signature': `v0=${CANARY}`, Authorization: [`Bot ${CANARY}`] } },
  'the query of an address': { note: `see https://files.example/a.png?token=${encodeURIComponent(CANARY)}` },
  'the user of an address': { note: `see https://u:${encodeURIComponent(CANARY)}@files.example/` },
  'a URL': { at: new URL(`https://files.example/?t=${encodeURIComponent(CANARY)}`) },
  'search parameters': { search: new URLSearchParams({ t: CANARY }) },
  'a form': { body: new URLSearchParams({ t: CANARY, more: 'x y' }).toString() },
  JSON: { body: JSON.stringify({ t: CANARY }) },
  'JSON in JSON': { body: JSON.stringify({ body: JSON.stringify({ t: CANARY }) }) },
  'base64 of something longer': { body: Buffer.from(`user:${CANARY}`).toString('base64') },
  base64url: { body: Buffer.from(CANARY).toString('base64url') },
  hexadecimal: { body: Buffer.from(CANARY).toString('hex') },
  bytes: { body: Buffer.from(CANARY), more: new Uint8Array(Buffer.from(CANARY)) },
  'a map and a set': { map: new Map([[CANARY, CANARY]]), set: new Set([CANARY]) },
  'an error': new Error(`401 for ${CANARY}`),
  'an error among fields': { reason: new Error(CANARY), list: [new Error(CANARY)] },
  'the cause of a cause': new Error('a', { cause: new Error('b', { cause: new Error(CANARY) }) }),
  'a cause that is no error': new Error('a', { cause: { request: { token: [CANARY] } } }),
  'several errors': new AggregateError([new Error(CANARY)], 'all failed'),
  'what an error carries': Object.assign(new Error('a'), { config: { headers: { auth: CANARY } } }),
  'a SpotterError': new SpotterError(
    'mllm-refused',
    `Refused ${CANARY}.`,
    `Try ${CANARY}`,
    new Error(CANARY),
  ),
  'a class of one': {
    item: new (class Client {
      token = CANARY;
    })(),
  },
  'what toJSON says': { item: { toJSON: () => CANARY, seen: CANARY } },
  'something long': { note: `${'x '.repeat(9000)}${CANARY}` },
  'something too long': { note: CANARY.repeat(2000) },
};

describe('a secret', () => {
  const secrets = [CANARY, REDIS, 'c4nary'];

  it.each(Object.entries(PLACES))('in %s is never written', (_, value) => {
    const { log, text } = logging({ level: 'debug', secrets });
    for (const level of ['debug', 'info', 'error'] as const) {
      log[level](value as object, 'something happened');
      log.child({ bound: value }).child({ again: value })[level]('in a child');
      log[level](PUT_IN, value, value, value);
      log[level]({ ...(value as object), fine: true }, `and in the message: ${CANARY}`);
    }
    expectNone(text());
    expect(text().trim().split('\n')).toHaveLength(12);
    for (const line of text().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
  });

  it('is not written, whatever the shape it is in', () => {
    const around = fc.string({ maxLength: 12 });
    const leaf = fc
      .tuple(around, around, fc.constantFrom(CANARY, encodeURIComponent(CANARY), JSON.stringify(CANARY)))
      .map(([before, after, secret]) => `${before}${secret}${after}`);
    const wrapped = fc.oneof(
      leaf,
      leaf.map((text) => new Error(text)),
      leaf.map((text) => new Map([[text, text]])),
      leaf.map((text) => Buffer.from(text)),
      leaf.map((text) => new Error('x', { cause: text })),
    );
    const shape = fc.object({ key: fc.oneof(around, leaf), values: [wrapped, fc.anything()], maxDepth: 5 });
    const property = fc.property(shape, around, (fields, message) => {
      const { log, text } = logging({ level: 'debug', secrets: [CANARY] });
      log.info(fields, `${message}${CANARY}`);
      log.child(fields).debug(message);
      expectNone(text());
      expect(text()).not.toContain('could not be read');
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('that nobody configured is not written where its field or its form tells what it is', () => {
    const { log, text } = logging({ level: 'debug' });
    const webhook = `https://discord.example/api/webhooks/123/${'Ab1-'.repeat(17)}/messages`;
    log.debug({ interaction: { token: 'unseen-1' }, headers: { 'set-cookie': ['unseen-2'] } }, 'a');
    log.debug(Object.assign(new Error(`POST ${webhook} failed`), { url: webhook, clientSecret: 'unseen-3' }));
    log.debug(
      'xoxb-12345-unseen-4, xapp-1-A-unseen-5, Bearer unseen-6, https://a:unseen-7@b.example/c?d=unseen-8',
    );
    log.debug({ body: '{"access_token": "unseen-9"}' });
    expect(text()).not.toMatch(/unseen|Ab1-Ab1/);
    expect(text()).toContain('https://discord.example/api/webhooks/123/…/messages');
  });

  it('that is a number does not break the lines', () => {
    const { log, last } = logging({ secrets: ['2026', '30'] });
    log.info({ port: 2026, ms: 12 }, 'in 2026');
    expect(last()).toMatchObject({ level: 'info', port: '[key]', ms: 12, msg: 'in [key]' });
    expect(Date.parse(last().time as string)).not.toBeNaN();
  });
});

describe('from level info on', () => {
  const TEXT = 'the man left of the red bus';
  const LINK = 'https://cdn.example/attachments/1/2/holiday-of-ann.png?ex=3&hm=4';
  const event = {
    expression: TEXT,
    question: { text: TEXT, pictures: [{ url: LINK, name: 'holiday-of-ann.png' }] },
    note: `fetched ${LINK}`,
    verdict: { sentence: `Found ${TEXT}.`, candidates: [{ label: TEXT }] },
    err: new SyntaxError(`Unexpected token 't', "{"say": ${TEXT}" is not valid JSON`),
    inline: `data:image/png;base64,${'iVBOR'.repeat(20)}`,
  };

  it.each(['info', 'warn', 'error', 'fatal'] as const)('%s tells neither texts nor addresses', (level) => {
    const { log, text } = logging({ level: 'debug' });
    log[level](event, `could not read ${LINK}: "${TEXT}"`);
    expect(text()).not.toMatch(/red bus|holiday|attachments|hm=4|iVBOR/);
    expect(text()).toContain('https://cdn.example/…#');
  });

  it('the same text has the same fingerprint, and its length', () => {
    const { log, last } = logging();
    log.info({ expression: TEXT, text: TEXT, words: 'another' });
    const { expression, text, words } = last();
    expect(expression).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{12}$/), length: TEXT.length });
    expect(text).toEqual(expression);
    expect(words).not.toEqual(expression);
  });

  it('the property holds for any shape', () => {
    const key = fc.constantFrom('expression', 'text', 'sentence', 'trace', 'pictures', 'imageUrl');
    const within = fc.object({ values: [fc.constant(TEXT)], maxDepth: 3 });
    const property = fc.property(key, fc.oneof(fc.constant(TEXT), within), (name, value) => {
      const { log, text } = logging();
      log.info({ outer: [{ [name]: value }] }, 'answered');
      expect(text()).not.toContain('red bus');
      expect(text()).toContain(`"${name}":`);
    });
    fc.assert(property, { numRuns: 100 });
  });

  it('debug tells them, for whoever asks for it', () => {
    const { log, last } = logging({ level: 'debug' });
    log.debug(event, `could not read ${LINK}`);
    expect(last()).toMatchObject({
      expression: TEXT,
      msg: 'could not read https://cdn.example/attachments/1/2/holiday-of-ann.png?…',
    });
  });

  it('debug is not written unless it was asked for', () => {
    const { log, lines } = logging();
    log.debug(event, 'nothing');
    expect(lines).toEqual([]);
  });
});

describe('a line', () => {
  it('says what a SpotterError is', () => {
    const { log, last } = logging();
    log.error(new SpotterError('detector-down', 'The detector died.', 'Look at it.', new Error('exit 139')));
    expect(last()).toMatchObject({
      level: 'error',
      msg: 'The detector died.',
      err: {
        type: 'SpotterError',
        code: 'detector-down',
        hint: 'Look at it.',
        cause: { message: 'exit 139' },
      },
    });
    expect((last().err as { stack: string }).stack).toContain('log.test.ts');
  });

  it('carries what JSON cannot, and survives what cannot be read', () => {
    const { log, last } = logging();
    const circular: Record<string, unknown> = {
      n: 10n,
      day: new Date(0),
      nan: Number.NaN,
      nothing: undefined,
    };
    circular.self = circular;
    Object.defineProperty(circular, 'trap', {
      configurable: true,
      enumerable: true,
      get: () => expect.fail('as it should'),
    });
    log.info({ circular, fine: { bytes: new Uint8Array(7), deep: { er: [true, null] } } });
    expect(last()).toMatchObject({
      circular: '[unreadable]',
      fine: { bytes: '[7 bytes]', deep: { er: [true, null] } },
    });
    delete circular.trap;
    Object.defineProperty(circular, 'trap', { value: 1, enumerable: false });
    log.info({ circular });
    expect(last().circular).toEqual({
      n: '10',
      day: '1970-01-01T00:00:00.000Z',
      nan: 'NaN',
      self: '[circular]',
    });
  });

  it('takes what is no record of fields', () => {
    const { log, last } = logging();
    log.info([1, 2]);
    expect(last().value).toEqual([1, 2]);
    log.info(Buffer.from('abc'), 'bytes');
    expect(last()).toMatchObject({ value: '[3 bytes]', msg: 'bytes' });
  });

  it('is short, however long what is logged', () => {
    const { log, lines } = logging();
    log.info({ a: 'word '.repeat(3000), b: 'x'.repeat(1e6), c: Array.from({ length: 1e4 }, (_, i) => i) });
    expect(lines[0]!.length).toBeLessThan(6000);
  });

  it('is made of a hostile text in time that grows with its length only', () => {
    const { log, lines } = logging({ level: 'debug' });
    for (const piece of ['key=', 'a.', 'a://', '"', 'sk-', 'bearer ', 'x@', 'data:', 'https://a@']) {
      log.debug({ piece: piece.repeat(19_000 / piece.length) });
    }
    expect(lines).toHaveLength(9);
  });

  it('reaches standard output before the process ends', () => {
    const script = join(ROOT, 'test/service/log-and-exit.ts');
    const { stdout, status } = spawnSync(process.execPath, [join(ROOT, 'bin/run.js'), script], {
      encoding: 'utf8',
    });
    expect(status).toBe(3);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).n),
    ).toEqual([...Array(200).keys()]);
    expect(stdout).not.toContain('c4nary');
  });

  it('has one of the levels', () => {
    const { log } = logging({ level: 'silent' });
    expect(LOG_LEVELS).toContain(log.level);
  });
});
