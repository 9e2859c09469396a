import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGroundingDino } from '../src/detector/grounding-dino/grounding-dino.ts';
import { PreprocessorFile, tensorSpec } from '../src/detector/grounding-dino/inputs.ts';
import { type Output, postProcess } from '../src/detector/grounding-dino/post-process.ts';
import { createDetectorHost, detectorThreads } from '../src/detector/worker/host.ts';
import { readModelJson } from '../src/models/store.ts';
import type { Picture } from '../src/picture/picture.ts';
import { readPicture } from '../src/picture/read.ts';
import { toTensor } from '../src/picture/tensor.ts';
import { MINI } from '../test/detector/grounding-dino/mini.ts';
import { inTurns, type Row, row } from './row.ts';
import { isInstalled, openTheirs, type Ran, type Theirs } from './transformers/theirs.ts';

const FOLDER = new URL('../test/parity/model/', import.meta.url);
const PHRASE = 'a dog.';
/** transformers.js throws where only [CLS] or [SEP] is over the threshold: these are the lowest that work, of a few. */
const THRESHOLDS = { 'two_dogs.jpg': 0.95, 'wine.jpg': 0.96, 'astronaut.png': 0.9 };
const ROUNDS = 24;

/** Grounding DINO's way in Spotter beside that in transformers.js: the same ONNX file, photos and number of threads. */
export async function bench(): Promise<Row[]> {
  if (!isInstalled()) {
    console.log('        not run: install transformers.js with "npm ci --prefix bench/transformers"');
    return [];
  }
  const theirs = await openTheirs(FOLDER, detectorThreads());
  const rows: Row[] = [];
  for (const [photo, threshold] of Object.entries(THRESHOLDS)) {
    const file = fileURLToPath(new URL(`../test/parity/photos/${photo}`, import.meta.url));
    rows.push(...(await onPhoto(file, threshold, theirs)));
  }
  return rows;
}

async function onPhoto(file: string, threshold: number, theirs: Theirs): Promise<Row[]> {
  const host = createDetectorHost({ device: 'cpu' });
  const detector = createGroundingDino({ host, model: MINI });
  const preprocessor = readModelJson(MINI, 'preprocessor_config.json', PreprocessorFile);
  try {
    const picture = await readPicture(file);
    const image = await theirs.read(file);
    const ran = await theirs.run(image, PHRASE);
    const spec = tensorSpec(preprocessor, picture);
    const buffer = new Float32Array(3 * spec.width * spec.height);
    const { output, options } = sameOutput(ran, picture, threshold);
    const ask = async () =>
      detector.propose(fresh(await readPicture(file)), [PHRASE], { minScore: threshold });
    await ask();
    await theirs.detect(file, PHRASE, threshold);
    const of = (what: string) => `${basename(file)}: ${what}`;
    const pairs: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
      ['file -> picture', () => readPicture(file), () => theirs.read(file)],
      ['picture -> tensor', () => toTensor(picture, spec, buffer), () => theirs.toTensor(image)],
      [
        'post-processing',
        async () => postProcess(output, options),
        async () => theirs.postProcess(ran, threshold),
      ],
      ['file -> regions, all in', ask, () => theirs.detect(file, PHRASE, threshold)],
    ];
    const rows: Row[] = [];
    for (const [what, ours, other] of pairs) {
      const [ms = 0, againstMs = 0] = await inTurns(ROUNDS, ours, other);
      rows.push(row(of(what), ms, 'transformers.js', againstMs));
    }
    return rows;
  } finally {
    await host.close();
  }
}

/** What their model gave, for our post-processing: both start from the same numbers. */
function sameOutput({ outputs }: Ran, { width, height }: Picture, threshold: number) {
  const { logits, pred_boxes: boxes } = outputs;
  const output: Output = { logits: logits.data, boxes: boxes.data, tokens: logits.dims.at(-1)! };
  const options = {
    phrases: [{ from: 1, to: 3, by: 'max' as const }],
    size: { width, height },
    threshold,
    textThreshold: threshold,
    maxIou: 0.7,
  };
  return { output, options };
}

let copies = 0;
/** The same picture as if it had never been seen. */
const fresh = (picture: Picture): Picture => ({ ...picture, sha256: `${picture.sha256}-${++copies}` });
