// `npm run calibrate`: what "spotter eval calibrate" does without predictions, for a calibration that is to be shipped.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { calibrationFile } from '../reasoning/calibration.ts';
import { calibrateDetector } from './calibrate/observe.ts';
import { printCalibration, writeCalibration } from './calibrate/report.ts';
import { createProgress } from './prediction.ts';
import { readAnnotations } from './read/read.ts';

const { values } = parseArgs({
  options: {
    annotations: { type: 'string', default: '../shared/recset/dev.json' },
    images: { type: 'string' },
    specialist: { type: 'string' },
    out: { type: 'string' },
  },
});

const annotations = await readAnnotations(values.annotations);
const progress = createProgress(annotations.length);
const report = await calibrateDetector({
  config: readConfig({ env: process.env, flags: { specialist: values.specialist } }),
  annotations,
  images: values.images ?? join(dirname(values.annotations), 'images'),
  signal: new AbortController().signal,
  onDone: progress.tick,
}).finally(progress.done);
const out = values.out ?? fileURLToPath(calibrationFile(report.calibration.id));
await writeCalibration(out, report.calibration);
for (const warning of report.warnings) console.error(warning);
console.log(`${printCalibration(report)}\n\nCalibration: ${out}`);
