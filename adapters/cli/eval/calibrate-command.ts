import { readConfig } from '../../../src/config.ts';
import type { Annotation } from '../../../src/evaluate/annotations.ts';
import { calibrateStrategy } from '../../../src/evaluate/calibrate/by-answers.ts';
import { calibrateDetector } from '../../../src/evaluate/calibrate/by-detector.ts';
import { printCalibration } from '../../../src/evaluate/calibrate/print.ts';
import type { CalibrationReport } from '../../../src/evaluate/calibrate/report.ts';
import { writeCalibration } from '../../../src/evaluate/calibrate/write.ts';
import { createProgress } from '../../../src/evaluate/progress.ts';
import { safe, safeJson, safeLines } from '../../../src/safe-text.ts';
import type { Console } from '../console.ts';
import { imagesOf, readSet } from './annotation-set.ts';
import type { CalibrateRequest } from './calibrate-declare.ts';

/** Fits a calibration and writes it; resolves to the exit code. @throws SpotterError */
export async function calibrateCommand(
  request: CalibrateRequest,
  console: Console,
  signal: AbortSignal,
): Promise<number> {
  const { out, json } = request.options;
  const annotations = await readSet(request.annotations, request.options, console);
  const report = await calibrate(request, annotations, console, signal);
  await writeCalibration(out, report.calibration);
  console.note(...report.warnings.map(safe));
  if (json) console.print(safeJson({ ...report, output: out }));
  else console.print(...safeLines(printCalibration(report)), '', `Calibration: ${safe(out)}`);
  return 0;
}

function calibrate(
  { annotations: file, predictions, options }: CalibrateRequest,
  annotations: readonly Annotation[],
  { stderr }: Console,
  signal: AbortSignal,
): Promise<CalibrationReport> {
  const config = readConfig({ env: process.env, flags: { specialist: options.specialist } });
  if (predictions !== undefined) return calibrateStrategy({ config, annotations, predictions });
  const progress = createProgress(annotations.length, stderr);
  const images = imagesOf(file, options);
  return calibrateDetector({ config, annotations, images, signal, onDone: progress.tick }).finally(
    progress.done,
  );
}
