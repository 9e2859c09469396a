import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../../src/config.ts';
import { safe, safeJson } from '../../src/text.ts';
import type { Console } from './console.ts';

/** What "spotter feedback …" asks for. */
export interface FeedbackRequest {
  readonly command: 'feedback';
  readonly action: 'export';
  readonly options: { readonly out: string; readonly json: boolean };
}

/** Declares "feedback export". */
export function declareFeedback(feedback: Command, found: (request: FeedbackRequest) => void): void {
  feedback
    .description('What people said of the answers of the bot, with its buttons Right and Wrong.')
    .command('export')
    .summary('write it as an evaluation set')
    .description('Write it as an evaluation set: annotations.jsonl, to-annotate.jsonl for a person, images/.')
    .requiredOption('--out <folder>', 'where it is written')
    .option('--json', 'print one JSON object on one line', false)
    .action((options: FeedbackRequest['options']) =>
      found({ command: 'feedback', action: 'export', options }),
    );
}

/** Exports from the memory that the bot has: the same REDIS_URL or SPOTTER_STATE. @throws SpotterError */
export async function feedbackCommand({ options }: FeedbackRequest, console: Console): Promise<number> {
  // Loaded when needed: the other commands open no store.
  const { exportFeedback } = await import('../../src/evaluate/feedback-export.ts');
  const { createFeedback } = await import('../../src/store/feedback.ts');
  const { openStore } = await import('../../src/store/open.ts');
  const { state } = readConfig({ env: process.env });
  const store = await openStore({
    path: join(state, 'memory.db'),
    redisUrl: process.env.REDIS_URL || undefined,
  });
  try {
    const all = await createFeedback(store).all();
    const exported = await exportFeedback(all, { out: options.out, pictures: join(state, 'pictures') });
    const { annotations, toAnnotate, pictures, missing } = exported;
    if (options.json) console.print(safeJson({ ...exported, output: options.out }));
    else
      console.print(
        `${annotations} annotations, ${toAnnotate} questions to annotate, ${pictures} pictures, ${missing} that were not kept: ${safe(options.out)}`,
      );
    return 0;
  } finally {
    await store.close();
  }
}
