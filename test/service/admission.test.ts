import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAdmissionQueue } from '../../src/service/admission.ts';

/** Work that ends when it is told to. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, work: () => opened };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('an admission', () => {
  it('works on so many at once, tells the others how many are ahead, and refuses the rest', async () => {
    const admission = createAdmissionQueue({ atOnce: 2, waiting: 2 });
    const gates = [gate(), gate(), gate(), gate()];
    const heard: number[][] = [[], [], [], []];
    const runs = gates.map(({ work }, i) => admission.run(work, { onPosition: (n) => heard[i]!.push(n) }));
    expect([admission.running, admission.waiting]).toEqual([2, 2]);
    expect(heard).toEqual([[], [], [2], [3]]);
    await expect(admission.run(async () => {})).rejects.toMatchObject({
      code: 'busy',
      message: '2 questions are waiting already.',
    });
    gates[1]!.open();
    await runs[1];
    expect(heard).toEqual([[], [], [2, 0], [3, 2]]);
    gates[0]!.open();
    await runs[0];
    expect(heard[3]).toEqual([3, 2, 0]);
    for (const { open } of gates) open();
    await Promise.all(runs);
    expect([admission.running, admission.waiting]).toEqual([0, 0]);
  });

  it('gives each asker a turn before anyone gets a second one', async () => {
    const admission = createAdmissionQueue({ atOnce: 1, waiting: 9 });
    const first = gate();
    const order: string[] = [];
    const ask = (name: string, asker: string) => admission.run(async () => void order.push(name), { asker });
    const runs = [admission.run(first.work), ask('a1', 'a'), ask('a2', 'a'), ask('a3', 'a'), ask('b1', 'b')];
    first.open();
    await Promise.all(runs);
    expect(order).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('leaves one turn, and most of the line, to others than whoever asks the most', async () => {
    const queue = createAdmissionQueue({ atOnce: 2, waiting: 4 });
    const gates = Array.from({ length: 3 }, gate);
    const mallory = gates.map(({ work }) => queue.run(work, { asker: 'mallory' }));
    expect([queue.running, queue.waiting]).toEqual([1, 2]);
    await expect(queue.run(async () => {}, { asker: 'mallory' })).rejects.toMatchObject({
      code: 'busy',
      message: '2 questions of yours are waiting already.',
    });
    expect(await queue.run(async () => 'bob', { asker: 'bob' })).toBe('bob');
    for (const { open } of gates) open();
    await Promise.all(mallory);
    expect([queue.running, queue.waiting]).toEqual([0, 0]);
  });

  it('passes on what the work returns or throws, and goes on', async () => {
    const admission = createAdmissionQueue({ atOnce: 1, waiting: 9 });
    const results = await Promise.allSettled([
      admission.run(async () => {
        throw new Error('no');
      }),
      admission.run(() => {
        throw new Error('not even a promise');
      }),
      admission.run(async () => 3),
    ]);
    expect(results).toMatchObject([
      { reason: { message: 'no' } },
      { reason: { message: 'not even a promise' } },
      { value: 3 },
    ]);
    expect(admission.running).toBe(0);
  });

  it('lets go of whoever no longer waits, and tells those behind', async () => {
    const admission = createAdmissionQueue({ atOnce: 1, waiting: 9 });
    const first = gate();
    const controller = new AbortController();
    const heard: number[] = [];
    let ran = false;
    const running = admission.run(first.work);
    const gone = admission.run(
      async () => {
        ran = true;
      },
      { signal: controller.signal },
    );
    const behind = admission.run(async () => 'behind', { onPosition: (n) => heard.push(n) });
    controller.abort(new Error('withdrawn'));
    await expect(gone).rejects.toThrow('withdrawn');
    expect(heard).toEqual([2, 1]);
    await expect(admission.run(async () => {}, { signal: controller.signal })).rejects.toThrow('withdrawn');
    first.open();
    await running;
    expect(await behind).toBe('behind');
    expect(ran).toBe(false);
    expect(admission.running).toBe(0);
  });

  it('says how long each one waited', async () => {
    let time = 0;
    const waits: number[] = [];
    const admission = createAdmissionQueue({
      atOnce: 1,
      waiting: 9,
      now: () => time,
      onTurn: (ms) => waits.push(ms),
    });
    const first = gate();
    const runs = [admission.run(first.work), admission.run(async () => {})];
    time = 1500;
    first.open();
    await Promise.all(runs);
    expect(waits).toEqual([0, 1500]);
  });

  it('without a line refuses whoever would have to wait', async () => {
    const admission = createAdmissionQueue({ atOnce: 1, waiting: 0 });
    const first = gate();
    const running = admission.run(first.work);
    await expect(admission.run(async () => {})).rejects.toThrow('I am busy with other questions.');
    first.open();
    await running;
  });

  it('never works on more than so many, and loses none, whatever happens', async () => {
    const asked = fc.record({
      asker: fc.constantFrom('a', 'b', 'c'),
      steps: fc.nat(4),
      fails: fc.boolean(),
      leavesAfter: fc.option(fc.nat(6)),
    });
    const property = fc.asyncProperty(
      fc.array(asked, { maxLength: 30 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(10),
      async (all, atOnce, waiting) => {
        const admission = createAdmissionQueue({ atOnce, waiting });
        let most = 0;
        let begun = 0;
        const runs = all.map(async ({ asker, steps, fails, leavesAfter }) => {
          const controller = new AbortController();
          const work = async () => {
            begun += 1;
            most = Math.max(most, admission.running);
            for (let i = 0; i < steps; i += 1) await settled();
            if (fails) throw new Error('failed');
            return 'done';
          };
          const run = admission.run(work, { asker, signal: controller.signal });
          if (leavesAfter !== null) {
            for (let i = 0; i < leavesAfter; i += 1) await Promise.race([settled(), run.catch(() => {})]);
            controller.abort(new Error('left'));
          }
          return run;
        });
        const ends = (await Promise.allSettled(runs)).map((end) =>
          end.status === 'fulfilled' ? end.value : (end.reason as Error).message,
        );
        expect(most).toBeLessThanOrEqual(atOnce);
        expect([admission.running, admission.waiting]).toEqual([0, 0]);
        const worked = ends.filter((said) => said === 'done' || said === 'failed').length;
        expect(worked).toBe(begun);
        const refused = ends.filter((said) => /waiting already|busy/.test(said)).length;
        expect(worked + refused + ends.filter((said) => said === 'left').length).toBe(all.length);
        const ofOne = Math.max(
          ...['a', 'b', 'c'].map((one) => all.filter(({ asker }) => asker === one).length),
        );
        if (ofOne <= Math.ceil(waiting / 2) && all.length <= waiting) expect(refused).toBe(0);
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});
