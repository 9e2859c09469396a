import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { readExpression } from '../language/read.ts';
import { ground } from '../reasoning/ground.ts';
import { sight } from '../reasoning/sighting.ts';
import { createSpecialist } from '../specialist/create.ts';
import { calibrationFile, presenceOfNothing } from '../verdict/calibration.ts';
import { FEATURES, featuresOf } from '../verdict/features.ts';
import { referenceBox } from './annotations.ts';
import {
  absentThreshold,
  calibrationError,
  crossValidate,
  fitPresence,
  fitRight,
  foundThreshold,
  type Observation,
} from './calibrate.ts';
import { hits } from './hits.ts';
import { pictureStore } from './pictures.ts';
import { createProgress } from './progress.ts';
import { readAnnotations } from './read/read.ts';

/** Of what is called found so much should be right, and of what is there at most so much called absent. */
const PRECISION = 0.81;
const WRONGLY_ABSENT = 0.065;

const { values } = parseArgs({
  options: {
    annotations: { type: 'string', default: '../shared/recset/dev.json' },
    images: { type: 'string' },
    specialist: { type: 'string' },
    out: { type: 'string' },
  },
});

const config = readConfig({ env: process.env, flags: { specialist: values.specialist } });
const annotations = await readAnnotations(values.annotations);
const pictureOf = pictureStore(values.images ?? join(dirname(values.annotations), 'images'));
const specialist = createSpecialist(config);
const out = values.out ?? fileURLToPath(calibrationFile(specialist.id));
const progress = createProgress(annotations.length);
const observations: Observation[] = [];
let unnamed = { present: 0, all: 0 };
for (const annotation of annotations) {
  const picture = await pictureOf(annotation);
  const query = readExpression(annotation.expression);
  const scene = await sight(query, picture, specialist);
  const candidates = ground(query.target, scene);
  const sighting = scene.sightings.get(query.target)!;
  const present = annotation.bbox !== null;
  progress.tick();
  if (sighting.match === 'unknown') {
    unnamed = { present: unnamed.present + (present ? 1 : 0), all: unnamed.all + 1 };
    continue;
  }
  observations.push({
    group: annotation.file_name,
    features: featuresOf(query.target, candidates, sighting, picture),
    present,
    right: hits(candidates[0]?.box, referenceBox(annotation)),
  });
}
await specialist.close();
progress.done();

const predicted = crossValidate(observations);
const presence = fitPresence(observations);
const round = (n: number) => Math.round(n * 1e4) / 1e4;
const rounded = ({ bias, weights }: { bias: number; weights: readonly number[] }) => ({
  bias: round(bias),
  weights: weights.map(round),
});
const calibration = {
  id: specialist.id,
  method: 'logistic regressions and thresholds fitted by "npm run calibrate"; see docs/calibration.md',
  features: FEATURES,
  presence: rounded(presence),
  right: rounded(fitRight(observations)),
  found: round(foundThreshold(predicted, PRECISION)),
  absent: round(Math.max(absentThreshold(predicted, WRONGLY_ABSENT), presenceOfNothing({ presence }))),
  unknown: round((unnamed.present + 1) / (unnamed.all + 2)),
};
writeFileSync(out, `${JSON.stringify(calibration, null, 2)}\n`);

const of = (test: (p: (typeof predicted)[number]) => boolean) => predicted.filter(test).length;
console.log(
  `${observations.length} questions on ${new Set(observations.map((o) => o.group)).size} pictures -> ${out}`,
);
console.log(
  `held out: calibration error of presence ${calibrationError(predicted.map((p) => [p.presence, p.observation.present])).toFixed(3)}`,
);
console.log(
  `held out: found ${of((p) => p.right >= calibration.found)}, of these right ${of((p) => p.right >= calibration.found && p.observation.right)}`,
);
console.log(
  `held out: not present ${of((p) => p.presence <= calibration.absent)}, of these wrong ${of((p) => p.presence <= calibration.absent && p.observation.present)}`,
);
console.log(calibration);
