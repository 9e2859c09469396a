import { type Command, Option } from 'commander';
import type { SetFiles } from '../../../src/evaluate/read/draft.ts';
import { DEVICE_CHOICES } from '../../../src/specialist/device.ts';
import { STRATEGY_NAMES } from '../../../src/strategy/names.ts';
import { type CalibrateRequest, declareCalibrate } from './calibrate-declare.ts';
import { shard, share, whole, withSetFiles } from './options.ts';
import { declareTuningSet, type TuningSetRequest } from './tuning-set-declare.ts';

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
  readonly annotations: string;
  readonly predictions: string;
  readonly options: SetFiles &
    Resampling & {
      readonly images?: string;
      readonly threshold?: number;
      readonly html?: string;
      readonly csv?: string;
      readonly wrong: boolean;
      readonly items: boolean;
      readonly json: boolean;
    };
}

export interface CompareRunsRequest extends Eval {
  readonly action: 'compare';
  readonly annotations: string;
  readonly a: string;
  readonly b: string;
  readonly options: SetFiles & Resampling & { readonly csv?: string; readonly json: boolean };
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

/** Declares "eval" and what can be done there. */
export function declareEval(program: Command, found: (request: EvalRequest) => void): void {
  const evaluate = program
    .command('eval')
    .summary('measure how good the answers are')
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
    .argument('<predictions>', 'of "spotter eval run", or anyone else in its format')
    .option(
      '--threshold <presence>',
      'rejected up to this presence (default: the best balanced accuracy)',
      share,
    )
    .option('--html <file>', 'a report with plots and the failures, in one file')
    .option('--images <folder>', 'where the photos lie (default: images/ beside the annotations)')
    .option('--csv <file>', 'all figures, one a line')
    .option('--wrong', 'list the answers that are wrong', false)
    .option('--items', 'with --json: each answer, too', false)
    .option(...JSON_OPTION)
    .action((annotations: string, predictions: string, options: ScoreRequest['options']) =>
      found({ command: 'eval', action: 'score', annotations, predictions, options }),
    );
}

function declareCompare(evaluate: Command, found: (request: CompareRunsRequest) => void): void {
  withResampling(withSetFiles(evaluate.command('compare')))
    .summary('tell two systems apart')
    .description('Paired differences of two prediction files on the questions that both answer.')
    .argument(...ANNOTATIONS)
    .argument('<a>', 'a prediction file')
    .argument('<b>', 'another one')
    .option('--csv <file>', 'all differences, one a line')
    .option(...JSON_OPTION)
    .action((annotations: string, a: string, b: string, options: CompareRunsRequest['options']) =>
      found({ command: 'eval', action: 'compare', annotations, a, b, options }),
    );
}

const withResampling = (command: Command): Command =>
  command
    .option('--resamples <n>', 'of the images, for intervals; 0 for none', whole, 1000)
    .option('--seed <n>', 'of these', whole, 1);
