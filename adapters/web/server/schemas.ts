import { z } from '@hono/zod-openapi';
import { OFFER_SIZES, STRATEGY_NAMES } from '../../../src/config.ts';
import { ERROR_CODES, type ErrorCode } from '../../../src/errors.ts';
import { ROUTES } from '../../../src/verdict.ts';

/** What is sent in and out, for checking the one and describing both: docs/api.md and /openapi.json come from here. */

const share = z.number().min(0).max(1);
const id = z.string().regex(/^[\w-]{1,64}$/);
/** Lengths are checked where the expression is read, so that there is one sentence for it everywhere. */
const expression = z.string().max(10_000).openapi({
  description:
    'A referring expression or a question, at most 500 characters; after an answer also a follow-up',
  example: 'the dog on the left',
});
const strategy = z.enum(STRATEGY_NAMES).openapi({ description: 'Which way the question goes' });
const detector = z
  .string()
  .min(1)
  .max(200)
  .openapi({ description: 'Which detector looks, by its id in /api/v1/models', example: 'starter' });

const Settings = z
  .strictObject({
    box_threshold: share.openapi({ description: 'Regions with a lower score are dropped' }),
    nms_iou: share.openapi({
      description: 'Of two regions whose IoU is above this, the better scored one stays',
    }),
    top_k: z.literal(OFFER_SIZES).openapi({
      // It would be described by its first value only.
      type: 'integer',
      enum: [...OFFER_SIZES],
      description: 'At most so many regions of a noun, and so many options',
    }),
    none: z.boolean().openapi({ description: 'Whether a language model may choose None' }),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .openapi({ description: 'Order of the options' }),
    focus: z
      .boolean()
      .openapi({ description: "Whether sfa draws detector and model to the target's phrase" }),
  })
  .partial()
  .openapi('Settings');
export type Settings = z.infer<typeof Settings>;

const common = {
  expression,
  after: id.optional().openapi({ description: 'The id of the answer that this question follows up' }),
  picture: id.optional().openapi({ description: 'The id of a picture that was sent before' }),
  strategy: strategy.optional(),
  detector: detector.optional(),
};

/** A question as JSON. */
export const FindJson = z
  .strictObject({
    ...common,
    image_url: z
      .string()
      .max(4000)
      .optional()
      .openapi({ description: 'A link to a picture, where links are followed' }),
    settings: Settings.optional(),
  })
  .openapi('Question');

/** Text of a form that is JSON. */
const jsonText = z
  .string()
  .max(2000)
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  });

/** A question as a form, with the picture as a file. */
export const FindForm = z
  .strictObject({
    ...common,
    image: z
      .instanceof(File)
      .optional()
      .openapi({ type: 'string', format: 'binary', description: 'JPEG, PNG, WebP, GIF, AVIF, HEIC or TIFF' }),
    settings: jsonText.pipe(Settings).optional().openapi({
      type: 'string',
      description: 'As of a question in JSON',
      example: '{"box_threshold": 0.4}',
    }),
  })
  .openapi('QuestionForm');

export const PictureForm = z
  .strictObject({
    image: z.instanceof(File).openapi({ type: 'string', format: 'binary' }),
  })
  .openapi('PictureForm');

const yes = z
  .enum(['0', '1', 'false', 'true'])
  .optional()
  .transform((text) => text === '1' || text === 'true');

export const FindQuery = z.object({
  trace: yes.openapi({
    type: 'string',
    enum: ['0', '1'],
    description: 'With the steps, what was considered, and why',
  }),
  draw: yes.openapi({
    type: 'string',
    enum: ['0', '1'],
    description: 'With a link to the annotated picture in `output`',
  }),
});
export const ImageQuery = z.object({
  candidates: yes.openapi({
    type: 'string',
    enum: ['0', '1'],
    description: 'All that was considered, numbered',
  }),
});
export const IdParam = z.object({ id: id.openapi({ param: { name: 'id', in: 'path' } }) });
export const Pick = z.strictObject({ number: z.int().min(1).max(100) }).openapi('Pick');

const Box = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .openapi({ description: '[x1, y1, x2, y2] in pixels of the oriented picture' });

const Candidate = z
  .object({
    box: Box,
    label: z.string(),
    detection: share.openapi({ description: "The detector's own score" }),
    certainty: share.openapi({ description: 'How likely such a thing is there at all' }),
    rival: z
      .number()
      .openapi({ description: 'Best score of a look-alike label there, as a multiple of this one' }),
    score: z.number().openapi({ description: 'How well it fits the whole expression' }),
    judgements: z.array(
      z.looseObject({
        kind: z.string(),
        words: z.string(),
        score: share.optional().openapi({ description: 'Absent where it could not be judged' }),
        reason: z.string(),
        evidence: z.looseObject({}).optional().openapi({
          description:
            'Boxes that were looked at: `others` (of a relation), `group` (counted or compared), `pixels` (whose colour was read)',
        }),
      }),
    ),
  })
  .openapi('Candidate');

/** The object of `spotter find --json`, and what goes with it here. */
export const Answer = z
  .object({
    id: id,
    picture: id,
    expression: z.string().openapi({ description: 'As it was asked, after what was said before' }),
    detector: z.string(),
    outcome: z.enum(['found', 'not-present', 'undecided']),
    boxes: z.array(Box),
    scores: z.array(z.number()),
    presence: share,
    sentence: z.string(),
    unresolved: z.array(z.string()),
    strategy: z.string(),
    route: z.enum(ROUTES),
    cost: z
      .object({
        calls: z.number(),
        prompt_tokens: z.number(),
        answer_tokens: z.number(),
        ms: z.number(),
        dollars: z.number().nullable(),
      })
      .nullable(),
    image: z.object({ width: z.number(), height: z.number(), sha256: z.string() }),
    question: z
      .object({
        kind: z.string(),
        value: z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]).nullable(),
        at_least: z.literal(true).optional(),
      })
      .optional(),
    output: z
      .string()
      .nullable()
      .openapi({ description: 'The annotated picture, where ?draw=1 asks for it' }),
    timings_ms: z.record(z.string(), z.number()),
    choices: z.int().optional().openapi({
      description: 'Of an undecided answer: how many of its boxes can be chosen among, by their number',
    }),
    steps: z.array(z.object({ name: z.string(), ms: z.number(), said: z.string() })).optional(),
    considered: z.array(Candidate).optional(),
    explanation: z.looseObject({}).optional().openapi({
      description:
        'With ?trace=1, how the answer came about: `reading` (what each part of the expression was read as), `nouns` (the regions of each noun), `seen` (whatever was surely seen), `routing` (whether a language model was to be asked, and why), `exchanges` (what it was sent and said), `weighing` and `scaling` (how the probabilities came about)',
    }),
  })
  .openapi('Answer');
export type Answer = z.infer<typeof Answer>;

export const PictureKept = z.object({ id, sha256: z.string(), bytes: z.int() }).openapi('Picture');

export const ModelList = z
  .object({
    models: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        installed: z.boolean().openapi({ description: 'Whether its weights are on this machine' }),
        is_default: z.boolean(),
      }),
    ),
  })
  .openapi('Models');

export const StrategyList = z
  .object({
    strategies: z.array(
      z.object({
        name: z.enum(STRATEGY_NAMES),
        is_default: z.boolean(),
        can_run: z.boolean(),
        why_not: z.string().optional(),
      }),
    ),
    language_model: z.string().nullable(),
  })
  .openapi('Strategies');

export const Health = z.object({ alive: z.literal(true), version: z.string() }).openapi('Health');

export const ProblemJson = z
  .object({
    type: z.string(),
    title: z.string().openapi({ description: 'One sentence for a person' }),
    status: z.int(),
    code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]).openapi({ description: 'Stable' }),
    detail: z.string().openapi({ description: 'What to do next; may be empty' }),
  })
  .openapi('Problem');

export const IdempotencyHeader = z.object({
  'idempotency-key': z.string().min(1).max(200).optional().openapi({
    description: 'Who sends the same again with the same key gets the same answer',
  }),
});
