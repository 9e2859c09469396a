import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  DEVICE_CHOICES,
  OFFER_SIZES,
  OFFERED,
  type OfferSize,
  STRATEGY_NAMES,
  type StrategyName,
} from '../../src/config.ts';
import type { SetFiles } from '../../src/evaluate/read/check.ts';
import { TRAINER_NAMES, type TrainerName } from '../../src/evaluate/tuning/trainers.ts';

interface Eval {
  readonly command: 'eval';
}

export interface RunRequest extends Eval {
  readonly action: 'run';
  readonly annotations: string;
  readonly options: SetFiles & {
    readonly images?: string;
    readonly out?: string;
    readonly fresh: boolean;
    readonly retryErrors: boolean;
    readonly strategy?: string;
    readonly specialist?: string;
    readonly device?: string;
    readonly mllm?: string;
    readonly boxes?: string;
    readonly beside: boolean;
    readonly limit?: number;
    readonly sample?: number;
    readonly seed: number;
    readonly shard?: { readonly part: number; readonly of: number };
    readonly concurrency: number;
    readonly wrong: boolean;
    readonly json: boolean;
  };
}

export interface ScoreRequest extends Eval {
  readonly action: 'score';
  /** One file, or several that are one set: positives and negatives apart. */
  readonly annotations: readonly [string, ...string[]];
  readonly predictions: string;
  readonly options: SetFiles &
    Resampling & {
      readonly images?: string;
      readonly threshold?: number;
      readonly html?: string;
      readonly csv?: string;
      /** Whether, and into which file, what the authors' scripts print is printed beside ours. */
      readonly asPublished?: string | true;
      readonly asPublishedCrs?: string | true;
      readonly wrong: boolean;
      readonly items: boolean;
      readonly json: boolean;
    };
}

export interface CompareRunsRequest extends Eval {
  readonly action: 'compare';
  /** One file, or several that are one set. */
  readonly annotations: readonly [string, ...string[]];
  readonly a: string;
  readonly b: string;
  readonly options: SetFiles &
    Resampling & { readonly html?: string; readonly csv?: string; readonly json: boolean };
}

export interface MergeRequest extends Eval {
  readonly action: 'merge';
  readonly parts: readonly string[];
  readonly options: { readonly out: string; readonly json: boolean };
}

interface Resampling {
  readonly resamples: number;
  readonly seed: number;
}

/** What "spotter eval …" asks for. */
export type EvalRequest =
  | CardRequest
  | CalibrateRequest
  | RunRequest
  | ScoreRequest
  | CompareRunsRequest
  | MergeRequest
  | TuningSetRequest;

const EXAMPLES = `
Examples:
  spotter eval run dev.json --images photos --out auto.jsonl
  spotter eval run dev.json --images photos --strategy crs --out crs.jsonl --sample 500
  spotter eval score dev.json auto.jsonl --html report.html --images photos
  spotter eval compare dev.json auto.jsonl crs.jsonl`;

const ANNOTATIONS = [
  '<annotations>',
  'expressions with reference boxes; see docs/evaluation-formats.md',
] as const;
const JSON_OPTION = ['--json', 'print one JSON object on one line', false] as const;

/** Declares what "eval" can do. */
export function declareEval(evaluate: Command, found: (request: EvalRequest) => void): void {
  evaluate
    .description('Ask the questions of an annotated set, score the answers, and compare systems.')
    .addHelpText('after', EXAMPLES);
  declareRun(evaluate, found);
  declareScore(evaluate, found);
  declareCompare(evaluate, found);
  evaluate
    .command('merge')
    .description('Put the prediction files of the parts of one run together.')
    .argument('<parts...>', 'prediction files, made with --shard')
    .requiredOption('--out <file>', 'the whole')
    .option(...JSON_OPTION)
    .action((parts: string[], options: MergeRequest['options']) =>
      found({ command: 'eval', action: 'merge', parts, options }),
    );
  declareCard(evaluate, found);
  declareCalibrate(evaluate, found);
  declareTuningSet(evaluate, found);
}

function declareRun(evaluate: Command, found: (request: RunRequest) => void): void {
  withSetFiles(evaluate.command('run'))
    .summary('ask the questions of a set')
    .description(
      'Ask the questions of a set and write a prediction file. A run that was left is taken up again.',
    )
    .argument(...ANNOTATIONS)
    .option('--images <folder>', 'where the photos lie (default: images/ beside the annotations)')
    .option(
      '--out <file>',
      'where predictions go, one JSON object a line (default: nowhere, only scores are shown)',
    )
    .option('--fresh', 'begin anew, whatever --out holds', false)
    .option('--retry-errors', 'ask again what failed', false)
    .addOption(new Option('--strategy <name>', 'which way the questions go').choices(STRATEGY_NAMES))
    .option('--specialist <id>', 'which detector looks, see "spotter models list"')
    .addOption(new Option('--device <device>', 'where it runs').choices(DEVICE_CHOICES))
    .option('--mllm <policy>', 'a SIMULATED language model: oracle, noisy, always-none, always-first')
    .option('--boxes <file>', 'boxes that stand in for detections: measures the reasoning alone')
    .option('--beside', 'measure the same without a language model as well', false)
    .option('--sample <n>', 'so many questions by chance', whole)
    .option('--seed <n>', 'of that chance', whole, 1)
    .option('--limit <n>', 'the first so many', whole)
    .option('--shard <i/n>', 'the i-th of n parts; "merge" puts them together', shard)
    .option('--concurrency <n>', 'questions at a time', whole, 2)
    .option('--wrong', 'list the answers that are wrong', false)
    .option(...JSON_OPTION)
    .action((annotations: string, options: RunRequest['options']) =>
      found({ command: 'eval', action: 'run', annotations, options }),
    );
}

function declareScore(evaluate: Command, found: (request: ScoreRequest) => void): void {
  withResampling(withSetFiles(evaluate.command('score')))
    .summary('score a prediction file')
    .description('Score a prediction file: every figure with its interval and what it was counted from.')
    .argument(...ANNOTATIONS)
    .argument(
      '<predictions...>',
      'of "spotter eval run", or in one of the forms in docs/evaluation.md; of several files the last, those before it are annotations, too',
    )
    .option(
      '--threshold <presence>',
      'rejected up to this presence (default: the best balanced accuracy)',
      share,
    )
    .option('--html <file>', 'a report with plots and the failures, in one file')
    .option('--images <folder>', 'where the photos lie (default: images/ beside the annotations)')
    .option('--csv <file>', 'all figures, one a line')
    .option(
      '--as-published [file]',
      "what the authors' scripts print of boxes, beside ours; as JSON in a file",
    )
    .option(
      '--as-published-crs [file]',
      "the same of a system that chooses letters, by the authors' CRS script",
    )
    .option('--wrong', 'list the answers that are wrong', false)
    .option('--items', 'with --json: each answer, too', false)
    .option(...JSON_OPTION)
    .action((first: string, files: string[], options: ScoreRequest['options']) => {
      const annotations = [first, ...files.slice(0, -1)] as const;
      found({ command: 'eval', action: 'score', annotations, predictions: files.at(-1)!, options });
    });
}

function declareCompare(evaluate: Command, found: (request: CompareRunsRequest) => void): void {
  withResampling(withSetFiles(evaluate.command('compare')))
    .summary('tell two systems apart')
    .description('Paired differences of two prediction files on the questions that both answer.')
    .argument(...ANNOTATIONS)
    .argument('<a>', 'a prediction file')
    .argument('<b...>', 'another one; of several files the last two, those before them are annotations, too')
    .option('--html <file>', 'both on one page, with plots of the differences')
    .option('--csv <file>', 'all differences, one a line')
    .option(...JSON_OPTION)
    .action((first: string, second: string, others: string[], options: CompareRunsRequest['options']) => {
      const files = [first, second, ...others];
      const annotations = files.slice(0, -2) as [string, ...string[]];
      found({ command: 'eval', action: 'compare', annotations, a: files.at(-2)!, b: files.at(-1)!, options });
    });
}

/** What "spotter eval card …" asks for. */
export interface CardRequest extends Eval {
  readonly action: 'card';
  readonly annotations: string;
  readonly options: SetFiles & {
    readonly images?: string;
    readonly out: string;
    readonly strategies?: readonly StrategyName[];
    readonly specialist?: string;
    readonly device?: string;
    readonly mllm?: string;
    readonly limit?: number;
    readonly sample?: number;
    readonly seed: number;
    readonly concurrency: number;
    readonly json: boolean;
  };
}

function declareCard(evaluate: Command, found: (request: CardRequest) => void): void {
  withSetFiles(evaluate.command('card'))
    .summary('run all strategies on a set, and put them side by side')
    .description(
      'Write a benchmark card: accuracy, rejection, cost and time of each strategy, as a page and as JSON.',
    )
    .argument(...ANNOTATIONS)
    .option('--images <folder>', 'where the photos lie (default: images/ beside the annotations)')
    .option(
      '--out <folder>',
      'where card.json, card.html and the answers go; a card that was left goes on',
      'card',
    )
    .addOption(new Option('--strategies <names...>', 'these only (default: all)').choices(STRATEGY_NAMES))
    .option('--specialist <id>', 'which detector looks, see "spotter models list"')
    .addOption(new Option('--device <device>', 'where it runs').choices(DEVICE_CHOICES))
    .option('--mllm <policy>', 'a SIMULATED language model: oracle, noisy, always-none, always-first')
    .option('--sample <n>', 'so many questions by chance', whole)
    .option('--seed <n>', 'of that chance', whole, 1)
    .option('--limit <n>', 'the first so many', whole)
    .option('--concurrency <n>', 'questions at a time', whole, 2)
    .option(...JSON_OPTION)
    .action((annotations: string, options: CardRequest['options']) =>
      found({ command: 'eval', action: 'card', annotations, options }),
    );
}

const withResampling = (command: Command): Command =>
  command
    .option('--resamples <n>', 'of the images, for intervals; 0 for none', whole, 1000)
    .option('--seed <n>', 'of these', whole, 1);

/** What the formats need that do not say everything in one file. */
const withSetFiles = (command: Command): Command =>
  command
    .option('--split <name>', 'which part of RefCOCO as it comes: val, testA; test for both tests')
    .option('--instances <file>', "COCO's boxes for RefCOCO as it comes (default: instances.json beside it)")
    .option('--scene-graphs <file>', "GQA's boxes for FineCops-Ref as it comes")
    .option('--coco <file>', 'the same expressions with their boxes, in COCO format');

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It is between 0 and 1.');
  return value;
}

function shard(text: string): { part: number; of: number } {
  const [, part, of] = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text)?.map(Number) ?? [];
  if (part === undefined || of === undefined || part > of)
    throw new InvalidArgumentError('It is a part and their number, such as 1/4.');
  return { part, of };
}

/** What "spotter eval calibrate …" asks for. */
export interface CalibrateRequest {
  readonly command: 'eval';
  readonly action: 'calibrate';
  readonly annotations: string;
  /** Of one strategy; without them the detector is asked. */
  readonly predictions?: string;
  readonly options: SetFiles & {
    readonly images?: string;
    readonly specialist?: string;
    readonly out: string;
    readonly json: boolean;
  };
}

const CALIBRATE_EXAMPLES = `
Examples:
  spotter eval run dev.json --strategy crs --out crs.jsonl
  spotter eval calibrate dev.json crs.jsonl             what the presence that crs reports is worth
  spotter eval calibrate dev.json --images photos       what reasoning makes of what the detector sees
  SPOTTER_CALIBRATION=spotter-calibration.json spotter find street.jpg "the red bus"`;

/** Declares "calibrate" below "eval". */
export function declareCalibrate(evaluate: Command, found: (request: CalibrateRequest) => void): void {
  withSetFiles(evaluate.command('calibrate'))
    .summary('fit presence and thresholds to an annotated set')
    .description(
      'Fit what presence is worth and from where on an answer is given, show it before and after, and write the file for SPOTTER_CALIBRATION.',
    )
    .argument('<annotations>', 'expressions with reference boxes, and some of what is not there')
    .argument(
      '[predictions]',
      'answers of one strategy, by "spotter eval run"; without them the detector looks',
    )
    .option('--images <folder>', 'where the photos lie (default: images/ beside the annotations)')
    .option('--specialist <id>', 'which detector looks, see "spotter models list"')
    .option('--out <file>', 'where the calibration is written', 'spotter-calibration.json')
    .option('--json', 'print one JSON object on one line', false)
    .addHelpText('after', CALIBRATE_EXAMPLES)
    .action((annotations: string, predictions: string | undefined, options: CalibrateRequest['options']) =>
      found({
        command: 'eval',
        action: 'calibrate',
        annotations,
        ...(predictions !== undefined && { predictions }),
        options,
      }),
    );
}

/** What "spotter eval tuning-set …" asks for. */
export interface TuningSetRequest {
  readonly command: 'eval';
  readonly action: 'tuning-set';
  readonly annotations: string;
  readonly options: SetFiles & {
    readonly images?: string;
    readonly candidates?: string;
    readonly out: string;
    readonly trainer?: TrainerName;
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

const TUNING_SET_EXAMPLES = `
Examples:
  spotter eval tuning-set train.json --images photos --candidates preds.jsonl --out LLaMA-Factory/data
  spotter eval tuning-set train.json --images photos --out LLaMA-Factory/data --check`;

/** Declares "tuning-set" below "eval". */
export function declareTuningSet(evaluate: Command, found: (request: TuningSetRequest) => void): void {
  withSetFiles(evaluate.command('tuning-set'))
    .summary('write sets for tuning a language model to choose among candidates')
    .description(
      'Write two data sets of the CRS prompt with its answer, for LLaMA-Factory, ms-swift or TRL: positives only, and with None.',
    )
    .argument('<annotations>', 'positives with boxes, and what else the set says')
    .option('--images <folder>', 'where the image files lie (default: images/ beside the annotations)')
    .option(
      '--candidates <file>',
      'JSONL of boxes, predictions, or boxes by file (default: those of the set)',
    )
    .requiredOption(
      '--out <folder>',
      "where they go: LLaMA-Factory's dataset folder; the table there keeps its entries",
    )
    .addOption(
      new Option('--trainer <name>', 'who is to read them (default: llama-factory)').choices(TRAINER_NAMES),
    )
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
    .addHelpText('after', TUNING_SET_EXAMPLES)
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
