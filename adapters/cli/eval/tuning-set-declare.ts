import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SetFiles } from '../../../src/evaluate/read/draft.ts';
import { OFFER_SIZES, OFFERED, type OfferSize } from '../../../src/strategy/offer.ts';
import { withSetFiles } from './options.ts';

/** What "spotter eval tuning-set …" asks for. */
export interface TuningSetRequest {
  readonly command: 'eval';
  readonly action: 'tuning-set';
  readonly annotations: string;
  readonly options: SetFiles & {
    readonly images?: string;
    readonly candidates?: string;
    readonly out: string;
    readonly name?: string;
    readonly mediaDir?: string;
    readonly k: OfferSize;
    readonly seed: number;
    readonly noneShare?: number;
    readonly foreignShare: number;
    readonly insertReference: boolean;
    readonly limit?: number;
    /** Validate what is there instead of writing it. */
    readonly check: boolean;
    readonly json: boolean;
  };
}

const EXAMPLES = `
Examples:
  spotter eval tuning-set train.json --images photos --candidates preds.jsonl --out LLaMA-Factory/data
  spotter eval tuning-set train.json --images photos --out LLaMA-Factory/data --check`;

/** Declares "tuning-set" below "eval". */
export function declareTuningSet(evaluate: Command, found: (request: TuningSetRequest) => void): void {
  withSetFiles(evaluate.command('tuning-set'))
    .summary('write sets for tuning a language model to choose among candidates')
    .description(
      'Write two LLaMA-Factory data sets of the CRS prompt with its answer: positives only, and with None.',
    )
    .argument('<annotations>', 'positives with boxes, and what else the set says')
    .option('--images <folder>', 'where the image files lie (default: images/ beside the annotations)')
    .option(
      '--candidates <file>',
      'JSONL of boxes, predictions, or boxes by file (default: those of the set)',
    )
    .requiredOption('--out <folder>', "LLaMA-Factory's dataset folder; the table there keeps its entries")
    .option('--name <name>', 'of the first data set; the other one is name_none (default: spotter_crs)')
    .option('--media-dir <folder>', 'what image paths are relative to (default: the folder of --out)')
    .addOption(
      new Option('-k, --k <n>', 'how many candidates are offered at most')
        .choices(OFFER_SIZES.map(String))
        .argParser(offerSize)
        .default(OFFERED),
    )
    .option('--seed <n>', 'of order, letters and choices', number, 1)
    .option('--none-share <share>', 'how many answers are None, 0 to 0.5 (default: as any option)', number)
    .option('--foreign-share <share>', 'how many of these ask for a thing of another picture', number, 0.5)
    .option('--insert-reference', 'offer the reference box where nothing proposed is right', false)
    .option('--limit <n>', 'at most so many positives', number)
    .option('--check', 'validate the data sets that are there; write nothing', false)
    .option('--json', 'print one JSON object on one line', false)
    .addHelpText('after', EXAMPLES)
    .action((annotations: string, options: TuningSetRequest['options']) =>
      found({ command: 'eval', action: 'tuning-set', annotations, options }),
    );
}

function offerSize(text: string): OfferSize {
  const size = OFFER_SIZES.find((n) => String(n) === text.trim());
  if (size === undefined) throw new InvalidArgumentError(`It is one of ${OFFER_SIZES.join(', ')}.`);
  return size;
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is a number.');
  return value;
}
