import { z } from 'zod';
import type { SpotterError } from '../errors.ts';
import { COST_KEYS } from '../mllm/cost.ts';
import { ROUTES, type Verdict } from '../verdict/verdict.ts';

const Box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const share = z.number().min(0).max(1);

/** One line of a prediction file: the answer to one annotation, by its id. */
export const PredictionLine = z
  .looseObject({
    id: z.string().min(1),
    /** xyxy, pixels of the oriented image, best first; none where nothing is believed in. */
    boxes: z.array(Box),
    /** Aligned with the boxes; comparable among questions, none higher than the first. */
    scores: z.array(z.number()),
    /** That what was asked for is in the picture, 0..1. */
    presence: share.optional(),
    outcome: z.enum(['found', 'not-present', 'undecided', 'error']),
    route: z.enum(ROUTES).optional(),
    strategy: z.string().optional(),
    timings_ms: z.looseObject({ total: z.number().nonnegative() }).catchall(z.number().nonnegative()),
    /** What a language model took for it. */
    cost: z.partialRecord(z.enum(COST_KEYS), z.number().nonnegative()).optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .refine(({ boxes, scores }) => boxes.length === scores.length, 'boxes and scores are not aligned')
  .refine(
    ({ outcome, error }) => (outcome === 'error') === (error !== undefined),
    'error without its reason',
  );

export type Prediction = z.infer<typeof PredictionLine>;

/**
 * What a verdict says of an annotation, as the metrics read it. A picture in which it is not present has no box. The
 * first score is the calibrated probability that the first box is right; a later one that of its own fit where that is
 * lower: so no box outranks the one that was chosen, by whomever.
 */
export function predictionOf(id: string, verdict: Verdict, totalMs: number): Prediction {
  const { outcome, candidates, considered, presence, right, route, strategy, cost, trace } = verdict;
  const ranked = outcome === 'not-present' ? [] : [...new Set([...candidates, ...considered])];
  const steps: Record<string, number> = {};
  for (const { name, ms } of trace) steps[name] = (steps[name] ?? 0) + ms;
  return {
    id,
    boxes: ranked.map(({ box }) => [...box] as [number, number, number, number]),
    scores: ranked.map(({ score }, i) => (i === 0 ? right : Math.min(right, score * presence))),
    presence,
    outcome,
    route,
    strategy,
    timings_ms: { ...steps, total: totalMs },
    cost: { ...cost },
  };
}

/** A question that could not be answered is kept, with its reason. */
export const failedPrediction = (
  id: string,
  { code, message }: SpotterError,
  totalMs: number,
): Prediction => ({
  id,
  boxes: [],
  scores: [],
  outcome: 'error',
  timings_ms: { total: totalMs },
  error: { code, message },
});
