import { describe, expect, it } from 'vitest';
import { costOf } from '../../src/mllm/mllm.ts';
import { profileFor } from '../../src/mllm/profile.ts';
import { formatCost, NO_COST, sumCosts } from '../../src/verdict.ts';
import { mllmOn, standIn } from './reply/other-options.ts';

const usage = { promptTokens: 1300, answerTokens: 2 };
const price = { prompt: 2.5, answer: 10 };

describe('what an answer took', () => {
  it('is counted in calls, tokens, milliseconds and dollars', () => {
    const cost = costOf({ calls: 1, ms: 850, usage }, price);
    expect(cost).toEqual({ calls: 1, ...usage, ms: 850, dollars: 0.00327 });
    expect(formatCost(cost)).toBe('1 call, 1300 + 2 tokens, 850 ms, $0.003270');
  });

  it('has no dollars without a price, or when the server does not count', () => {
    expect(costOf({ calls: 1, ms: 1, usage })).not.toHaveProperty('dollars');
    expect(costOf({ calls: 1, ms: 1, usage: undefined }, price)).toEqual({
      ...{ calls: 1, promptTokens: 0, answerTokens: 0, ms: 1 },
    });
    expect(costOf({ calls: 1, ms: 1, usage }, { prompt: 0, answer: 0 }).dollars).toBe(0);
  });

  it('is summed, with dollars only where all of them are known', () => {
    const paid = costOf({ calls: 2, ms: 100, usage }, price);
    const unpaid = costOf({ calls: 1, ms: 50, usage });
    expect(sumCosts([paid, NO_COST, paid])).toEqual({
      ...{ calls: 4, promptTokens: 2600, answerTokens: 4, ms: 200, dollars: 0.00654 },
    });
    expect(sumCosts([paid, unpaid])).toEqual({ calls: 3, promptTokens: 2600, answerTokens: 4, ms: 150 });
    expect(sumCosts([])).toEqual(NO_COST);
    expect(formatCost(sumCosts([paid, unpaid]))).toBe('3 calls, 2600 + 4 tokens, 150 ms');
  });

  it('counts every attempt, but not the time between them', async () => {
    const clock = { ms: 0 };
    const server = await standIn({
      policy: ({ prompt }) => {
        clock.ms += 10;
        return { text: prompt };
      },
    });
    server.script({ fault: 'status', status: 503 }, 'drop');
    const profile = profileFor('gpt-4o', { price: { prompt: 1e6, answer: 0 } });
    const { cost } = await mllmOn(server, { profile, now: () => clock.ms }).ask({
      prompt: '12345678',
      maxTokens: 9,
    });
    expect(cost).toMatchObject({ calls: 3, promptTokens: 2, ms: 30, dollars: 2 });
  });

  it('is known without usage, too', async () => {
    const server = await standIn({ dialect: { countsTokens: false } });
    const { cost } = await mllmOn(server, { profile: profileFor('gpt-4o') }).ask({
      prompt: 'x',
      maxTokens: 9,
    });
    expect(cost).toMatchObject({ calls: 1, promptTokens: 0, answerTokens: 0 });
    expect(cost).not.toHaveProperty('dollars');
  });
});
