import { fileURLToPath } from 'node:url';
import { SpotterError } from '../errors.ts';
import type { NounPhrase } from '../expression/query.ts';
import type { Candidate } from '../verdict.ts';
import { WorkerPool } from '../worker/pool.ts';
import { startThread } from '../worker/start.ts';
import type { Scene } from './detections.ts';
import type { ReasoningTasks } from './reasoning-worker.ts';

/** What people say of what a detector sees is weighed in milliseconds. */
const DEADLINE_MS = 2000;

/** Two, so that an expression that takes long keeps nobody else's waiting. */
const pool = new WorkerPool<ReasoningTasks>({
  start: startThread,
  source: fileURLToPath(new URL('./reasoning-worker.ts', import.meta.url)),
  size: 2,
  maxMemory: 256 * 2 ** 20,
  idleMs: 3_600_000,
  maxQueue: 1000,
  excess: (excess, reason) =>
    excess === 'death'
      ? new SpotterError('internal', undefined, `Please report this: the reasoning ${reason}.`)
      : new SpotterError(
          'too-costly',
          'Weighing all that the expression says takes too long.',
          'Say less at once: one thing, and what tells it from the others.',
        ),
});

/** Starts the thread ahead of the first question. */
export const warmReasoner = (): void => pool.warm();

export interface ReasonOptions {
  readonly signal?: AbortSignal | undefined;
  /** Who asks: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string | undefined;
}

/**
 * Grounds a noun phrase, see `ground`, in a thread of its own, which is ended when it takes too long. The scene is
 * copied there with its pixels, some milliseconds' work.
 * @throws SpotterError too-costly, busy; cancelled, timed-out by the signal
 */
export const groundInThread = (
  phrase: NounPhrase,
  scene: Scene,
  { signal, asker }: ReasonOptions = {},
): Promise<Candidate[]> => pool.run('ground', { phrase, scene }, { deadlineMs: DEADLINE_MS, signal, asker });
