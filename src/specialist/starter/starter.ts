import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { nms } from '../../box.ts';
import type { PinnedFile } from '../../models/model.ts';
import { readJson } from '../../models/read-file.ts';
import type { Picture } from '../../picture/picture.ts';
import { type TensorSpec, toTensor } from '../../picture/tensor.ts';
import type { DetectorHost, Run, TurnOptions } from '../host/host.ts';
import type { Tensors } from '../host/protocol.ts';
import { createSharedWork } from '../shared-work.ts';
import type { Knowledge, ProposeOptions, Region, Specialist } from '../specialist.ts';
import { loadVocabulary } from '../vocabulary.ts';
import { decode, type Output } from './decode.ts';
import { fuse, type Seen } from './fuse.ts';
import { cut, fromView, isCut, mirror, type View, viewsOf } from './views.ts';

const shipped = (name: string): string =>
  fileURLToPath(new URL(`../../../models/starter/${name}`, import.meta.url));

/** NanoDet-g, see models/starter: 80 COCO classes, 4 MB. */
export const STARTER_MODEL: PinnedFile = {
  file: shipped('nanodet-g-512.onnx'),
  sha256: '6fe13969176d0eb1d7e791c786ee43d764bb4d4bbbf33c0dba4f5de3609d3809',
};

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

/** @throws SpotterError model-missing */
const readShipped = <T>(name: string, schema: z.ZodType<T>): T =>
  readJson(shipped(name), schema, {
    sentence: 'A file of the detector is missing or damaged.',
    hint: `Put models/starter/${name} back: it comes with the project.`,
  });

/** Label -> its family: the groups of classes that the detector confuses with each other. */
function readFamilies(): ReadonlyMap<string, number> {
  const groups = readShipped('families.json', z.array(z.array(z.string())));
  return new Map(groups.flatMap((labels, i) => labels.map((label) => [label, i] as const)));
}

/** What the starter's vocabulary makes of a noun. @throws SpotterError model-missing */
export const knowStarterNouns = (): ((noun: string) => Knowledge) =>
  loadVocabulary(shipped('vocabulary.json'));

export interface StarterOptions {
  /** Runs the model; whoever made it closes it. */
  readonly host: DetectorHost;
  readonly model?: PinnedFile;
}

export interface Starter extends Specialist {
  survey(picture: Picture, options?: ProposeOptions): Promise<Region[]>;
  /** Loads the model in the background, so that the first picture need not wait. @throws as `propose` */
  warm(): Promise<void>;
}

/**
 * The specialist that comes with the project: sees 80 kinds of things, knows what other nouns are to them, and
 * needs neither download nor GPU. What it saw in a picture is kept, so that a second question costs nothing.
 */
export function createStarter({ host, model = STARTER_MODEL }: StarterOptions): Starter {
  const labels = readShipped('classes.json', z.array(z.string()));
  const families = readFamilies();
  const knows = knowStarterNouns();
  const share = createSharedWork<readonly Region[]>({ max: PICTURES_KEPT });
  const buffers: Float32Array[] = [];

  async function detect(picture: Picture, options: TurnOptions): Promise<readonly Region[]> {
    const seen = await host.turn(
      (run) => Promise.all(viewsOf(picture).map((view) => look(picture, view, run))),
      options,
    );
    const fused = fuse(seen.flat(), { maxIou: SAME_CLASS_IOU, max: MAX_REGIONS });
    return fused.filter(({ score }) => score >= FLOOR);
  }

  async function look(picture: Picture, view: View, run: Run): Promise<Seen[]> {
    const { data, mapping } = await toTensor(cut(picture, view.area), STARTER_INPUT, buffers.pop());
    const { width, height } = STARTER_INPUT;
    const mirrored = view.kind === 'mirrored';
    if (mirrored) mirror(data, width);
    const image = { type: 'float32', data, dims: [1, 3, height, width] } as const;
    try {
      const { outputs } = await run(model, { image });
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
        .filter(({ box }) => !isCut(view, box, picture));
    } finally {
      if (buffers.length < BUFFERS_KEPT) buffers.push(data);
    }
  }

  async function survey(picture: Picture, options: ProposeOptions = {}): Promise<Region[]> {
    const { minScore = WORTH_CONSIDERING, signal, asker } = options;
    const regions = await share(
      picture.sha256,
      (shared) => detect(picture, { signal: shared, asker }),
      signal,
    );
    return regions.filter(({ score }) => score >= minScore);
  }

  return {
    id: 'starter',
    knows,
    certainty,
    alike: (a, b) => families.get(a) === families.get(b),
    survey,
    async propose(picture, phrases, options) {
      const seen = await survey(picture, options);
      return phrases.map((phrase) => {
        const meant = new Set(knows(phrase).labels);
        return nms(
          seen.filter(({ label }) => meant.has(label)),
          SAME_THING_IOU,
        );
      });
    },
    warm: async () => void (await host.load(model)),
    close: async () => {},
  };
}

/** @throws RangeError when the graph does not give what it was pinned to give */
function readOutput({ boxes, scores }: Tensors): Output {
  if (boxes?.type !== 'float32' || scores?.type !== 'float32')
    throw new RangeError('boxes or scores missing');
  return { boxes: boxes.data, scores: scores.data };
}
