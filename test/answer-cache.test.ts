import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAnswers } from '../src/answer-cache.ts';
import { normalised } from '../src/expression/reader.ts';
import { loadCalibration } from '../src/reasoning/calibration.ts';
import type { StrategyDeps } from '../src/strategy/strategy.ts';
import { NO_COST, type Verdict } from '../src/verdict.ts';
import { verdict } from './evaluate/answers.ts';
import { mllmOn } from './mllm/reply/other-options.ts';
import { eyesOn, paint } from './reasoning/scene.ts';

const deps: StrategyDeps = { detector: eyesOn(paint([])), calibration: loadCalibration() };
const QUESTION = { sha256: 'a', expression: 'the dog', strategy: 'auto' };

/** Answers that count how often they were worked out. */
function counting(more: Partial<Verdict> = {}) {
  const asked: AbortSignal[] = [];
  const answer = async (signal: AbortSignal): Promise<Verdict> => {
    asked.push(signal);
    const cost = { ...NO_COST, calls: 1 };
    const trace = [{ name: 'language', ms: 3, said: `answer ${asked.length}` }];
    return { ...verdict('undecided'), cost, trace, ...more };
  };
  return { asked, answer };
}

describe('answers', () => {
  it('are remembered, and say so: nothing was done for them this time', async () => {
    const { remember } = createAnswers(deps);
    const { asked, answer } = counting();
    const first = await remember(QUESTION, answer);
    const again = await remember(QUESTION, answer);
    expect(asked).toHaveLength(1);
    expect(first.trace.map((s) => s.name)).toEqual(['language']);
    expect(again.trace.map((s) => s.name)).toEqual(['memory', 'language']);
    expect(again.trace[1]).toEqual({ name: 'language', ms: 0, said: 'answer 1' });
    expect([first.cost.calls, again.cost.calls]).toEqual([1, 0]);
  });

  it('are worked out once for the same question at the same time', async () => {
    const { remember } = createAnswers(deps);
    const { asked, answer } = counting();
    await Promise.all([remember(QUESTION, answer), remember(QUESTION, answer), remember(QUESTION, answer)]);
    expect(asked).toHaveLength(1);
  });

  it('belong to picture, expression, strategy and what decides', async () => {
    const { remember } = createAnswers(deps);
    const { asked, answer } = counting();
    await remember(QUESTION, answer);
    for (const other of [{ sha256: 'b' }, { expression: 'the cat' }, { strategy: 'crs' }]) {
      const before = asked.length;
      await remember({ ...QUESTION, ...other }, answer);
      expect(asked.length, JSON.stringify(other)).toBe(before + 1);
    }
    await remember({ ...QUESTION, expression: '  the \n dog ' }, answer);
    expect(asked).toHaveLength(4);
  });

  it('are not remembered when the language model was missing', async () => {
    const { remember } = createAnswers(deps);
    const { asked, answer } = counting({ degraded: true });
    await remember(QUESTION, answer);
    await remember(QUESTION, answer);
    expect(asked).toHaveLength(2);
  });

  it('are forgotten: the least recently used beyond the bound, and all after their time', async () => {
    const { remember: bounded } = createAnswers(deps, { max: 2 });
    const { asked, answer } = counting();
    for (const sha256 of ['a', 'b', 'c', 'a']) await bounded({ ...QUESTION, sha256 }, answer);
    expect(asked).toHaveLength(4);
    const { remember: brief } = createAnswers(deps, { ttlMs: 1 });
    await brief(QUESTION, answer);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await brief(QUESTION, answer);
    expect(asked).toHaveLength(6);
  });

  it('that failed are worked out again', async () => {
    const { remember } = createAnswers(deps);
    await expect(remember(QUESTION, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const { asked, answer } = counting();
    await remember(QUESTION, answer);
    expect(asked).toHaveLength(1);
  });
});

describe('answers of a language model', () => {
  it('belong to its endpoint: the same name elsewhere may be another model', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'spotter-answers-')), 'answers.db');
    const keyed = async (port: number) => {
      const mllm = { mllm: mllmOn({ baseURL: `http://127.0.0.1:${port}/v1` }) };
      const { remember, close } = createAnswers({ ...deps, mllm }, { path });
      const { asked, answer } = counting();
      await remember(QUESTION, answer);
      await close();
      return asked.length;
    };
    expect([await keyed(1), await keyed(1), await keyed(2)]).toEqual([1, 0, 1]);
    rmSync(dirname(path), { recursive: true });
  });
});

describe('the same expression', () => {
  it('is the same whatever its blanks and its way of writing accents', () => {
    expect(normalised(' the\tcafe\u0301  table ')).toBe('the caf\u00e9 table');
    expect(normalised('the Dog')).not.toBe(normalised('the dog'));
  });
});
