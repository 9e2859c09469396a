import { describe, expect, it } from 'vitest';
import { FAULTS, type FaultName } from '../../src/evaluate/stand-in/wire.ts';
import type { MllmUse } from '../../src/strategy/strategy.ts';
import { CANARY, mllmOn, standIn } from '../mllm/reply/other-options.ts';
import { paint } from '../reasoning/scene.ts';
import { askOn } from './asking-world.ts';

/** Faults after which there is an answer all the same. */
const HARMLESS: readonly FaultName[] = ['slow', 'broken-logprobs'];
const FAULTY = (Object.keys(FAULTS) as FaultName[]).filter((fault) => !HARMLESS.includes(fault));
/** Not an answer of the server, but one of the model: it was there, and did not help. */
const ANSWERED: readonly FaultName[] = ['refusal', 'content-filter', 'filtered-prompt'];
const FRIENDLY = 'the friendly dog';

const under = async (fault: FaultName) => {
  const server = await standIn({ faults: { rate: 1, of: [fault] } });
  const mllm = mllmOn(server, { retry: { retries: 0 }, timeouts: { attemptMs: 250 } });
  const use: Partial<MllmUse> = { mllm, budgetMs: 600 };
  return { server, use };
};

describe.each(FAULTY)('under "%s"', (fault) => {
  it('auto leaves what reasoning says, and says so', async () => {
    const { server, use } = await under(fault);
    const verdict = await askOn(server, 'auto', FRIENDLY, { use });
    expect(verdict).toMatchObject({ outcome: 'undecided', degraded: true, route: 'reasoning' });
    expect(verdict.sentence).toContain('So this is without it.');
    expect(verdict.candidates.map(({ box }) => box)).toHaveLength(2);
    expect(verdict.unresolved).toEqual(['friendly']);
    expect(verdict.cost.calls).toBeGreaterThan(0);
    expect(JSON.stringify(verdict)).not.toContain(CANARY);
  });

  it.each(['crs', 'sfa'] as const)('%s points at nothing', async (strategy) => {
    const { server, use } = await under(fault);
    const verdict = await askOn(server, strategy, FRIENDLY, { use });
    expect(verdict.outcome).toBe('undecided');
    expect(verdict.cost.calls).toBeGreaterThan(0);
    expect(verdict.degraded).toBe(true);
    expect(verdict.candidates).toHaveLength(2);
    expect(JSON.stringify(verdict)).not.toContain(CANARY);
  });

  it('mllm, which has nothing else, says why', async () => {
    const { server, use } = await under(fault);
    const asked = askOn(server, 'mllm', FRIENDLY, { use });
    const came = await asked.then(
      ({ outcome, sentence }) => `${outcome}: ${sentence}`,
      (thrown) => `${thrown.code}: ${thrown.message} ${thrown.hint}`,
    );
    expect(came).toMatch(
      ANSWERED.includes(fault) ? /^undecided: .*refused/ : /^(mllm-down|mllm-refused|timed-out): /,
    );
    expect(came).not.toContain(CANARY);
  });
});

describe('a "found" of reasoning that nobody can check', () => {
  // There is no other one, so it is found with "friendly" left open: worth a second opinion.
  const scene = paint([{ label: 'dog', box: [20, 100, 120, 200] }]);

  it.each(['html', 'refusal'] as const)('stays found under "%s"', async (fault) => {
    const { server, use } = await under(fault);
    const verdict = await askOn(server, 'auto', FRIENDLY, { scene, use });
    expect(verdict).toMatchObject({ outcome: 'found', degraded: true, route: 'reasoning' });
  });

  it('stays found where the answer is of no use', async () => {
    const server = await standIn({ policy: () => ({ text: 'Lovely!' }), dialect: { choices: 'ignored' } });
    const verdict = await askOn(server, 'auto', FRIENDLY, { scene });
    expect(verdict).toMatchObject({ outcome: 'found', degraded: true, cost: { calls: 2 } });
    expect(verdict.sentence).toContain('of no use (the answer names no option)');
  });
});

describe('sfa', () => {
  it("says so where grammar had to find the target in the model's place", async () => {
    const server = await standIn({ policy: () => ({ text: '(100,100),(500,500)' }) });
    server.script('html');
    const verdict = await askOn(server, 'sfa', FRIENDLY, { use: { targets: 'mllm' } });
    expect(verdict).toMatchObject({ outcome: 'found', degraded: true });
    expect(verdict.sentence).toMatch(/web page.* So grammar found the target\.$/);
  });

  it("leaves time for the box when finding the target stalls, and does not count the detector's", async () => {
    const server = await standIn({ policy: () => ({ text: '(100,100),(500,500)' }) });
    server.script('stall');
    const use = { targets: 'mllm', budgetMs: 800, mllm: mllmOn(server, { retry: { retries: 0 } }) } as const;
    const verdict = await askOn(server, 'sfa', FRIENDLY, { use });
    expect(verdict).toMatchObject({ outcome: 'found', degraded: true, cost: { calls: 2 } });
  });
});

describe('what failed calls took', () => {
  it('is counted, with every attempt', async () => {
    const server = await standIn({ faults: { rate: 1, of: ['status'] } });
    const verdict = await askOn(server, 'crs', FRIENDLY);
    expect(verdict.cost).toMatchObject({ calls: 3, promptTokens: 0 });
    expect(verdict.cost.ms).toBeGreaterThan(0);
    expect(server.calls).toBe(3);
  });

  it('is counted where the second of two answers fails', async () => {
    const server = await standIn({ policy: () => ({ text: 'Lovely!' }), dialect: { choices: 'ignored' } });
    server.script(undefined, 'html');
    const verdict = await askOn(server, 'crs', FRIENDLY);
    expect(verdict).toMatchObject({ outcome: 'undecided', degraded: true, cost: { calls: 2 } });
    expect(verdict.cost.promptTokens).toBeGreaterThan(0);
  });
});
