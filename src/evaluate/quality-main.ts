import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { answerJson } from '../answer-json.ts';
import { readConfig } from '../config.ts';
import { SpotterError } from '../errors.ts';
import { calibrationFor, loadCalibration } from '../verdict/calibration.ts';
import { readAnnotations } from './annotations.ts';
import { writeGallery } from './gallery.ts';
import { type Measured, measure } from './measure.ts';
import { pictureStore } from './pictures.ts';
import { createProgress } from './progress.ts';
import { printErrors, printReport, report } from './report.ts';
import { specialistFor } from './setup.ts';

const USAGE = `npm run quality -- [--annotations FILE] [--images DIR] [--specialist ID] [--boxes FILE] [--out preds.jsonl] [--gallery DIR]

Answers every expression of an annotation file and prints how well.
  --annotations FILE  default ../shared/recset/dev.json
  --images DIR        default the folder images/ beside the annotations
  --specialist ID     which detector looks; by default what SPOTTER_SPECIALIST says
  --boxes FILE        boxes that stand in for detections: measures the reasoning alone
  --out FILE          one line per expression: its id and the answer as of "spotter find --json"
  --gallery DIR       the failures as annotated pictures, with an index page`;

const { values } = parseArgs({
  options: {
    annotations: { type: 'string', default: '../shared/recset/dev.json' },
    images: { type: 'string' },
    specialist: { type: 'string' },
    boxes: { type: 'string' },
    out: { type: 'string' },
    gallery: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await run().catch(complain);

function complain(thrown: unknown): void {
  if (!(thrown instanceof SpotterError)) throw thrown;
  console.error(`${thrown.message} ${thrown.hint}`);
  process.exitCode = 66;
}

async function run(): Promise<void> {
  const config = readConfig({ env: process.env, flags: { specialist: values.specialist } });
  const annotations = readAnnotations(values.annotations);
  const pictureOf = pictureStore(values.images ?? join(dirname(values.annotations), 'images'));
  const specialist = await specialistFor(config, values.boxes, annotations, pictureOf);
  const progress = createProgress(annotations.length);
  try {
    const deps = {
      specialist,
      calibration: values.boxes ? loadCalibration() : calibrationFor(specialist.id),
    };
    const measured = await measure(annotations, pictureOf, deps, progress.tick);
    progress.done();
    for (const line of printErrors(measured)) console.log(line);
    console.log(`\n${printReport(report(measured))}`);
    if (values.out) writeFileSync(values.out, `${measured.map(toLine).join('\n')}\n`);
    if (values.gallery) await writeGallery(values.gallery, measured.filter(isFailure));
  } finally {
    await specialist.close();
  }
}

function toLine({ annotation, picture, verdict, error }: Measured): string {
  const { id } = annotation;
  return JSON.stringify(picture && verdict ? { id, ...answerJson(picture, verdict) } : { id, error });
}

function isFailure({ annotation, verdict, right }: Measured): boolean {
  return annotation.bbox === null ? verdict?.outcome === 'found' : !right;
}
