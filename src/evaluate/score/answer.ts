import type { Box } from '../../box.ts';
import { rankOfHit } from '../metrics/precision-at-k.ts';
import { highest } from '../metrics/recall-at-k.ts';
import type { Prediction } from '../prediction.ts';
import type { Row } from './row.ts';

/** Boxes that are kept for looking at an answer. */
const BOXES_KEPT = 3;

/** What scoring needs of a prediction: small, however many boxes it has. */
export interface Answer extends Pick<Prediction, 'outcome' | 'presence' | 'route' | 'cost' | 'error'> {
  /** Rank of the first box that is right, from 1; Infinity where none is. */
  readonly rank: number;
  /** The highest scores, in descending order. */
  readonly scores: Float64Array;
  /** Score of the first box. */
  readonly first: number | undefined;
  /** The first boxes. */
  readonly boxes: readonly Box[];
  readonly ms: number;
}

/** @param k how many scores are kept */
export function answerOf(prediction: Prediction, { reference }: Row, k: number): Answer {
  const { boxes, scores, outcome, presence, route, cost, error, timings_ms } = prediction;
  return {
    outcome,
    presence,
    route,
    cost,
    error,
    rank: rankOfHit(boxes, reference),
    scores: highest(scores, k),
    first: scores[0],
    boxes: boxes.slice(0, BOXES_KEPT),
    ms: timings_ms.total,
  };
}
