import * as z from 'zod';
import { type Box, iou } from '../box.ts';
import type { SpotterError } from '../errors.ts';
import { type Cost, costJson, NO_COST, ROUTES, type Verdict } from '../verdict.ts';

type Numbers = [number, number, number, number];
const Numbers = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const share = z.number().min(0).max(1);
const amount = z.number().nonnegative();

const CostLine = z
  .object({
    calls: amount,
    prompt_tokens: amount,
    answer_tokens: amount,
    ms: amount,
    dollars: amount.nullable(),
  })
  .nullable()
  .transform((line): Cost => {
    if (!line) return NO_COST;
    const { calls, prompt_tokens: promptTokens, answer_tokens: answerTokens, ms, dollars } = line;
    return { calls, promptTokens, answerTokens, ms, ...(dollars !== null && { dollars }) };
  });

/** One line of a prediction file: the answer to one annotation, by its id. Other keys are left alone. */
export const PredictionLine = z
  .looseObject({
    id: z.string().min(1),
    /** xyxy, pixels of the oriented image, best first; none where nothing is believed in. */
    boxes: z.array(Numbers),
    /** Of an answer that it is not present: the regions that were considered and rejected. */
    rejected: z.array(Numbers).optional(),
    /** Aligned with the boxes; comparable among questions, none higher than the first. */
    scores: z.array(z.number()),
    /** That what was asked for is in the picture, 0..1. */
    presence: share.optional(),
    outcome: z.enum(['found', 'not-present', 'undecided', 'error']),
    route: z.enum(ROUTES).optional(),
    strategy: z.string().optional(),
    /** It had to do without its language model. */
    degraded: z.boolean().optional(),
    sentence: z.string().optional(),
    timings_ms: z.looseObject({ total: amount }).catchall(amount).optional(),
    /** What a language model took for it, as `spotter find --json` says it; null where none was asked. */
    cost: CostLine.optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .refine(({ boxes, scores }) => boxes.length === scores.length, 'boxes and scores are not aligned')
  .refine(
    ({ outcome, error }) => (outcome === 'error') === (error !== undefined),
    'error without its reason',
  );

export type Prediction = z.output<typeof PredictionLine>;

/**
 * What a verdict says of an annotation, as the metrics read it. A picture in which it is not present has no box. The
 * first score is the calibrated probability that the first box is right; a later one that of its own fit where that is
 * lower: so no box outranks the one that was chosen, by whomever.
 */
export function predictionOf(id: string, verdict: Verdict, totalMs: number): Prediction {
  const { outcome, presence, right, route, strategy, degraded, sentence, cost, trace } = verdict;
  const ranked = rankedOf(verdict);
  const absent = outcome === 'not-present';
  const steps: Record<string, number> = {};
  for (const { name, ms } of trace) steps[name] = (steps[name] ?? 0) + ms;
  return {
    id,
    boxes: absent ? [] : ranked.map(({ box }) => [...box] as Numbers),
    ...(absent && { rejected: ranked.map(({ box }) => [...box] as Numbers) }),
    scores: absent ? [] : ranked.map(({ score }, i) => (i === 0 ? right : Math.min(right, score * presence))),
    presence,
    outcome,
    route,
    strategy,
    ...(degraded && { degraded }),
    sentence,
    timings_ms: { ...steps, total: totalMs },
    cost,
  };
}

/** A question that could not be answered is kept, with its reason. */
export const failedPrediction = (
  id: string,
  { code, message }: Pick<SpotterError, 'code' | 'message'>,
  totalMs: number,
): Prediction => ({
  id,
  boxes: [],
  scores: [],
  outcome: 'error',
  timings_ms: { total: totalMs },
  error: { code, message },
});

/** As it is written, without its end of line. Boxes are rounded to a hundredth of a pixel, times to a tenth. */
export function lineOf({ boxes, rejected, scores, timings_ms, cost, ...rest }: Prediction): string {
  const times = Object.entries(timings_ms ?? {}).map(([step, ms]) => [step, round(ms, 10)]);
  return JSON.stringify({
    ...rest,
    boxes: boxes.map(hundredths),
    ...(rejected && { rejected: rejected.map(hundredths) }),
    scores: scores.map((score) => round(score, 1e6)),
    ...(timings_ms && { timings_ms: Object.fromEntries(times) }),
    ...(cost && { cost: costJson(cost) }),
  });
}

const hundredths = (box: Numbers) => box.map((v) => round(v, 100));
const round = (n: number, by: number): number => Math.round(n * by) / by;

/** The answer's regions, then whatever else was considered; none of them twice. */
function rankedOf({ candidates, considered }: Verdict): { readonly box: Box; readonly score: number }[] {
  const places = new Set<string>();
  return [...candidates, ...considered].filter(({ box }) => {
    const place = box.join();
    const isNew = !places.has(place);
    places.add(place);
    return isNew;
  });
}

/**
 * What every annotation set is read as (src/evaluate/read/), and what the project's own files hold: a dictionary of
 * these keyed by id, or one a line.
 */
export const Annotation = z.looseObject({
  id: z.string().min(1),
  /** Which photo it is about: annotations of one photo share it. */
  image_id: z.union([z.number(), z.string()]),
  file_name: z.string().min(1),
  expression: z.string(),
  /** x, y, width, height in pixels, floats; null where nothing fits. */
  bbox: Numbers.nullable(),
  /** Where the expression means several things: the boxes of the others. */
  more_targets: z.array(Numbers).optional(),
  /** How hard, as the set says; 1 where a set has no levels. */
  level: z.number().int().min(1).max(3),
  tags: z.array(z.string()).default([]),
  positive_id: z.string().optional(),
  negative_type: z.string().optional(),
  negative_level: z.number().optional(),
  /** Whether the expression or the picture was changed to make it a negative. */
  negative_cate: z.enum(['text', 'image']).optional(),
  width: z.number().positive().optional(),
  height: z.number().positive().optional(),
  /** Regions that somebody else proposes for this picture, xyxy pixels, where the set brings them. */
  candidates: z.array(z.object({ id: z.string(), box: Numbers })).optional(),
});

/** One referring expression with its reference box, or a negative without one. */
export type Annotation = z.infer<typeof Annotation>;

export function referenceBox({ bbox }: Pick<Annotation, 'bbox'>): Box | undefined {
  return bbox ? [bbox[0], bbox[1], bbox[0] + bbox[2], bbox[1] + bbox[3]] : undefined;
}

/** Where an expression means several things: the boxes of the others. */
export const otherTargets = ({ more_targets = [] }: Pick<Annotation, 'more_targets'>): Box[] =>
  more_targets.map((bbox) => referenceBox({ bbox })!);

/** IoU from which a box is the reference box. */
export const HIT_IOU = 0.5;

export const hits = (box: Box | undefined, reference: Box | undefined): boolean =>
  box !== undefined && reference !== undefined && iou(box, reference) >= HIT_IOU;

/** A line on stderr with share, rate and remaining time; silent where stderr is no terminal. */
export function createProgress(total: number, stream: NodeJS.WriteStream = process.stderr) {
  const start = Date.now();
  let done = 0;
  return {
    tick(): void {
      done++;
      if (!stream.isTTY) return;
      const rate = done / Math.max(0.001, (Date.now() - start) / 1000);
      const left = Math.ceil((total - done) / rate);
      stream.write(`\r${done}/${total}  ${rate.toFixed(1)} a second  ${left} s left   `);
    },
    done(): void {
      if (stream.isTTY) stream.write('\r\u001b[K');
    },
  };
}
