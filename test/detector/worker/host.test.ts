import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createDetectorHost,
  type DetectorHost,
  type HostOptions,
} from '../../../src/detector/worker/host.ts';
import { restartDelay } from '../../../src/detector/worker/runner.ts';
import type { PinnedFile } from '../../../src/models/registry.ts';
import { diagonal, matmulModel } from '../matmul-model.ts';
import { runs, until } from '../processes.ts';
import { run } from '../run.ts';

let folder: string;
let once: PinnedFile;
/** Runs of about half a second, and of far more than any test waits for. */
let slow: PinnedFile;
let endless: PinnedFile;
const BIG = diagonal(700, 1);

const hosts: DetectorHost[] = [];
function open(options: HostOptions = {}): DetectorHost {
  const host = createDetectorHost({ threads: 1, ...options });
  hosts.push(host);
  return host;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-host-'));
  once = matmulModel(folder, 1);
  slow = matmulModel(folder, 40);
  endless = matmulModel(folder, 4000);
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('work', () => {
  it('runs a model in another process', async () => {
    const host = open();
    const { outputs, ms } = await run(host, once, diagonal(2, 3));
    expect(outputs).toEqual({ y: { type: 'float32', data: new Float32Array([9, 0, 0, 9]), dims: [2, 2] } });
    expect(ms).toBeGreaterThan(0);
    expect(runs(host.pid!)).toBe(true);
    expect(host.pid).not.toBe(process.pid);
  });

  it('keeps one process, whatever it runs', async () => {
    const host = open();
    await host.load(once);
    const pid = host.pid;
    const three = await Promise.all([1, 2, 3].map((v) => run(host, once, diagonal(1, v))));
    expect(three.map(({ outputs }) => outputs.y?.data[0])).toEqual([1, 4, 9]);
    await run(host, slow, diagonal(2, 1));
    expect(host.pid).toBe(pid);
  });

  it('answers in the order of asking', async () => {
    const host = open();
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    await Promise.all([
      run(host, slow, BIG).then(note('slow')),
      run(host, once, diagonal(2, 1)).then(note('first quick')),
      run(host, once, diagonal(2, 1)).then(note('second quick')),
    ]);
    expect(order).toEqual(['slow', 'first quick', 'second quick']);
  });

  it('reports bad feeds and goes on', async () => {
    const host = open();
    await expect(run(host, once, {})).rejects.toMatchObject({ code: 'internal' });
    const { outputs } = await run(host, once, diagonal(1, 2));
    expect(outputs.y?.data[0]).toBe(4);
  });
});

describe('a turn', () => {
  it('takes its memory only when it is its turn, and runs as often as it needs', async () => {
    const host = open();
    let active = 0;
    let most = 0;
    const question = (value: number) =>
      host.turn(async (run) => {
        active += 1;
        most = Math.max(most, active);
        const first = await run(once, diagonal(1, value));
        const second = await run(once, diagonal(1, first.outputs.y!.data[0] as number));
        active -= 1;
        return second.outputs.y?.data[0];
      });
    const values = [1, 2, 3, 4, 5, 6];
    expect(await Promise.all(values.map(question))).toEqual(values.map((v) => v ** 4));
    expect(most).toBe(2);
    expect(host.state).toMatchObject({ running: 0, waiting: 0, pid: host.pid });
  });

  it('that came first is served first, whatever the next one has prepared', async () => {
    const host = open();
    await host.load(slow);
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const first = host.turn(async (run) => {
      await Promise.all([run(slow, BIG).then(note('a1')), run(once, diagonal(1, 1)).then(note('a2'))]);
    });
    const second = host.turn((run) => run(once, diagonal(1, 1)).then(note('b')));
    await Promise.all([first, second]);
    expect(order).toEqual(['a1', 'a2', 'b']);
  });

  it('whose work throws takes what it left behind along, and makes room', async () => {
    const host = open();
    await host.load(once);
    let left: Promise<unknown> | undefined;
    const failing = host.turn(async (run) => {
      run(slow, BIG);
      left = run(endless, BIG);
      throw new RangeError('mine');
    });
    await expect(failing).rejects.toThrow(new RangeError('mine'));
    await expect(left).rejects.toMatchObject({ code: 'internal' });
    await expect(run(host, once, diagonal(1, 2))).resolves.toBeDefined();
  });

  it('that is over runs nothing more', async () => {
    const host = open();
    const kept = await host.turn(async (run) => run);
    await expect(kept(once, diagonal(1, 1))).rejects.toMatchObject({
      code: 'internal',
      hint: 'A model was to be run after its turn had ended.',
    });
    expect(host.pid).toBeUndefined();
  });
});

describe('limits', () => {
  it('refuses what exceeds the queue, with the wait', async () => {
    const host = open({ maxQueue: 1 });
    await run(host, slow, BIG);
    // Two are active, one waits.
    const accepted = [slow, once, once].map((model) =>
      run(host, model, model === slow ? BIG : diagonal(2, 1)),
    );
    await expect(run(host, once, diagonal(2, 1))).rejects.toMatchObject({
      code: 'busy',
      hint: expect.stringMatching(/^3 are ahead; try again in about \d+ s\.$/),
    });
    await Promise.all(accepted);
    await expect(run(host, once, diagonal(2, 1))).resolves.toBeDefined();
  });

  it('drops waiting work that is given up, and frees its place', async () => {
    const host = open({ maxQueue: 1 });
    const active = [run(host, slow, BIG), run(host, once, diagonal(2, 1))];
    const controller = new AbortController();
    const waiting = run(host, once, diagonal(2, 1), { signal: controller.signal });
    controller.abort();
    const next = run(host, once, diagonal(1, 5));
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(next).resolves.toMatchObject({ outputs: { y: { dims: [1, 1] } } });
    await Promise.all(active);
  });

  it('lets go of running work that is given up, without losing the process', async () => {
    const host = open();
    await host.load(slow);
    const pid = host.pid;
    const controller = new AbortController();
    const running = run(host, slow, BIG, { signal: controller.signal });
    await sleep(50);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    const { outputs } = await run(host, once, diagonal(1, 5));
    expect(outputs.y?.data[0]).toBe(25);
    expect(host.pid).toBe(pid);
  });

  it('does not start what was given up before', async () => {
    const host = open();
    const refused = run(host, once, diagonal(2, 1), { signal: AbortSignal.abort() });
    await expect(refused).rejects.toMatchObject({ code: 'cancelled' });
    expect(host.pid).toBeUndefined();
  });

  it('calls work that takes too long timed out, ends it, and goes on', async () => {
    const host = open({ timeoutMs: 3000 });
    await host.load(once);
    const pid = host.pid!;
    await expect(run(host, endless, BIG)).rejects.toMatchObject({
      code: 'timed-out',
      hint: 'The detector did not answer within 3 s.',
    });
    await until(() => !runs(pid));
    await until(() => host.pid === undefined);
    const { outputs } = await run(host, once, diagonal(1, 3));
    expect(outputs.y?.data[0]).toBe(9);
  });
});

describe('a process that dies', () => {
  it('killed in the middle of a run, still answers', async () => {
    const host = open();
    await host.load(slow);
    const pid = host.pid!;
    const running = run(host, slow, BIG);
    const waiting = run(host, once, diagonal(1, 2));
    await sleep(50);
    process.kill(pid, 'SIGKILL');
    expect((await running).outputs.y?.dims).toEqual([700, 700]);
    expect((await waiting).outputs.y?.data[0]).toBe(4);
    expect(host.pid).not.toBe(pid);
    expect(runs(pid)).toBe(false);
  });

  it('killed twice, gives up the work that was running, then serves the next', async () => {
    const host = open();
    await host.load(endless);
    const first = host.pid!;
    const running = run(host, endless, BIG);
    running.catch(() => {});
    const waiting = run(host, once, diagonal(1, 2));
    process.kill(first, 'SIGKILL');
    const second = await until(() => host.pid !== first && host.pid);
    process.kill(second, 'SIGKILL');
    await expect(running).rejects.toMatchObject({
      code: 'detector-down',
      message: 'The detector stopped working.',
      hint: 'Its process was killed by SIGKILL.',
    });
    expect((await waiting).outputs.y?.data[0]).toBe(4);
  });

  it('does not repeat work nobody waits for', async () => {
    const host = open();
    await host.load(endless);
    const controller = new AbortController();
    const running = run(host, endless, BIG, { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    process.kill(host.pid!, 'SIGKILL');
    await expect(run(host, once, diagonal(1, 2))).resolves.toBeDefined();
  });

  it('killed under twenty questions, still answers all of them, and the next', async () => {
    const host = open();
    await host.load(slow);
    const pid = host.pid!;
    const values = Array.from({ length: 20 }, (_, i) => i);
    const asked = values.map((value) =>
      host.turn(
        async (run) => {
          await run(slow, diagonal(200, 1));
          return (await run(once, diagonal(1, value))).outputs.y?.data[0];
        },
        { asker: `asker ${value % 3}` },
      ),
    );
    await sleep(30);
    process.kill(pid, 'SIGKILL');
    expect(await Promise.all(asked)).toEqual(values.map((v) => v * v));
    expect(host.state.restarts).toBe(1);
    await expect(run(host, once, diagonal(1, 2))).resolves.toBeDefined();
  });

  it('killed four times in a row under twenty questions, gives up two and answers the others', async () => {
    const host = open();
    await host.load(slow);
    const asked = Promise.allSettled(Array.from({ length: 20 }, () => run(host, slow, diagonal(300, 1))));
    for (let pid = 0, times = 0; times < 4; times += 1) {
      pid = await until(() => host.pid !== pid && host.pid);
      process.kill(pid, 'SIGKILL');
    }
    const lost = (await asked).filter((one) => one.status === 'rejected');
    expect(lost.map(({ reason }) => reason)).toEqual([
      expect.objectContaining({ code: 'detector-down' }),
      expect.objectContaining({ code: 'detector-down' }),
    ]);
    await expect(run(host, once, diagonal(1, 2))).resolves.toBeDefined();
  });

  it('killed while idle, is started again by the next work', async () => {
    const host = open();
    await host.load(once);
    process.kill(host.pid!, 'SIGKILL');
    await until(() => host.pid === undefined);
    await expect(run(host, once, diagonal(1, 2))).resolves.toBeDefined();
  });

  it('that cannot start says why', async () => {
    const host = open({ entry: join(folder, 'no-such-child.js') });
    await expect(run(host, once, diagonal(1, 2))).rejects.toMatchObject({
      code: 'detector-down',
      hint: expect.stringMatching(/^Its process exited with code 1: .*no-such-child\.js/s),
    });
  });

  it('is started again more and more slowly', () => {
    expect([1, 2, 3, 4, 20].map(restartDelay)).toEqual([50, 100, 200, 400, 5000]);
  });
});

describe('the end', () => {
  it('leaves the process alone on Ctrl-C', async () => {
    const host = open();
    await host.load(once);
    const pid = host.pid!;
    process.kill(pid, 'SIGINT');
    await run(host, once, diagonal(1, 2));
    expect(host.pid).toBe(pid);
  });

  it('frees the memory of an idle process', async () => {
    const host = open({ idleMs: 50 });
    await host.load(once);
    const pid = await until(() => host.pid);
    await until(() => host.pid === undefined && !runs(pid));
    await expect(run(host, once, diagonal(1, 2))).resolves.toBeDefined();
  });

  it('closes at once, in the middle of a run, leaving nothing behind', async () => {
    const host = open();
    await host.load(endless);
    const pid = host.pid!;
    const refused = [run(host, endless, BIG), run(host, once, diagonal(1, 2))].map((asked) =>
      expect(asked).rejects.toMatchObject({ code: 'cancelled' }),
    );
    await host.close();
    await Promise.all(refused);
    expect(runs(pid)).toBe(false);
    await expect(run(host, once, diagonal(1, 2))).rejects.toMatchObject({ code: 'detector-down' });
    await host.close();
  });
});
