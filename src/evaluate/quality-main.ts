import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { answerJson } from '../answer-json.ts';
import { readConfig } from '../config.ts';
import { SpotterError } from '../errors.ts';
import { mllmFrom } from '../strategy/mllm-use.ts';
import { STRATEGY_NAMES, type StrategyName } from '../strategy/names.ts';
import { calibrationFor, loadCalibration } from '../verdict/calibration.ts';
import { writeGallery } from './gallery.ts';
import { help, printHelp } from './help.ts';
import { type Measured, measure } from './measure.ts';
import { pictureStore } from './pictures.ts';
import { createProgress } from './progress.ts';
import { readAnnotations } from './read/read.ts';
import { printErrors, printReport, report } from './report.ts';
import { specialistFor } from './setup.ts';
import { startSimulated } from './simulated.ts';

const USAGE = `npm run quality -- [--annotations FILE] [--images DIR] [--specialist ID] [--strategy NAME] [--mllm POLICY] [--boxes FILE] [--out preds.jsonl] [--gallery DIR]

Answers every expression of an annotation file and prints how well.
  --annotations FILE  default ../shared/recset/dev.json
  --images DIR        default the folder images/ beside the annotations
  --specialist ID     which detector looks; by default what SPOTTER_SPECIALIST says
  --strategy NAME     which way questions go: ${STRATEGY_NAMES.join(', ')}
  --mllm POLICY       a simulated language model: oracle, noisy, always-none, always-first; by default the one that
                      SPOTTER_MLLM_MODEL names, if it does
  --boxes FILE        boxes that stand in for detections: measures the reasoning alone
  --out FILE          one line per expression: its id and the answer as of "spotter find --json"
  --gallery DIR       the failures as annotated pictures, with an index page`;

const { values } = parseArgs({
  options: {
    annotations: { type: 'string', default: '../shared/recset/dev.json' },
    images: { type: 'string' },
    specialist: { type: 'string' },
    strategy: { type: 'string' },
    mllm: { type: 'string' },
    boxes: { type: 'string' },
    out: { type: 'string' },
    gallery: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** What a strategy is compared with: the same way without a language model. */
const WITHOUT = {
  auto: 'auto',
  crs: 'specialist',
  sfa: 'specialist',
  specialist: 'specialist',
  mllm: 'specialist',
} as const satisfies Record<StrategyName, StrategyName>;

if (values.help) console.log(USAGE);
else await run().catch(complain);

function complain(thrown: unknown): void {
  if (!(thrown instanceof SpotterError)) throw thrown;
  console.error(`${thrown.message} ${thrown.hint}`);
  process.exitCode = 66;
}

async function run(): Promise<void> {
  const images = values.images ?? join(dirname(values.annotations), 'images');
  const annotations = await readAnnotations(values.annotations);
  const simulated = values.mllm && (await startSimulated(values.mllm, { ...values, images }));
  const { specialist: id, strategy } = values;
  const model = simulated ? { mllmModel: simulated.model, mllmBaseUrl: simulated.baseURL } : {};
  const config = readConfig({ env: process.env, flags: { specialist: id, strategy, ...model } });
  const pictureOf = pictureStore(images);
  const specialist = await specialistFor(config, values.boxes, annotations, pictureOf);
  const progress = createProgress(annotations.length);
  try {
    const calibration = values.boxes ? loadCalibration() : calibrationFor(specialist.id);
    const mllm = mllmFrom(config);
    const deps = { specialist, calibration, strategy: config.strategy, mllm };
    const measured = await measure(annotations, pictureOf, deps, progress.tick);
    progress.done();
    for (const line of printErrors(measured)) console.log(line);
    console.log(`\n${printReport(report(measured))}`);
    if (mllm) {
      const alone = { ...deps, mllm: undefined, strategy: WITHOUT[config.strategy] };
      const without = await measure(annotations, pictureOf, alone);
      const name = values.mllm ? `SIMULATED by a stand-in, "${values.mllm}": no real model` : mllm.mllm.id;
      console.log(`\n${printHelp(help(measured, without), name)}`);
    }
    if (values.out) writeFileSync(values.out, `${measured.map(toLine).join('\n')}\n`);
    if (values.gallery) await writeGallery(values.gallery, measured.filter(isFailure));
  } finally {
    if (simulated) simulated.close();
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
