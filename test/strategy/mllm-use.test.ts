import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { timeBudgetOf } from '../../src/strategy/asking.ts';
import { endpointOf, mllmFrom } from '../../src/strategy/strategy.ts';
import { mllmOn } from '../mllm/reply/other-options.ts';

const NO_FILE = { XDG_CONFIG_HOME: '/nowhere' };
const configured = (env: NodeJS.ProcessEnv) => readConfig({ env: { ...NO_FILE, ...env } });

describe('the language model of the settings', () => {
  it('is none where none is named, whatever else is set', () => {
    expect(mllmFrom(configured({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }))).toBe(
      undefined,
    );
  });

  it('is asked the way the settings say', () => {
    const use = mllmFrom(
      configured({
        ...{ SPOTTER_MLLM_MODEL: 'qwen2.5-vl', OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' },
        ...{ SPOTTER_CANDIDATES: '8', SPOTTER_OFFER: 'marks', SPOTTER_SEED: '7', SPOTTER_TARGETS: 'mllm' },
        ...{ SPOTTER_FOCUS: 'true', SPOTTER_PAPER_NMS: 'yes', SPOTTER_MLLM_SECONDS: '2.5' },
      }),
    )!;
    const { mllm, ...how } = use;
    expect(how).toEqual({
      ...{ k: 8, style: 'marks', seed: 7, targets: 'mllm', focus: true, paperNms: true, budgetMs: 2500 },
    });
    expect(mllm.id).toBe('qwen2.5-vl');
    expect(mllm.profile.coordinates).toBe('pixels-resized-xyxy');
  });

  it('has a profile that what is known better changes', () => {
    const profile = '{"coordinates":"unit-xyxy"}';
    const env = { SPOTTER_MLLM_MODEL: 'my-own', OPENAI_API_KEY: 'k', SPOTTER_MLLM_PROFILE: profile };
    expect(endpointOf(configured(env))!.profile.coordinates).toBe('unit-xyxy');
  });
});

describe('the budget of a question', () => {
  const budget = () => timeBudgetOf({ mllm: mllmOn({ baseURL: 'http://127.0.0.1:9/v1' }), budgetMs: 100 });
  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

  it('is spent by calls, also those that fail, and by nothing between them', async () => {
    const one = budget();
    await pause(30);
    expect(one.use().budgetMs).toBe(100);
    expect(one.use(0.5).budgetMs).toBe(50);
    await expect(one.spend(pause(30).then(() => Promise.reject(new Error('no'))))).rejects.toThrow('no');
    expect(one.use().budgetMs).toBeLessThanOrEqual(75);
  });

  it('never falls below nothing', async () => {
    const one = budget();
    await one.spend(pause(130));
    expect(one.use().budgetMs).toBe(0);
  });
});
