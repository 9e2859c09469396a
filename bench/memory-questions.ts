// Asks about every picture <folder>/0.jpg .. <count - 1>.jpg and prints, as JSON, what the asking process and the
// detector's had resident after each question, in MB: node bin/run.js bench/memory-questions.ts <folder> <count>
import { join } from 'node:path';
import { annotationOf, createAnnotator } from '../src/annotate/annotate.ts';
import { find } from '../src/ask.ts';
import { readConfig } from '../src/config.ts';
import { createStarter } from '../src/detector/starter/starter.ts';
import { createDetectorHost } from '../src/detector/worker/host.ts';
import { createModels } from '../src/models/models.ts';
import { createPictureReader } from '../src/picture/read.ts';
import { loadCalibration } from '../src/reasoning/calibration.ts';
import { EXPRESSIONS } from './expressions.ts';

const [folder = '.', count] = process.argv.slice(2);
const host = createDetectorHost();
const detector = createStarter({ host, model: createModels(readConfig()).open('starter') });
const [reader, annotate, calibration] = [createPictureReader(), createAnnotator(), loadCalibration()];
const resident: { asker: number; detector: number }[] = [];
for (let i = 0; i < Number(count); i += 1) {
  const picture = await reader.read(join(folder, `${i}.jpg`));
  const expression = EXPRESSIONS[i % EXPRESSIONS.length]!;
  const verdict = await find({ picture, expression }, { detector, calibration });
  const { marks, ...style } = annotationOf(verdict, i % 2 === 0);
  await annotate(picture, marks, style);
  resident.push({ asker: process.memoryUsage.rss() / 1e6, detector: (host.state.rss ?? 0) / 1e6 });
}
await detector.close();
await host.close();
console.log(JSON.stringify(resident));
