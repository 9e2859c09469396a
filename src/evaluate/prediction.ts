import { z } from 'zod';
import { costJson } from '../answer-json.ts';
import type { Box } from '../box.ts';
import type { SpotterError } from '../errors.ts';
import { NO_COST } from '../mllm/cost.ts';
import type { Cost } from '../mllm/mllm.ts';
import { ROUTES, type Verdict } from '../verdict/verdict.ts';

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
    timings_ms: z.looseObject({ total: amount }).catchall(amount),
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
  const times = Object.entries(timings_ms).map(([step, ms]) => [step, round(ms, 10)]);
  return JSON.stringify({
    ...rest,
    boxes: boxes.map(hundredths),
    ...(rejected && { rejected: rejected.map(hundredths) }),
    scores: scores.map((score) => round(score, 1e6)),
    timings_ms: Object.fromEntries(times),
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
