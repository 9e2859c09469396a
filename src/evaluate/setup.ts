import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Box } from '../box.ts';
import type { Config } from '../config.ts';
import { createDetector } from '../detector/create.ts';
import type { Detector, LabelMatch, Region } from '../detector/detector.ts';
import { vocabularyOfStarter } from '../detector/starter/starter.ts';
import { createDetectorHost } from '../detector/worker/host.ts';
import { SpotterError } from '../errors.ts';
import { readTextFile } from '../files.ts';
import { createModels } from '../models/models.ts';
import { createObservers, type Observers } from '../observer/observers.ts';
import type { Picture } from '../picture/picture.ts';
import type { Annotation } from './prediction.ts';

const Boxes = z.record(
  z.string(),
  z.array(
    z.object({
      category: z.string(),
      score: z.number(),
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    }),
  ),
);

/** Who looks at the pictures of a run. */
export interface Lookers {
  readonly detector: Detector;
  readonly observers: Observers;
}

/** Makes those who look in a run: the detector, or the boxes of a file in its place, and the observers beside it. */
export async function lookersFor(
  config: Config,
  boxesFile: string | undefined,
  annotations: readonly Annotation[],
  pictureOf: (annotation: Annotation) => Promise<Picture>,
): Promise<Lookers> {
  const models = createModels(config);
  if (!boxesFile) {
    const detector = createDetector(config);
    return { detector, observers: createObservers(detector.host, { models, settings: config }) };
  }
  const given = Boxes.parse(JSON.parse(readTextFile(boxesFile)));
  const bySha = new Map<string, { category: string; score: number; box: Box }[]>();
  for (const annotation of annotations) {
    // A photo that cannot be read is the error of its question, not of the run.
    const picture = await pictureOf(annotation).catch(() => undefined);
    if (picture) bySha.set(picture.sha256, given[annotation.file_name] ?? []);
  }
  const starter = models.open('starter');
  const categories = new Set(Object.values(given).flatMap((boxes) => boxes.map((b) => b.category)));
  const boxes = createGivenBoxes(
    (sha256) => bySha.get(sha256) ?? [],
    categories,
    vocabularyOfStarter(starter),
  );
  const host = createDetectorHost({ device: 'cpu' });
  return {
    detector: { ...boxes, close: () => host.close() },
    observers: createObservers(host, { models, settings: config }),
  };
}

const RUN = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const STAND_IN = fileURLToPath(new URL('./stand-in/main.ts', import.meta.url));

/** A stand-in for a language model: a server of the real wire format that answers by a policy. */
export interface Simulated {
  readonly baseURL: string;
  readonly model: string;
  close(): void;
}

/** Starts one in a process of its own. @throws SpotterError bad-usage, with what it said when it does not start */
export async function startSimulated(
  policy: string,
  { annotations, images }: { readonly annotations: string; readonly images: string },
): Promise<Simulated> {
  const model = `simulated-${policy}`;
  const known = ['--annotations', annotations, '--images', images];
  const args = [STAND_IN, '--policy', policy, '--model', model, '--until-stdin-ends', ...known];
  const child = spawn(process.execPath, [RUN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const lines = createInterface({ input: child.stdout });
  const [baseURL] = await Promise.race([once(lines, 'line'), once(child, 'close')]);
  if (typeof baseURL === 'string' && URL.canParse(baseURL))
    return { baseURL, model, close: () => void child.kill() };
  throw new SpotterError(
    'bad-usage',
    `The simulated language model "${policy}" did not start.`,
    /^Error: (.*)$/m.exec(said)?.[1] ?? said,
  );
}

export interface GivenBox {
  readonly category: string;
  readonly score: number;
  readonly box: Box;
}

/** What is not seen by a detector. */
export const GIVEN_BOXES = 'given-boxes';

/** A noun of so many labels ("thing") means whatever there is. */
const EVERYTHING = 60;

/**
 * A detector that sees what it is given: reference boxes in place of detections, to measure reasoning apart from
 * detecting. A noun that is one of the given categories is known; others as the vocabulary says.
 * @param boxesOf the boxes of a picture by its sha256
 */
export function createGivenBoxes(
  boxesOf: (sha256: string) => readonly GivenBox[],
  categories: ReadonlySet<string>,
  vocabulary: (noun: string) => LabelMatch,
): Detector {
  const matchLabel = (noun: string): LabelMatch => {
    const known = vocabulary(noun);
    if (known.labels.length >= EVERYTHING) return { ...known, labels: [...known.labels, ...categories] };
    if (!categories.has(noun)) return known;
    return known.match === 'unknown'
      ? { match: 'same', labels: [noun] }
      : { ...known, labels: [...known.labels, noun] };
  };
  const detectAll = async (picture: { sha256: string }): Promise<Region[]> =>
    boxesOf(picture.sha256)
      .map(({ category, score, box }) => ({ label: category, score, box }))
      .toSorted((a, b) => b.score - a.score);
  return {
    id: GIVEN_BOXES,
    matchLabel,
    certainty: (score) => score,
    alike: () => false,
    detectAll,
    async propose(picture, phrases) {
      const all = await detectAll(picture);
      return phrases.map((phrase) => {
        const labels = new Set(matchLabel(phrase).labels);
        return all.filter((region) => labels.has(region.label));
      });
    },
    close: async () => {},
  };
}
