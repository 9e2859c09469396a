import { join } from 'node:path';
import { readConfig } from '../../../src/config.ts';
import { createFeedback } from '../../../src/memory/feedback.ts';
import { exportFeedback } from '../../../src/memory/feedback-export.ts';
import { openMemory } from '../../../src/memory/open.ts';
import { safe, safeJson } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';
import type { FeedbackRequest } from './declare.ts';

/** Exports from the memory that the bot has: the same REDIS_URL or SPOTTER_STATE. @throws SpotterError */
export async function feedbackCommand({ options }: FeedbackRequest, console: Console): Promise<number> {
  const { state } = readConfig({ env: process.env });
  const memory = await openMemory({
    path: join(state, 'memory.db'),
    redisUrl: process.env.REDIS_URL || undefined,
  });
  try {
    const all = await createFeedback(memory).all();
    const exported = await exportFeedback(all, { out: options.out, pictures: join(state, 'pictures') });
    const { annotations, toAnnotate, pictures, missing } = exported;
    if (options.json) console.print(safeJson({ ...exported, output: options.out }));
    else
      console.print(
        `${annotations} annotations, ${toAnnotate} questions to annotate, ${pictures} pictures, ${missing} that were not kept: ${safe(options.out)}`,
      );
    return 0;
  } finally {
    await memory.close();
  }
}
