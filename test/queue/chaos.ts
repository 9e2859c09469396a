import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '../store/program.ts';
import { startRedis } from '../store/redis-server.ts';
import { newQueue } from './setup.ts';

export interface ChaosOptions {
  readonly questions: number;
  /** What each takes a worker, and how many of them each bot has under way. */
  readonly questionMs: number;
  readonly atOnce: number;
  readonly bots: number;
  readonly workers: number;
  /** How often a worker is killed and another one started in its place. */
  readonly killEveryMs: number;
  /** After which shares of the questions Redis is ended, and started again without its data. */
  readonly redisRestarts: readonly number[];
}

export interface Outcome {
  readonly answered: number;
  /** Told why not in a sentence, by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Of which nothing was heard, which were heard of twice, and those that got the answer to another question. */
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  readonly kills: number;
  readonly seconds: number;
}

const REDIS_AWAY_MS = 1500;

/** Lets bots ask, in processes of their own, while workers are killed and Redis is started again. */
export async function playChaos(options: ChaosOptions): Promise<Outcome> {
  const { questions, questionMs, atOnce, bots, killEveryMs } = options;
  const start = performance.now();
  const redis = await startRedis();
  const queue = newQueue();
  const program = (name: string, ...args: readonly (string | number)[]): Program =>
    startProgram(fileURLToPath(new URL(name, import.meta.url)), redis.url, queue, ...args.map(String));
  const startWorker = async (): Promise<Program> => {
    const worker = program('./worker-program.ts');
    await worker.heard();
    void readAll(worker, () => {});
    return worker;
  };

  const heard = new Map<number, (readonly [what: string, ...rest: unknown[]])[]>();
  const standing = await Promise.all(Array.from({ length: options.workers }, startWorker));
  const each = Math.ceil(questions / bots);
  const asking = Array.from({ length: bots }, (_, i) => {
    const count = Math.min(each, questions - i * each);
    const bot = program('./asker-program.ts', i * each, count, atOnce, questionMs);
    return readAll(bot, ([number, ...rest]) => {
      heard.set(number as number, [...(heard.get(number as number) ?? []), rest as never]);
    });
  });

  let over = false;
  let kills = 0;
  async function kill(): Promise<void> {
    for (let next = 0; ; next = (next + 1) % standing.length) {
      await sleep(killEveryMs);
      if (over) return;
      const dead = standing[next]!;
      await dead.kill();
      kills += 1;
      standing[next] = await startWorker();
    }
  }
  async function restart(): Promise<void> {
    for (const share of options.redisRestarts) {
      while (!over && heard.size < share * questions) await sleep(50);
      if (over) return;
      await redis.kill();
      await sleep(REDIS_AWAY_MS);
      await redis.start();
    }
  }
  const trouble = [kill(), restart()];
  await Promise.all(asking);
  over = true;
  await Promise.all(trouble);
  await Promise.all(standing.map((worker) => worker.kill()));
  await redis.close();

  const lines = [...heard.values()].flat();
  const refused: Record<string, number> = {};
  for (const [what, code, sentence] of lines) {
    if (what === 'refused' && typeof sentence === 'string' && sentence.length > 10)
      refused[code as string] = (refused[code as string] ?? 0) + 1;
  }
  return {
    answered: lines.filter(([what]) => what === 'answered').length,
    refused,
    lost: questions - heard.size,
    doubled: [...heard.values()].filter((told) => told.length > 1).length,
    wrong: lines.filter(([what, right]) => what === 'answered' && right !== true).length,
    kills,
    seconds: (performance.now() - start) / 1000,
  };
}

/** Hears all that a program says, until it ends. */
async function readAll(program: Program, onLine: (line: readonly unknown[]) => void): Promise<void> {
  for (;;) {
    const line = await program.heard().catch(() => undefined);
    if (line === undefined) return;
    onLine(line as readonly unknown[]);
  }
}
