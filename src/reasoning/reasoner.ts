import { fileURLToPath } from 'node:url';
import type { NounPhrase } from '../expression/query.ts';
import type { Candidate } from '../verdict.ts';
import { type TaskOptions, WORDS_DEADLINE_MS, wordThreads } from '../worker/pool.ts';
import type { Scene } from './detections.ts';
import type { ReasoningTasks } from './reasoning-worker.ts';

/** Two, so that an expression that takes long keeps nobody else's waiting. */
const threads = wordThreads<ReasoningTasks>({
  source: fileURLToPath(new URL('./reasoning-worker.ts', import.meta.url)),
  size: 2,
  name: 'the reasoning',
  tooCostly: [
    'Weighing all that the expression says takes too long.',
    'Say less at once: one thing, and what tells it from the others.',
  ],
});

/** Starts the thread ahead of the first question. */
export const warmReasoner = (): void => threads.warm();

/**
 * Grounds a noun phrase, see `ground`, in a thread of its own, which is ended when it takes too long. The scene is
 * copied there with its pixels, some milliseconds' work.
 * @throws SpotterError too-costly, busy; cancelled, timed-out by the signal
 */
export const groundInThread = (
  phrase: NounPhrase,
  scene: Scene,
  { signal, asker }: TaskOptions = {},
): Promise<Candidate[]> => {
  // The encoded bytes are for workers; here they would only be copied.
  const { encoded: _, ...picture } = scene.picture;
  const task = { phrase, scene: { ...scene, picture } };
  return threads.run('ground', task, { deadlineMs: WORDS_DEADLINE_MS, signal, asker });
};
