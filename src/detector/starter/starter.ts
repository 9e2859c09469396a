import * as z from 'zod';
import { nms } from '../../box.ts';
import type { Model } from '../../models/registry.ts';
import { readModelJson } from '../../models/store.ts';
import type { Picture } from '../../picture/picture.ts';
import { cropPicture, type PictureTensor, type TensorSpec, toTensor } from '../../picture/tensor.ts';
import { createSingleFlight, inMemory } from '../../single-flight.ts';
import type { Detector, DetectorDeps, LabelMatch, ProposeOptions, Region } from '../detector.ts';
import type { Run, TurnOptions } from '../worker/host.ts';
import type { Tensors } from '../worker/protocol.ts';
import {
  closerViewsOf,
  decode,
  fromView,
  fuse,
  isCut,
  isForTiles,
  isInner,
  mirror,
  type Output,
  type Seen,
  type View,
  viewsOf,
} from './decode.ts';

/** RGB 0..255 on black; its normalisation is part of the graph. */
export const STARTER_INPUT: TensorSpec = { width: 512, height: 512, fit: 'letterbox', kernel: 'lanczos3' };

/** Below this a score says nothing; about half of what scores .28 is right, and 80 % of what scores .40. */
const FLOOR = 0.05;
/** Below this noise is more frequent than things: of the things there, 95 % score higher. */
const WORTH_CONSIDERING = 0.1;
/** On photographs .28 is right half of the time and .40 in four of five: a logistic through both. */
const certainty = (score: number): number => 1 / (1 + Math.exp(-(score - 0.34) / 0.075));

const SAME_CLASS_IOU = 0.5;
/** Of different classes that answer one phrase ("vehicle": car, truck), boxes that agree this much are one. */
const SAME_THING_IOU = 0.65;
const MAX_REGIONS = 300;
/** Pictures whose detections are kept; at most 300 regions each. */
const PICTURES_KEPT = 200;
const BUFFERS_KEPT = 4;
/** What one view sees may be fainter: another one may confirm it. */
const VIEW_FLOOR = 0.04;

const Names = z.array(z.string());

/** A vocabulary file: what nouns are to labels. */
const VocabularyFile = z.array(
  z.strictObject({
    match: z.enum(['same', 'narrower', 'broader']),
    labels: z.array(z.string()).min(1),
    nouns: z.array(z.string()).min(1),
  }),
);

type VocabularyGroup = z.infer<typeof VocabularyFile>[number];

const UNKNOWN: LabelMatch = Object.freeze({ match: 'unknown', labels: Object.freeze([]) });

/**
 * Lookup noun (singular, lower case) -> what it is to a closed set of labels; nouns outside are `unknown`.
 * A noun in two groups would make the answer depend on the file's order, and is refused.
 */
export function vocabularyOf(groups: readonly VocabularyGroup[]): (noun: string) => LabelMatch {
  const table = new Map<string, LabelMatch>();
  for (const { match, labels, nouns } of groups) {
    const knowledge: LabelMatch = Object.freeze({ match, labels: Object.freeze(labels) });
    for (const noun of nouns) {
      if (table.has(noun)) throw new Error(`"${noun}" stands twice in the vocabulary`);
      table.set(noun, knowledge);
    }
  }
  return (noun) => table.get(noun) ?? UNKNOWN;
}

/** What the starter's vocabulary makes of a noun. @throws SpotterError model-missing */
export const vocabularyOfStarter = (model: Model): ((noun: string) => LabelMatch) =>
  vocabularyOf(readModelJson(model, 'vocabulary.json', VocabularyFile));

export interface Starter extends Detector {
  detectAll(picture: Picture, options?: ProposeOptions): Promise<Region[]>;
  /** Loads the model in the background, so that the first picture need not wait. @throws as `propose` */
  warm(): Promise<void>;
}

/**
 * The detector that comes with the project: sees 80 kinds of things, matchLabel what other nouns are to them, and
 * needs neither download nor GPU. What it saw in a picture is kept, so that a second question costs nothing.
 */
export function createStarter({ host, model }: DetectorDeps): Starter {
  const labels = readModelJson(model, 'classes.json', Names);
  const families = readModelJson(model, 'families.json', z.array(Names));
  const familyOf = new Map(families.flatMap((family, i) => family.map((label) => [label, i] as const)));
  const matchLabel = vocabularyOfStarter(model);
  const share = createSingleFlight(inMemory<readonly Region[]>(PICTURES_KEPT));
  const buffers: Float32Array[] = [];

  async function detect(picture: Picture, options: TurnOptions): Promise<readonly Region[]> {
    const fusedOf = (seen: readonly Seen[]): Region[] =>
      fuse(seen, { maxIou: SAME_CLASS_IOU, max: MAX_REGIONS }).filter(({ score }) => score >= FLOOR);
    return host.turn(async (run) => {
      const seen = await lookAll(picture, viewsOf(picture), run);
      const fused = fusedOf(seen);
      const closer = closerViewsOf(fused, picture);
      if (closer.length === 0) return fused;
      // What a closer look shows takes the place of what was seen there before.
      const rest = seen.filter(({ box }) => !closer.some(({ area }) => isInner(area, box, picture)));
      return fusedOf([...rest, ...(await lookAll(picture, closer, run))]);
    }, options);
  }

  /** Prepares the next view while the detector looks at one: never more than two tensors at a time. */
  async function lookAll(picture: Picture, views: readonly View[], run: Run): Promise<Seen[]> {
    const seen: Seen[][] = [];
    let looking: Promise<Seen[]> = Promise.resolve([]);
    for (const view of views) {
      const tensor = await toTensor(cropPicture(picture, view.area), STARTER_INPUT, buffers.pop());
      seen.push(await looking);
      looking = look(picture, view, tensor, run);
      // It is waited for after the next view is prepared, and that may fail first.
      looking.catch(() => {});
    }
    return [...seen, await looking].flat();
  }

  async function look(
    picture: Picture,
    view: View,
    { data, mapping }: PictureTensor,
    run: Run,
  ): Promise<Seen[]> {
    const { width, height } = STARTER_INPUT;
    const mirrored = view.kind === 'mirrored';
    if (mirrored) mirror(data, width);
    const image = { type: 'float32', data, dims: [1, 3, height, width] } as const;
    try {
      const { outputs } = await run(model.weights, { image });
      const output = readOutput(outputs);
      const found = decode(output, {
        labels,
        mapping: mirrored ? { ...mapping, left: width - mapping.left - mapping.width } : mapping,
        minScore: VIEW_FLOOR,
        maxIou: SAME_CLASS_IOU,
        max: MAX_REGIONS,
      });
      return found
        .map((region) => ({ ...region, box: fromView(view, region.box), view: view.kind }))
        .filter(({ box }) => !isCut(view, box, picture) && !isForTiles(view, box, picture));
    } finally {
      if (buffers.length < BUFFERS_KEPT) buffers.push(data);
    }
  }

  async function detectAll(picture: Picture, options: ProposeOptions = {}): Promise<Region[]> {
    const { minScore = WORTH_CONSIDERING, signal, asker } = options;
    const regions = await share(
      picture.sha256,
      (shared) => detect(picture, { signal: shared, asker }),
      signal,
    );
    return regions.filter(({ score }) => score >= minScore);
  }

  const pick = (seen: readonly Region[], phrases: readonly string[]): Region[][] =>
    phrases.map((phrase) => {
      const meant = new Set(matchLabel(phrase).labels);
      return nms(
        seen.filter(({ label }) => meant.has(label)),
        SAME_THING_IOU,
      );
    });

  return {
    id: 'starter',
    matchLabel,
    certainty,
    alike: (a, b) => familyOf.get(a) === familyOf.get(b),
    detectAll,
    pick,
    propose: async (picture, phrases, options) => pick(await detectAll(picture, options), phrases),
    warm: async () => void (await host.load(model.weights)),
    close: async () => {},
  };
}

/** @throws RangeError when the graph does not give what it was pinned to give */
function readOutput({ boxes, scores }: Tensors): Output {
  if (boxes?.type !== 'float32' || scores?.type !== 'float32')
    throw new RangeError('boxes or scores missing');
  return { boxes: boxes.data, scores: scores.data };
}
