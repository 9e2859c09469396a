// The thread that reads what people write; see reader.ts.

import { serve } from '../worker/worker.ts';
import type { LastTurn } from './follow-up/follow-up.ts';
import { readExpression } from './read.ts';

const TASKS = {
  read: readExpression,
  async followUp({ text, last }: { readonly text: string; readonly last: LastTurn }) {
    // Loaded when needed: a first question is none.
    const { mergeFollowUp } = await import('./follow-up/follow-up.ts');
    return mergeFollowUp(text, last);
  },
};
export type ExpressionTasks = typeof TASKS;

serve(TASKS);
