// The thread that weighs regions by what people say of them; see reasoner.ts.
import type { NounPhrase } from '../expression/query.ts';
import { serve } from '../worker/worker.ts';
import type { Scene } from './detections.ts';
import { ground } from './ground.ts';

const TASKS = {
  ground: ({ phrase, scene }: { readonly phrase: NounPhrase; readonly scene: Scene }) =>
    ground(phrase, scene),
};
export type ReasoningTasks = typeof TASKS;

serve(TASKS);
