import type { Command } from 'commander';

/** What "spotter feedback …" asks for. */
export interface FeedbackRequest {
  readonly command: 'feedback';
  readonly action: 'export';
  readonly options: { readonly out: string; readonly json: boolean };
}

/** Declares "feedback export". */
export function declareFeedback(program: Command, found: (request: FeedbackRequest) => void): void {
  program
    .command('feedback')
    .summary('what people said of answers')
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
