import { join } from 'node:path';
import type { Config, OfferSize, OfferStyle, TargetsBy } from '../config.ts';
import type { Detector, ProposeOptions } from '../detector/detector.ts';
import type { Query } from '../expression/query.ts';
import { createCheckedMllm } from '../mllm/checked.ts';
import type { Mllm } from '../mllm/mllm.ts';
import type { ProbeOptions } from '../mllm/probe.ts';
import { type ProfileOverrides, profileFor, serverAt } from '../mllm/profile.ts';
import type { Observers } from '../observer/observers.ts';
import type { Picture } from '../picture/picture.ts';
import type { Calibration } from '../reasoning/calibration.ts';
import type { Tracer } from '../tracer.ts';
import type { Decision } from '../verdict.ts';

/** A question, read. */
export interface Asked {
  readonly picture: Picture;
  readonly expression: string;
  readonly query: Query;
  readonly options: Pick<ProposeOptions, 'signal' | 'asker' | 'question' | 'onPosition'>;
}

/** How the strategies that ask an MLLM go about it. */
export interface MllmUse {
  readonly mllm: Mllm;
  /** Candidates offered; OFFERED unless told. */
  readonly k?: OfferSize;
  readonly style?: OfferStyle;
  /** Order of the options; derived from the picture and the expression unless given. */
  readonly seed?: number;
  /** Whether it may choose None; yes unless told. */
  readonly none?: boolean;
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
  readonly detector: Detector;
  /** Who tells what the detector does not see; nobody unless given. */
  readonly observers?: Observers;
  readonly calibration: Calibration;
  /** Undefined where no MLLM is configured. */
  readonly mllm?: MllmUse | undefined;
}

/**
 * A way from a question to an answer.
 * @throws SpotterError bad-config (needs an MLLM and has none), and what the detector throws
 */
export type Strategy = (asked: Asked, deps: StrategyDeps, tracer: Tracer) => Promise<Decision>;

type MllmConfig = Pick<Config, 'mllmModel' | 'mllmBaseUrl' | 'mllmApiKey' | 'mllmProfile'>;

/** How the MLLM that the settings name is reached; undefined where they name none. @throws SpotterError bad-config */
export function endpointOf(config: MllmConfig): ProbeOptions | undefined {
  const { mllmModel: model, mllmBaseUrl: baseURL, mllmApiKey: apiKey, mllmProfile } = config;
  if (model === undefined) return undefined;
  const server = serverAt(baseURL);
  const overrides = { ...(server && { server }), ...mllmProfile } as ProfileOverrides;
  return { model, baseURL, apiKey, profile: profileFor(model, overrides) };
}

/** The MLLM that the settings name, and how it is to be asked. @throws SpotterError bad-config */
export function mllmFrom(config: Config): MllmUse | undefined {
  const endpoint = endpointOf(config);
  if (!endpoint) return undefined;
  const budgetMs = config.mllmSeconds * 1000;
  const mllm = createCheckedMllm({
    ...endpoint,
    timeouts: { totalMs: budgetMs },
    probing: config.mllmProbe,
    ...(config.cache && { file: join(config.state, 'language-models.json') }),
  });
  const { candidates: k, offer: style, seed, targets, focus, paperNms } = config;
  return { mllm, k, style, ...(seed !== undefined && { seed }), targets, focus, paperNms, budgetMs };
}
