import { aborted } from '../abort.ts';
import { SpotterError } from '../errors.ts';
import { FairQueue, leavesOne } from '../fair-queue.ts';
import {
  type Death,
  OUT_OF_MEMORY_EXIT,
  type Reply,
  type Request,
  type StartWorker,
  startThread,
  type Tasks,
  type Worker,
} from './worker.ts';

/** Why a task was ended from outside. */
export type Excess = 'time' | 'memory' | 'death';

export interface PoolOptions {
  /** startProcess or startThread. */
  readonly start: StartWorker;
  /** The worker's module, which calls serve(); an absolute path. */
  readonly source: string;
  /** Workers at a time; each is started when no other is free, and does one task at a time. */
  readonly size: number;
  /** In bytes; see WorkerOptions. */
  readonly maxMemory: number;
  /** A worker without work is ended after so many milliseconds. */
  readonly idleMs: number;
  /** Tasks that may wait; more are refused with `busy`. */
  readonly maxQueue: number;
  /** What the asker of a task is told that was ended. */
  readonly excess: (excess: Excess, reason: string) => SpotterError;
}

export interface TaskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Who asks: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string | undefined;
}

export interface RunOptions extends TaskOptions {
  /** How long the task itself may take at most, in milliseconds; waiting and starting a worker do not count. */
  readonly deadlineMs: number;
}

interface Task {
  readonly name: string;
  readonly input: unknown;
  readonly asker: string | undefined;
  readonly deadlineMs: number;
  deaths: number;
  /** performance.now() when its worker was asked. */
  begunAt: number;
  settle: (outcome: { readonly output: unknown } | { readonly error: SpotterError }) => void;
}

interface Slot {
  readonly worker: Worker;
  ready: boolean;
  /** Whether it has done a task already. */
  used: boolean;
  task: Task | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** A worker that cannot even be started is not waited for longer, in milliseconds. */
const START_MS = 30_000;
/** A task whose worker died is given to one more worker. */
const MAX_DEATHS = 2;

/**
 * Runs tasks in workers that can be ended wherever they hang: a task that takes too much time or memory, or that nobody
 * wants any more, ends its worker, and no other task with it.
 */
export class WorkerPool<T extends Tasks> {
  readonly #options: PoolOptions;
  readonly #queue = new FairQueue<Task>();
  readonly #slots = new Set<Slot>();
  #lastId = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Process ids of the workers, for tests and measurements. */
  get pids(): readonly number[] {
    return [...this.#slots].flatMap(({ worker }) => worker.pid ?? []);
  }

  /** Starts a worker ahead of the first task. */
  warm(): void {
    if (this.#slots.size === 0) this.#start();
  }

  /** @throws SpotterError what the task throws; `excess`; busy; cancelled, timed-out by the signal */
  async run<N extends keyof T & string>(
    name: N,
    input: Parameters<T[N]>[0],
    { deadlineMs, signal, asker }: RunOptions,
  ): Promise<Awaited<ReturnType<T[N]>>> {
    if (signal?.aborted) throw aborted(signal);
    if (this.#queue.length >= this.#options.maxQueue) throw new SpotterError('busy');
    return new Promise<Awaited<ReturnType<T[N]>>>((resolve, reject) => {
      const giveUp = (): void => {
        reject(aborted(signal));
        if (!this.#queue.remove(task)) this.#endWorkerOf(task);
        this.#dispatch();
      };
      const task: Task = {
        ...{ name, input, asker, deadlineMs, deaths: 0, begunAt: 0 },
        settle: (outcome) => {
          signal?.removeEventListener('abort', giveUp);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.output as Awaited<ReturnType<T[N]>>);
        },
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#queue.push(task, asker);
      this.#dispatch();
    });
  }

  /** Ends all workers at once; their tasks fail. */
  async close(): Promise<void> {
    const closed = new SpotterError('cancelled');
    for (let task = this.#queue.shift(); task; task = this.#queue.shift()) task.settle({ error: closed });
    const slots = [...this.#slots];
    for (const { task } of slots) task?.settle({ error: closed });
    await Promise.all(slots.map((slot) => this.#end(slot)));
  }

  #dispatch(): void {
    for (;;) {
      const next = this.#queue.shift((asker) => this.#may(asker));
      if (!next) return;
      const slot = [...this.#slots].find(({ task }) => !task) ?? this.#start();
      slot.task = next;
      clearTimeout(slot.timer);
      if (slot.ready) this.#send(slot);
      else slot.timer = setTimeout(() => this.#exceeded(slot, 'death', 'did not start in time'), START_MS);
    }
  }

  /** Whether a worker is free, and not the last one where the asker has another. */
  #may(asker: string | symbol): boolean {
    const { size } = this.#options;
    const tasks = [...this.#slots].flatMap(({ task }) => task ?? []);
    return tasks.length < size && leavesOne(tasks.filter((task) => task.asker === asker).length, size);
  }

  #start(): Slot {
    const { start, source, maxMemory } = this.#options;
    const slot: Slot = {
      worker: start({
        ...{ source, maxMemory },
        onMessage: (message) => this.#received(slot, message as Reply),
        onDeath: (death) => this.#died(slot, death),
      }),
      ready: false,
      used: false,
      task: undefined,
      timer: undefined,
    };
    this.#slots.add(slot);
    return slot;
  }

  #send(slot: Slot): void {
    const task = slot.task!;
    const request: Request = { id: ++this.#lastId, task: task.name, input: task.input };
    task.begunAt = performance.now();
    this.#endAfter(slot, task.deadlineMs, task.begunAt);
    slot.worker.send(request);
  }

  #endAfter(slot: Slot, ms: number, since: number): void {
    clearTimeout(slot.timer);
    const late = () => this.#exceeded(slot, 'time', `took longer than ${Math.round(ms)} ms`);
    // It keeps the asking process alive.
    slot.timer = setTimeout(late, Math.max(0, since + ms - performance.now()));
  }

  #received(slot: Slot, reply: Reply): void {
    if (!this.#slots.has(slot)) return;
    if ('ready' in reply) {
      slot.ready = true;
      clearTimeout(slot.timer);
      if (slot.task) this.#send(slot);
      return;
    }
    const { task } = slot;
    if ('allowMs' in reply) {
      if (task) this.#endAfter(slot, Math.min(reply.allowMs, task.deadlineMs), task.begunAt);
      return;
    }
    slot.task = undefined;
    clearTimeout(slot.timer);
    // What tasks before have taken and not given back may be why there is too little memory for this one.
    const again = 'error' in reply && reply.outOfMemory && slot.used && task !== undefined;
    slot.used = true;
    if (reply.spent) void this.#end(slot);
    else slot.timer = setTimeout(() => void this.#end(slot), this.#options.idleMs).unref();
    if (again) this.#queue.push(task, task.asker);
    else
      task?.settle(
        'error' in reply
          ? { error: new SpotterError(reply.error.code, reply.error.message, reply.error.hint) }
          : { output: reply.output },
      );
    this.#dispatch();
  }

  #died(slot: Slot, { reason, exitCode, outOfMemory }: Death): void {
    if (!this.#slots.delete(slot)) return;
    clearTimeout(slot.timer);
    const { task } = slot;
    if (task) {
      task.deaths += 1;
      const memory = outOfMemory || exitCode === OUT_OF_MEMORY_EXIT;
      if (memory || task.deaths >= MAX_DEATHS) {
        task.settle({ error: this.#options.excess(memory ? 'memory' : 'death', reason) });
      } else {
        this.#queue.push(task, task.asker);
      }
    }
    this.#dispatch();
  }

  #exceeded(slot: Slot, excess: Excess, reason: string): void {
    slot.task?.settle({ error: this.#options.excess(excess, reason) });
    void this.#end(slot);
    this.#dispatch();
  }

  #endWorkerOf(task: Task): void {
    for (const slot of this.#slots) if (slot.task === task) void this.#end(slot);
  }

  async #end(slot: Slot): Promise<void> {
    this.#slots.delete(slot);
    clearTimeout(slot.timer);
    await slot.worker.kill();
  }
}

export interface WordThreadsOptions extends Pick<PoolOptions, 'source' | 'size'> {
  /** What the threads are, where one dies of itself: "the reader of expressions". */
  readonly name: string;
  /** What whoever asks is told when it takes too much time or memory, and what to do about it. */
  readonly tooCostly: readonly [sentence: string, hint: string];
}

/** What is done with words takes milliseconds; what takes longer than that never ends. */
export const WORDS_DEADLINE_MS = 2000;

/** Threads that work on what people write, each with at most 256 MB; they are kept for the next question. */
export const wordThreads = <T extends Tasks>({ name, tooCostly, ...options }: WordThreadsOptions) =>
  new WorkerPool<T>({
    ...options,
    start: startThread,
    maxMemory: 256 * 2 ** 20,
    idleMs: 3_600_000,
    maxQueue: 1000,
    excess: (excess, reason) =>
      excess === 'death'
        ? new SpotterError('internal', undefined, `Please report this: ${name} ${reason}.`)
        : new SpotterError('too-costly', ...tooCostly),
  });
