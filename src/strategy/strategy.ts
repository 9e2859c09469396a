import type { Query } from '../language/query.ts';
import type { Mllm } from '../mllm/mllm.ts';
import type { Picture } from '../picture/picture.ts';
import type { ProposeOptions, Specialist } from '../specialist/specialist.ts';
import type { Tracer } from '../trace.ts';
import type { Calibration } from '../verdict/calibration.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { OfferSize, OfferStyle } from './offer.ts';
import type { TargetsBy } from './target/target.ts';

/** A question, read. */
export interface Asked {
  readonly picture: Picture;
  readonly expression: string;
  readonly query: Query;
  readonly options: Pick<ProposeOptions, 'signal' | 'asker'>;
}

/** How the strategies that ask an MLLM go about it. */
export interface MllmUse {
  readonly mllm: Mllm;
  /** Candidates offered; OFFERED unless told. */
  readonly k?: OfferSize;
  readonly style?: OfferStyle;
  /** Order of the options; derived from the picture and the expression unless given. */
  readonly seed?: number;
  /** For all that one question asks of it, in milliseconds; 30 s unless told. */
  readonly budgetMs?: number;
  /** Who finds the phrase that an expression is about, for SFA; the grammar unless told. */
  readonly targets?: TargetsBy;
  /** SFA's focus enhancement. */
  readonly focus?: boolean;
  /** The published router's fault, for comparing numbers. */
  readonly paperNms?: boolean;
}

export interface StrategyDeps {
  readonly specialist: Specialist;
  readonly calibration: Calibration;
  /** Undefined where no MLLM is configured. */
  readonly mllm?: MllmUse | undefined;
}

export type Decision = Omit<Verdict, 'trace' | 'strategy'>;

/**
 * A way from a question to an answer.
 * @throws SpotterError bad-config (needs an MLLM and has none), and what the specialist throws
 */
export type Strategy = (asked: Asked, deps: StrategyDeps, tracer: Tracer) => Promise<Decision>;
