import type { Box } from '../box.ts';
import type { Config } from '../config.ts';
import type { Run } from '../detector/worker/host.ts';
import type { Part, Pose, Query } from '../expression/query.ts';
import type { Models } from '../models/models.ts';
import type { Picture } from '../picture/picture.ts';

/** A line of writing that was read in a picture. */
export interface WrittenLine {
  readonly text: string;
  /** Around the line, in pixels of the oriented picture. */
  readonly box: Box;
  /** The mean probability of its characters, 0..1. */
  readonly score: number;
}

/** Cells of a mask along each side. */
export const MASK_SIDE = 32;
/** How much of each of MASK_SIDE x MASK_SIDE cells of a person's box belongs to a person, in percent, row by row. */
export type Mask = readonly number[];

/** Hair above the forehead, thighs down to the knees, shins from there. */
export type BodyPart = Exclude<Part, 'whole'> | 'shins';

/** What was observed of one person that a detector has marked. */
export interface ObservedPerson {
  /** The detector's box, the very same array contents. */
  readonly box: Box;
  /** How likely the face looks like a woman's, 0..1; undefined where no face is seen well enough to tell. */
  readonly woman?: number;
  /** How likely each pose is, 0..1; a pose that cannot be told is missing. */
  readonly poses?: Readonly<Partial<Record<Pose, number>>>;
  /** Where the parts of the body are, in pixels of the oriented picture; a part that is not seen is missing. */
  readonly parts?: Readonly<Partial<Record<BodyPart, Box>>>;
  /** Which of the pixels in the box are a person's. */
  readonly mask?: Mask;
}

/** How well a region fits words that nothing else can judge. */
export interface Likeness {
  readonly box: Box;
  /** As the expression says them: "striped". */
  readonly words: string;
  /** That it is what the words say rather than just a thing of its kind, 0..1. */
  readonly likely: number;
}

/** What the observers have told of a picture; what nobody was asked for is missing. */
export interface Observations {
  readonly lines?: readonly WrittenLine[];
  readonly people?: readonly ObservedPerson[];
  readonly likenesses?: readonly Likeness[];
}

/** What an observer is made of: where its weights are, and the settings that turn it off. */
export interface ObserverDeps {
  readonly models: Pick<Models, 'open'>;
  readonly settings: Pick<Config, 'people' | 'imageText'>;
}

/** What an observer works with. */
export interface ObserverTask {
  readonly picture: Picture;
  readonly query: Query;
  /** The regions that the expression may mean, likeliest first, in pixels of the oriented picture. */
  readonly regions: readonly Box[];
  /** The regions of persons that some noun of the expression may mean, likeliest first. */
  readonly people: readonly Box[];
  /** Runs a model in the detector's process. */
  readonly run: Run;
  readonly signal?: AbortSignal;
}

/**
 * Tells what a detector does not see: writing, faces, poses. It is asked only where an expression needs it, and its models are
 * loaded only then. A new one is a folder here, and a line in observers.ts.
 *
 * @example
 * const reading: Observer = { id: 'reading', wants: (query) => asksForWriting(query), observe: readWriting };
 */
export interface Observer {
  readonly id: string;
  /** The models that decide what it tells, as the registry of models knows them. */
  readonly models: readonly string[];
  /** Whether an expression asks for what it tells. */
  wants(query: Query): boolean;
  /** @throws SpotterError model-missing, detector-down, busy, cancelled */
  observe(task: ObserverTask): Promise<Observations>;
}
