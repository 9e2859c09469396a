import { describe, expect, it } from 'vitest';
import type { Candidate, Verdict } from '../src/verdict.ts';
import { answerJson, NO_COST, storable } from '../src/verdict.ts';

const PICTURE = { width: 640, height: 480, sha256: 'ab'.repeat(32) };

const dog = (box: Candidate['box'], score: number): Candidate => ({
  box,
  label: 'dog',
  detection: 0.5,
  certainty: 0.5,
  rival: 0,
  score,
  judgements: [],
});

const VERDICT: Verdict = {
  outcome: 'undecided',
  candidates: [dog([0.04, 1.06, 20, 30], 0.87654), dog([5, 6, 7, 8], 1)],
  considered: [],
  presence: 0.123456,
  sentence: 'Two dogs.',
  unresolved: ['fluffy'],
  right: 0.5,
  strategy: 'auto',
  route: 'reasoning',
  cost: NO_COST,
  trace: [
    { name: 'language', ms: 1.26, said: '' },
    { name: 'specialist', ms: 20, said: '' },
  ],
};

describe('answerJson', () => {
  it('has every key of the format, in its order, rounded', () => {
    const json = answerJson(PICTURE, VERDICT, { output: 'a.jpg', totalMs: 99.99 });
    expect(JSON.stringify(json)).toBe(
      JSON.stringify({
        outcome: 'undecided',
        boxes: [
          [0, 1.1, 20, 30],
          [5, 6, 7, 8],
        ],
        scores: [0.877, 1],
        presence: 0.123,
        sentence: 'Two dogs.',
        unresolved: ['fluffy'],
        strategy: 'auto',
        route: 'reasoning',
        cost: null,
        image: PICTURE,
        output: 'a.jpg',
        timings_ms: { language: 1.3, specialist: 20, total: 100 },
      }),
    );
  });

  it('tells what a language model took', () => {
    const cost = { calls: 2, promptTokens: 810, answerTokens: 2, ms: 12.34 };
    const json = { calls: 2, prompt_tokens: 810, answer_tokens: 2, ms: 12.3 };
    expect(answerJson(PICTURE, { ...VERDICT, cost }).cost).toEqual({ ...json, dollars: null });
    const priced = { ...VERDICT, cost: { ...cost, dollars: 0.0012 } };
    expect(answerJson(PICTURE, priced).cost).toEqual({ ...json, dollars: 0.0012 });
  });

  it('says null where nothing was drawn, and adds the steps up where no total is given', () => {
    expect(answerJson(PICTURE, VERDICT)).toMatchObject({ output: null, timings_ms: { total: 21.3 } });
  });
});

describe('storable', () => {
  it('leaves out what was seen of looks, and nothing else', () => {
    const judgements: Candidate['judgements'] = [
      { kind: 'category', words: 'woman', score: 0.95, reason: 'looks like a woman' },
      { kind: 'colour', words: 'in red', score: 0.8, reason: 'mostly red' },
    ];
    const person = { ...dog([1, 2, 3, 4], 0.7), label: 'person', judgements };
    const stored = storable({ ...VERDICT, candidates: [person], considered: [person] });
    expect(JSON.stringify(stored)).not.toMatch(/looks like|0\.95/);
    expect(stored.considered[0]!.judgements[1]).toEqual(judgements[1]);
    expect({ ...stored, candidates: [], considered: [] }).toEqual({ ...VERDICT, candidates: [] });
  });

  it('leaves out what only explains', () => {
    const evidence = { group: [[1, 2, 3, 4]] } as const;
    const judgement = { kind: 'ordinal', words: 'second', score: 1, reason: 'counted', evidence } as const;
    const counted = { ...dog([1, 2, 3, 4], 0.7), judgements: [judgement] };
    const reading = { text: 'dog', parts: [], english: true, taken: [] };
    const explanation = { reading, nouns: [], seen: [], exchanges: [] };
    const stored = storable({ ...VERDICT, candidates: [counted], considered: [counted], explanation });
    expect(JSON.stringify(stored)).not.toMatch(/evidence|explanation|exchanges/);
    expect(stored.candidates[0]!.judgements).toHaveLength(1);
  });
});
