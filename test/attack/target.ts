import { readFileSync } from 'node:fs';
import { memoryOf } from '../bot/processes.ts';
import { startBot, stateFolder } from '../bot/start.ts';
import { WAYS, type Way } from '../bot/ways.ts';
import { example } from '../detector/photos.ts';
import { freePort } from '../store/redis-server.ts';
import type { Person, Platform, Posted, Question, Reply, Upload } from '../world/platform.ts';

/** An answer that takes longer is none. */
const PATIENCE_MS = 60_000;
/** What the bot's own clock of its event loop adds to every delay. */
const RESOLUTION_MS = 10;

export const photo = (name: string): Upload => ({
  name,
  bytes: readFileSync(example(name)),
  type: 'image/jpeg',
});

export interface Answered {
  readonly said: Posted;
  readonly reply: Reply;
  /** Until it was there, in milliseconds. */
  readonly ms: number;
}

/** The bot as `npm start` runs it, in a process of its own, on a stand-in for a platform. */
export interface Target {
  readonly platform: Platform;
  /** Where the bot listens. */
  readonly port: number;
  /** Mentions it, and waits for the answer. @throws where none comes */
  ask(person: Person, question: Question): Promise<Answered>;
  /** The longest that the event loop of the bot was busy since this was asked last, in milliseconds. */
  busy(): Promise<number>;
  /** Resident memory of all its processes, in MB. */
  memory(): number;
  close(): Promise<void>;
}

export async function startTarget(
  env: NodeJS.ProcessEnv = {},
  name: keyof typeof WAYS = 'discord',
): Promise<Target> {
  const way: Way = WAYS[name];
  const { platform, connect } = await way.open();
  const port = await freePort();
  const PORT = String(port);
  const bot = startBot({
    ...platform.settings,
    ...{ PORT, SPOTTER_STATE: stateFolder(), SPOTTER_LOG_LEVEL: 'warn' },
    ...{ SPOTTER_PER_USER: '100000', SPOTTER_PER_CHANNEL: '100000' },
    ...env,
  });
  await bot.until(way.started);
  await connect(PORT);
  return {
    platform,
    port,
    async ask(person, question) {
      const from = performance.now();
      const said = await person.mention(question);
      const isAnswerToIt = (reply: Reply): boolean =>
        [reply.answers, reply.place.thread].includes(said.id) && isAnswer(reply);
      const reply = await platform.until(() => platform.replies().find(isAnswerToIt), PATIENCE_MS);
      return { said, reply, ms: performance.now() - from };
    },
    async busy() {
      const metrics = await (await fetch(`http://127.0.0.1:${PORT}/metrics`)).text();
      const seconds = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(metrics)?.[1];
      if (seconds === undefined) throw new Error('The bot does not tell how long it was busy.');
      return Math.max(0, Number(seconds) * 1000 - RESOLUTION_MS);
    },
    memory: () => memoryOf(bot.child.pid!).all,
    async close() {
      await bot.end('SIGKILL');
      await platform.close();
    },
  };
}

/** Progress and signs of work are none. */
const isAnswer = ({ text, removed }: Reply): boolean =>
  removed === undefined && text !== '' && !/^(Looking|Waiting)/.test(text);

/** Attacks a bot that is started for it. */
export async function onTarget<T>(
  attack: (target: Target) => Promise<T>,
  name?: keyof typeof WAYS,
): Promise<T> {
  const target = await startTarget({}, name);
  try {
    return await attack(target);
  } finally {
    await target.close();
  }
}
