import { describe, expect, it } from 'vitest';
import { failedPrediction, lineOf, PredictionLine, predictionOf } from '../../src/evaluate/prediction.ts';
import type { Verdict } from '../../src/verdict.ts';
import { candidate } from '../reasoning/candidates.ts';
import { verdict } from './answers.ts';

const [A, B, C] = [
  candidate({ box: [0, 0, 10, 10], score: 0.9 }),
  candidate({ box: [20, 0, 30, 10], score: 0.6 }),
  candidate({ box: [40, 0, 50, 10.123456], score: 0.2 }),
];
const answer = (more: Partial<Verdict>): Verdict => ({
  ...verdict('found'),
  ...{ candidates: [B], considered: [A, B, C], presence: 0.8, right: 0.5 },
  trace: [
    { name: 'mllm', ms: 1.26, said: '' },
    { name: 'mllm', ms: 2, said: '' },
  ],
  ...more,
});

describe('a prediction', () => {
  it('has the answer first, then what else was considered, and no box twice', () => {
    const { boxes, scores } = predictionOf('a', answer({}), 7);
    expect(boxes).toEqual([B.box, A.box, C.box]);
    expect(scores).toEqual([0.5, 0.5, expect.closeTo(0.16)]);
  });

  it('is the same of an answer that was remembered, whose regions are copies', () => {
    const copied = JSON.parse(JSON.stringify(answer({}))) as Verdict;
    expect(predictionOf('a', copied, 7)).toEqual(predictionOf('a', answer({}), 7));
  });

  it('that it is not there has no box, but tells what was rejected', () => {
    const absent = predictionOf('a', answer({ outcome: 'not-present', candidates: [] }), 7);
    expect(absent).toMatchObject({ boxes: [], scores: [], rejected: [A.box, B.box, C.box] });
  });

  it('says where it had to do without its language model, and only there', () => {
    const line = lineOf(predictionOf('a', answer({ degraded: true }), 7));
    expect(PredictionLine.parse(JSON.parse(line)).degraded).toBe(true);
    expect(lineOf(predictionOf('a', answer({}), 7))).not.toContain('degraded');
  });

  it('comes back from its line', () => {
    const cost = { calls: 2, promptTokens: 10, answerTokens: 3, ms: 4, dollars: 0.5 };
    const one = predictionOf('a', answer({ cost }), 7.04);
    const line = JSON.parse(lineOf(one));
    expect(line.cost).toEqual({ calls: 2, prompt_tokens: 10, answer_tokens: 3, ms: 4, dollars: 0.5 });
    expect(line.timings_ms).toEqual({ mllm: 3.3, total: 7 });
    expect(line.boxes[2]).toEqual([40, 0, 50, 10.12]);
    const back = PredictionLine.parse(line);
    expect(back).toEqual({ ...one, boxes: line.boxes, scores: line.scores, timings_ms: line.timings_ms });
  });

  it('that failed says why, and nothing else', () => {
    const failed = failedPrediction('a', { code: 'not-found', message: 'No.' }, 1);
    expect(PredictionLine.parse(JSON.parse(lineOf(failed)))).toEqual(failed);
    expect(PredictionLine.safeParse({ ...failed, error: undefined }).success).toBe(false);
    expect(PredictionLine.safeParse({ ...failed, boxes: [[1, 2, 3, 4]] }).success).toBe(false);
  });
});
