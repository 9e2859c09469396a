import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { createAnnotator } from '../src/annotate/annotate.ts';
import { annotationOf } from '../src/annotate/verdict-marks.ts';
import { readConfig } from '../src/config.ts';
import { find } from '../src/find.ts';
import { createModels } from '../src/models/models.ts';
import { createPictureReader } from '../src/picture/read.ts';
import { createDetectorHost } from '../src/specialist/host/host.ts';
import { createStarter } from '../src/specialist/starter/starter.ts';
import { loadCalibration } from '../src/verdict/calibration.ts';
import { type Row, row } from './row.ts';

const photo = (name: string): string => fileURLToPath(new URL(`../examples/${name}.jpg`, import.meta.url));
const PHOTOS = ['two-dogs', 'wine', 'coffee', 'astronaut', 'boats'].map(photo);
const EXPRESSIONS = [
  'the dog on the left',
  'the largest bottle',
  'all the people',
  'the second boat',
  'a cat',
];
const QUESTIONS = 500;

/** Resident memory of both processes over many questions, each on a picture of its own: late beside early, in MB. */
export async function bench(): Promise<Row[]> {
  const host = createDetectorHost();
  const specialist = createStarter({ host, model: createModels(readConfig()).open('starter') });
  const [reader, annotate, calibration] = [createPictureReader(), createAnnotator(), loadCalibration()];
  const asker: number[] = [];
  const detector: number[] = [];
  try {
    for (let i = 0; i < QUESTIONS; i += 1) {
      const picture = await reader.read(await anotherPicture(i));
      const expression = EXPRESSIONS[i % EXPRESSIONS.length]!;
      const verdict = await find({ picture, expression }, { specialist, calibration });
      const { marks, ...style } = annotationOf(verdict, i % 2 === 0);
      await annotate(picture, marks, style);
      asker.push(process.memoryUsage.rss() / 1e6);
      detector.push((host.state.rss ?? 0) / 1e6);
    }
    const both = asker.map((mb, i) => mb + detector[i]!);
    const name = `${QUESTIONS} questions, both processes`;
    return [late(name, both), late('of these the asking one', asker), late('and the detector', detector)];
  } finally {
    await specialist.close();
    await host.close();
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

const late = (what: string, mb: readonly number[]): Row => ({
  ...row(`${what}: the last 100`, mean(mb.slice(-100)), 'the second 100', mean(mb.slice(100, 200))),
  unit: 'MB',
});

/** A part of a photo in other colours and of another size, as JPEG: no two of them are alike. */
async function anotherPicture(i: number): Promise<Buffer> {
  const file = PHOTOS[i % PHOTOS.length]!;
  const { width, height } = await sharp(file).metadata();
  const share = 0.5 + 0.05 * (i % 11);
  const [w, h] = [Math.floor(width * share) - 1, Math.floor(height * share) - 1];
  const left = Math.floor(((width - w) * (i % 7)) / 7);
  const top = Math.floor(((height - h) * (i % 5)) / 5);
  const side = 320 + 4 * (i % 80);
  return sharp(file)
    .extract({ left, top, width: w, height: h })
    .resize(side, side, { fit: 'inside' })
    .modulate({ hue: (i * 37) % 360 })
    .jpeg()
    .toBuffer();
}
