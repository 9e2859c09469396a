import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import type { Config } from '../../../src/config.ts';
import { RUN_ALONE, STRATEGY_NAMES, VERSION } from '../../../src/config.ts';
import { DETECTORS } from '../../../src/detector/create.ts';
import { SpotterError } from '../../../src/errors.ts';
import type { Models } from '../../../src/models/models.ts';
import { inBytes } from '../../../src/picture/inspect.ts';
import { askerOf, type Env } from './access.ts';
import { toAnswer } from './answer.ts';
import { boundedForms, isForm } from './form.ts';
import { createOnce } from './idempotency.ts';
import type { KeptAnswer, Memory } from './memory.ts';
import { answerProblem, badInput, noForm, problemOf } from './problems.ts';
import { type Asking, pictureFrom, type Questions, type WebQuestion } from './questions.ts';
import * as schemas from './schemas.ts';

export interface ApiDeps {
  readonly config: Config;
  readonly models: Pick<Models, 'list'>;
  readonly questions: Questions;
  readonly memory: Memory;
}

const MAX_JSON_BYTES = 64 * 1024;

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: schemas.ProblemJson } },
});
const json = <S>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});
const PROBLEMS = {
  400: problem('The request cannot be understood'),
  401: problem('A token is needed'),
  403: problem('Not allowed'),
  404: problem('There is no such thing, or it is no longer kept'),
  413: problem('Too large'),
  415: problem('Not a picture that can be read'),
  421: problem('Another host name than those that are answered to'),
  422: problem('Understood, and cannot be answered'),
  424: problem('A link leads to nothing'),
  429: problem('Too many questions in a minute'),
  499: problem('The client closed the request'),
  500: problem('Something went wrong'),
  501: problem('Not set up here'),
  502: problem('The language model does not answer'),
  503: problem('Busy, or the detector is down'),
  504: problem('It took too long'),
  507: problem('No space is left'),
} as const;

/** Needed where there are tokens. */
const TOKEN = [{ token: [] }, {}];

const FIND = createRoute({
  method: 'post',
  path: '/find',
  operationId: 'find',
  security: TOKEN,
  summary: 'Find what an expression refers to, or answer a question about a picture',
  description:
    'With "Accept: text/event-stream" the progress comes as events (`position`, `step`), and then `answer` or `problem`.',
  request: {
    query: schemas.FindQuery,
    headers: schemas.IdempotencyHeader,
    // That there is one is checked below: a required body would have to be of both forms.
    body: {
      content: {
        'application/json': { schema: schemas.FindJson },
        'multipart/form-data': { schema: schemas.FindForm },
      },
    },
  },
  responses: {
    200: {
      description: 'The answer',
      content: {
        'application/json': { schema: schemas.Answer },
        'text/event-stream': { schema: { type: 'string' as const } },
      },
    },
    ...PROBLEMS,
  },
});

const ADD_PICTURE = createRoute({
  method: 'post',
  path: '/pictures',
  operationId: 'addPicture',
  security: TOKEN,
  summary: 'Send a picture, to be asked about; it is kept in memory for an hour',
  request: {
    headers: schemas.IdempotencyHeader,
    body: { required: true, content: { 'multipart/form-data': { schema: schemas.PictureForm } } },
  },
  responses: { 201: json(schemas.PictureKept, 'The id of the picture'), ...PROBLEMS },
});

const jpeg = (description: string) => ({
  description,
  content: { 'image/jpeg': { schema: { type: 'string' as const, format: 'binary' } } },
});

const SHOW_PICTURE = createRoute({
  method: 'get',
  path: '/pictures/{id}/image',
  operationId: 'pictureImage',
  security: TOKEN,
  summary: 'A picture as it is looked at: oriented, JPEG, at most 1600 pixels a side',
  request: { params: schemas.IdParam },
  responses: { 200: jpeg('The picture'), ...PROBLEMS },
});

const GET_ANSWER = createRoute({
  method: 'get',
  path: '/answers/{id}',
  operationId: 'answer',
  security: TOKEN,
  summary: 'An answer of the last hour',
  request: { params: schemas.IdParam, query: schemas.FindQuery },
  responses: { 200: json(schemas.Answer, 'The answer'), ...PROBLEMS },
});

const GET_IMAGE = createRoute({
  method: 'get',
  path: '/answers/{id}/image',
  operationId: 'answerImage',
  security: TOKEN,
  summary: 'The annotated picture of an answer',
  request: { params: schemas.IdParam, query: schemas.ImageQuery },
  responses: { 200: jpeg('The annotated picture, at most 1600 pixels a side'), ...PROBLEMS },
});

const PICK = createRoute({
  method: 'post',
  path: '/answers/{id}/pick',
  operationId: 'pick',
  security: TOKEN,
  summary: 'Choose one of the numbered candidates of an undecided answer',
  request: {
    params: schemas.IdParam,
    query: schemas.FindQuery,
    body: { required: true, content: { 'application/json': { schema: schemas.Pick } } },
  },
  responses: { 200: json(schemas.Answer, 'The answer, found by the choice'), ...PROBLEMS },
});

const MODELS = createRoute({
  method: 'get',
  path: '/models',
  operationId: 'models',
  security: TOKEN,
  summary: 'The detectors that can look',
  responses: { 200: json(schemas.ModelList, 'In the order of the registry'), ...PROBLEMS },
});

const HEALTH = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'healthz',
  security: TOKEN,
  summary: 'Whether the server is alive',
  responses: { 200: json(schemas.Health, 'It is'), ...PROBLEMS },
});

const STRATEGIES = createRoute({
  method: 'get',
  path: '/strategies',
  operationId: 'strategies',
  security: TOKEN,
  summary: 'The ways that a question can go',
  responses: { 200: json(schemas.StrategyList, 'All of them'), ...PROBLEMS },
});

/** The API: what is sent is checked by the schemas that describe it. What is thrown is for whatever mounts it. */
export function createApi({ config, models, questions, memory }: ApiDeps): OpenAPIHono<Env> {
  const api = new OpenAPIHono<Env>({
    defaultHook: (result, c) =>
      result.success ? undefined : answerProblem(c, badInput(result.error.issues)),
  });
  const onceAnswered = createOnce();
  const onceAdded = createOnce();
  const askingOf = (c: Context<Env>): Asking => ({ asker: askerOf(c), signal: c.req.raw.signal });

  const [forms, short] = [boundedForms(), limited(MAX_JSON_BYTES)];
  const bounded: MiddlewareHandler = (c, next) =>
    isForm(c.req.header('content-type') ?? '') ? forms(c, next) : short(c, next);
  for (const path of ['/pictures', '/find', '/answers/:id/pick']) api.use(path, bounded);

  api.openapi(FIND, async (c) => {
    const shown = c.req.valid('query');
    const key = c.req.valid('header')['idempotency-key'];
    const question = await questionOf(c.req.header('content-type') ?? '', () => [
      c.req.valid('json'),
      c.req.valid('form'),
    ]);
    const asking = askingOf(c);
    const ask = async (told: Partial<Asking> = {}): Promise<KeptAnswer> => {
      const { asker, signal } = asking;
      if (key === undefined) return questions.ask(question, { ...asking, ...told });
      const work = (shared: AbortSignal) => questions.ask(question, { asker, ...told, signal: shared });
      const { id } = await onceAnswered({ asker, key, what: fingerprintOf(question), signal }, work);
      return memory.answer(asker, id);
    };
    if (!/\btext\/event-stream\b/.test(c.req.header('accept') ?? '')) {
      return c.json(toAnswer(await ask(), shown), 200);
    }
    return streamSSE(c, async (stream) => {
      const tell = (event: string, data: unknown) => stream.writeSSE({ event, data: JSON.stringify(data) });
      try {
        const answered = await ask({
          onPosition: (ahead) => void tell('position', { ahead }),
          onStep: (name) => void tell('step', { name }),
        });
        await tell('answer', toAnswer(answered, shown));
      } catch (thrown) {
        await tell('problem', problemOf(thrown));
      }
    }) as never;
  });

  api.openapi(ADD_PICTURE, async (c) => {
    const { image } = c.req.valid('form');
    const bytes = await bytesOf(image);
    const asker = askerOf(c);
    const key = c.req.valid('header')['idempotency-key'];
    const add = () => questions.add(bytes, asker);
    const { signal } = c.req.raw;
    const { id } =
      key === undefined ? await add() : await onceAdded({ asker, key, what: [bytes], signal }, add);
    const { sha256 } = memory.picture(asker, id);
    return c.json({ id, sha256, bytes: bytes.length }, 201);
  });

  api.openapi(SHOW_PICTURE, async (c) => {
    const asking = askingOf(c);
    const bytes = await questions.show(memory.picture(asking.asker, c.req.valid('param').id), asking);
    return image(c, bytes) as never;
  });

  api.openapi(GET_ANSWER, (c) =>
    c.json(toAnswer(memory.answer(askerOf(c), c.req.valid('param').id), c.req.valid('query')), 200),
  );

  api.openapi(GET_IMAGE, async (c) => {
    const asking = askingOf(c);
    const { candidates } = c.req.valid('query');
    const answer = memory.answer(asking.asker, c.req.valid('param').id);
    return image(c, await questions.draw(answer, { candidates, ...asking })) as never;
  });

  api.openapi(PICK, async (c) => {
    const { number } = c.req.valid('json');
    const picked = await questions.choose(c.req.valid('param').id, number, askerOf(c));
    return c.json(toAnswer(picked, c.req.valid('query')), 200);
  });

  api.openapi(HEALTH, (c) => c.json({ alive: true as const, version: VERSION }, 200));

  api.openapi(MODELS, (c) => {
    const detectors = models.list().filter(({ specialist }) => Object.hasOwn(DETECTORS, specialist));
    const listed = detectors.map(({ id, title, variants }) => ({
      ...{ id, name: title, installed: variants.some(({ here }) => here) },
      is_default: config.specialist.split('@')[0] === id,
    }));
    return c.json({ models: listed }, 200);
  });

  api.openapi(STRATEGIES, (c) => {
    const strategies = STRATEGY_NAMES.map((name) => {
      const can_run = config.mllmModel !== undefined || RUN_ALONE.includes(name);
      return {
        ...{ name, is_default: name === config.strategy, can_run },
        ...(!can_run && { why_not: 'no language model is configured' }),
      };
    });
    return c.json({ strategies, language_model: config.mllmModel ?? null }, 200);
  });

  return api;
}

/** Describes the API, whose paths stand below /api/v1. */
export const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Spotter',
    version: VERSION,
    description:
      "Show it a picture, say what you are looking for, and it points at it, or says it isn't there. Errors are problem details (RFC 9457) with a stable code.",
    license: { name: 'MIT', identifier: 'MIT' },
  },
} as const;

/** Refuses larger requests, whether they say how large they are or not. */
export const limited = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: (c) => {
      c.header('connection', 'close');
      return answerProblem(
        c,
        new SpotterError(
          'too-many-bytes',
          `The request is too large: the limit is ${inBytes(maxSize)}.`,
          'Send a smaller version of the picture.',
        ),
      );
    },
  });

const image = (c: Context, bytes: Uint8Array): Response =>
  c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
    'content-type': 'image/jpeg',
    'cache-control': 'private, no-store',
  });

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** The question of a request, as JSON or as a form. @throws SpotterError bad-usage, no-picture */
async function questionOf(
  type: string,
  valid: () => readonly [json: unknown, form: unknown],
): Promise<WebQuestion> {
  const [asJson, asForm] = valid();
  const isJson = /^application\/json\b/i.test(type);
  if (!isForm(type) && !isJson) throw noForm();
  const form = isForm(type) ? (asForm as FindForm) : undefined;
  const given = form ?? (asJson as FindJson);
  const bytes = form?.image && (await bytesOf(form.image));
  const { expression, after, strategy, detector, settings, picture } = given;
  const image_url = 'image_url' in given ? given.image_url : undefined;
  return {
    ...{ expression, after, strategy, detector },
    of: pictureFrom({ image: bytes, image_url, picture, after }),
    ...(settings && { tuning: tuningOf(settings) }),
  };
}

type FindJson = ReturnType<typeof schemas.FindJson.parse>;
type FindForm = ReturnType<typeof schemas.FindForm.parse>;

const tuningOf = ({ box_threshold, nms_iou, top_k, none, seed, focus }: schemas.Settings) => ({
  ...(box_threshold !== undefined && { minScore: box_threshold }),
  ...(nms_iou !== undefined && { nmsIou: nms_iou }),
  ...(top_k !== undefined && { topK: top_k }),
  ...(none !== undefined && { none }),
  ...(seed !== undefined && { seed }),
  ...(focus !== undefined && { focus }),
});

const fingerprintOf = ({ of, ...question }: WebQuestion): (string | Uint8Array)[] => [
  JSON.stringify(question),
  ...('bytes' in of ? [of.bytes] : [JSON.stringify(of)]),
];
