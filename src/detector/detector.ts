import type { Box } from '../box.ts';
import type { Model } from '../models/registry.ts';
import type { Picture } from '../picture/picture.ts';
import type { DetectorHost } from './worker/host.ts';

/** What a detector found: where, how sure (0..1), and as what (a label of its vocabulary). */
export interface Region {
  readonly box: Box;
  readonly score: number;
  readonly label: string;
}

/**
 * How a noun relates to what a detector can see.
 * - `same`: the labels mean the noun ("sofa" ~ couch).
 * - `narrower`: the noun is a kind of the label ("puppy" is a dog): seeing a dog does not prove a puppy,
 *   seeing none disproves it.
 * - `broader`: the labels are kinds of the noun ("animal"): seeing one proves it, seeing none proves nothing.
 * - `unknown`: cannot tell.
 */
export type MatchKind = 'same' | 'narrower' | 'broader' | 'unknown';

export interface LabelMatch {
  readonly match: MatchKind;
  readonly labels: readonly string[];
}

export interface ProposeOptions {
  /** Lowest score of a returned region, 0..1; by default what is worth considering. */
  readonly minScore?: number;
  readonly signal?: AbortSignal;
  /** Who asks: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string;
  /** Id of the question in the logs of all processes that have to do with it. */
  readonly question?: string;
  /** Told how many are ahead, where the detector has a queue that tells; must not throw. */
  readonly onPosition?: (ahead: number) => void;
  /**
   * Aligned with the phrases: the part by which a phrase is scored ("focus"), in UTF-16 units; the whole phrase is
   * still read. A detector that knows nouns only takes no notice.
   */
  readonly focus?: readonly (Focus | undefined)[];
}

/** A part of a phrase, half open. */
export interface Focus {
  readonly start: number;
  readonly end: number;
}

/**
 * An object detector: proposes scored regions for phrases. Papers call it the specialist.
 *
 * @example
 * const [dogs] = await detector.propose(picture, ['dog']);
 * // [{ box: [258, 298, 450, 610], score: 0.81, label: 'dog' }, …], best first
 */
export interface Detector {
  readonly id: string;
  /** Which of its model's weights it runs, where there are several. */
  readonly variant?: string;
  /** Whether it looks for whatever a phrase says, and not for the nouns of a vocabulary only. */
  readonly open?: boolean;
  /** What a noun (singular, lower case, "dog" or "traffic light") is to this detector. */
  matchLabel(noun: string): LabelMatch;
  /** Whether two labels look so alike that at one place only one of them is there, the better scored one. */
  alike(a: string, b: string): boolean;
  /** How often a region with this score is right, 0..1: what its scores mean, measured. */
  certainty(score: number): number;
  /**
   * Regions for each phrase (aligned with `phrases`), best first, in pixels of the oriented picture.
   * @throws SpotterError detector-down, busy, cancelled, model-missing
   */
  propose(picture: Picture, phrases: readonly string[], options?: ProposeOptions): Promise<Region[][]>;
  /** Everything it sees, whatever was asked, best first; absent where the detector needs a phrase to look. */
  detectAll?(picture: Picture, options?: ProposeOptions): Promise<Region[]>;
  /** What `propose` gives of everything it sees; absent where it looks otherwise for other phrases. */
  pick?(seen: readonly Region[], phrases: readonly string[]): Region[][];
  /** Loads the model in the background, so that the first picture need not wait. @throws as `propose` */
  warm?(): Promise<void>;
  close(): Promise<void>;
}

/** What a detector needs to be made: its files, and the process that runs them. */
export interface DetectorDeps {
  readonly model: Model;
  /** Whoever made it closes it. */
  readonly host: DetectorHost;
}
