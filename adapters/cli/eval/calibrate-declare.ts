import type { Command } from 'commander';
import type { SetFiles } from '../../../src/evaluate/read/draft.ts';
import { withSetFiles } from './options.ts';

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

const EXAMPLES = `
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
    .addHelpText('after', EXAMPLES)
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
