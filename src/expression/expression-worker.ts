// The thread that reads what people write; see expression-reader.ts.

import { serve } from '../worker/serve.ts';
import { type LastTurn, mergeFollowUp } from './follow-up/follow-up.ts';
import { readExpression } from './read.ts';

const TASKS = {
  read: readExpression,
  followUp: ({ text, last }: { readonly text: string; readonly last: LastTurn }) => mergeFollowUp(text, last),
};
export type ExpressionTasks = typeof TASKS;

serve(TASKS);
