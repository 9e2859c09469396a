import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Annotate } from './annotate/annotate.ts';
import { type AnswerKey, createAnswers } from './answer-cache.ts';
import { type Config, readConfig, type StrategyName } from './config.ts';
import { type Tuning, tuned } from './detector/tuned.ts';
import { explain } from './explain.ts';
import type { Query } from './expression/query.ts';
import { checked, readQuery } from './expression/reader.ts';
import type { Picture } from './picture/picture.ts';
import type { PictureSource } from './picture/read.ts';
import { createPictureReader } from './picture/read.ts';
import { createDetection, type DetectionOptions } from './queue/detection.ts';
import { calibrationFor } from './reasoning/calibration.ts';
import { applyCalibration, formatScaling } from './reasoning/decide.ts';
import { warmReasoner } from './reasoning/reasoner.ts';
import { type MllmUse, mllmFrom, type StrategyDeps } from './strategy/strategy.ts';
import { STRATEGIES } from './strategy/table.ts';
import { Tracer } from './tracer.ts';
import type { Verdict } from './verdict.ts';

/** A question as it reaches the core: a picture from wherever, and what to look for. */
export interface Ask {
  readonly source: PictureSource;
  readonly expression: string;
  readonly signal?: AbortSignal;
  /** Who asks: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string;
  /** Which way it goes; as the settings say unless told. */
  readonly strategy?: StrategyName;
  /** What else is to be done otherwise than the settings say. */
  readonly tuning?: QuestionTuning;
  /** Whether the verdict is to say in full how it came about. */
  readonly explain?: boolean;
  /** Told the name of each step when it begins, unless the answer is remembered; must not throw. */
  readonly onStep?: (name: string) => void;
  /** Id of the question in the logs of all processes that have to do with it; a new one unless given. */
  readonly question?: string;
  /** Told how many are ahead in the queue of the workers, where one is used; must not throw. */
  readonly onPosition?: (ahead: number) => void;
}

/** Settings of one question: how the detector's proposals are narrowed down, and how a language model is asked. */
export interface QuestionTuning extends Tuning, Pick<MllmUse, 'none' | 'seed' | 'focus'> {}

export interface Answer {
  readonly picture: Picture;
  readonly verdict: Verdict;
}

/** Everything put together: what an adapter needs, and nothing of any platform. */
export interface Spotter {
  /** Answers one question; boxes are in pixels of the oriented picture, probabilities 0..1. @throws SpotterError */
  ask(question: Ask): Promise<Answer>;
  /** Only reads and decodes a picture; asking about it later costs no second decoding. @throws SpotterError */
  read(source: PictureSource, signal?: AbortSignal): Promise<Picture>;
  /** The answer as a picture, JPEG, longer side at most 1600 px; with `candidates` all considered regions are numbered. */
  draw(answer: Answer, options?: { readonly candidates?: boolean }): Promise<Buffer>;
  /** Forgets the answers to questions, which hold their words. @throws SpotterError memory-down */
  forget(questions: readonly AnswerKey[]): Promise<void>;
  /** Starts the detector ahead of the first question. @throws SpotterError */
  warm(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Puts the parts together; nothing is started before the first question, or `warm`.
 *
 * @example
 * const spotter = createSpotter();
 * const answer = await spotter.ask({ source: 'examples/two-dogs.jpg', expression: 'the upper dog' });
 * console.log(answer.verdict.sentence); // Found the upper dog.
 * await writeFile('answer.jpg', await spotter.draw(answer));
 * await spotter.close();
 * @throws SpotterError bad-config, unknown-model, model-missing, model-unfit: nothing has been started then
 */
export function createSpotter(config: Config = readConfig(), options: DetectionOptions = {}): Spotter {
  const { detector, observers, remote } = createDetection(config, options);
  const reader = createPictureReader({ keepEncoded: remote });
  const calibration = calibrationFor(detector.id, config.calibration);
  const deps = { detector, observers, calibration, mllm: mllmFrom(config) };
  const path = deps.mllm && join(config.state, 'answers.db');
  const answers = config.cache ? createAnswers(deps, { path }) : undefined;
  let annotate: Annotate | undefined;
  return {
    async ask({ source, strategy = config.strategy, ...given }) {
      const question = { question: randomUUID(), ...given };
      const { signal, tuning, explain } = question;
      const expression = checked(question.expression);
      // Read while the picture is decoded; what fails is said when the query is needed.
      const query = readQuery(expression, question);
      query.catch(() => {});
      const picture = await reader.read(source, question);
      const asked = tuning ? tune(deps, tuning) : deps;
      const answer = (shared?: AbortSignal) =>
        find(
          { ...question, expression, query, picture, ...(shared && { signal: shared }) },
          { ...asked, strategy },
        );
      if (!answers) return { picture, verdict: await answer(signal) };
      const same = { sha256: picture.sha256, expression, strategy, how: { tuning, explain } };
      return { picture, verdict: await answers.remember(same, answer, signal) };
    },
    read: (source, signal) => reader.read(source, { signal }),
    async draw({ picture, verdict }, { candidates = false } = {}) {
      // Loaded with the first drawing: whoever wants no picture starts sooner.
      const { annotationOf, createAnnotator } = await import('./annotate/annotate.ts');
      const { marks, ...style } = annotationOf(verdict, candidates);
      annotate ??= createAnnotator();
      return annotate(picture, marks, style);
    },
    forget: async (questions) => answers?.forget(questions),
    async warm() {
      warmReasoner();
      await detector.warm?.();
    },
    async close() {
      await Promise.all([detector.close(), answers?.close()]);
    },
  };
}

/** What one question asks: where in this picture is what the expression names? */
export interface Question {
  readonly picture: Picture;
  readonly expression: string;
  /** The expression, where it is being read already. */
  readonly query?: Promise<Query>;
  readonly signal?: AbortSignal;
  /** Who asks: when many wait, each asker gets a turn before anyone gets a second one. */
  readonly asker?: string;
  readonly explain?: boolean;
  readonly onStep?: (name: string) => void;
  /** Id of the question in the logs of all processes that have to do with it. */
  readonly question?: string;
  /** Told how many are ahead in the queue of the workers, where one is used; must not throw. */
  readonly onPosition?: (ahead: number) => void;
}

export interface Deps extends StrategyDeps {
  /** `auto` unless told. */
  readonly strategy?: StrategyName;
}

/**
 * Answers one question: reads the expression, and goes the way that the strategy says; src/strategy/auto.ts shows the
 * usual one.
 *
 * @example
 * const { outcome, candidates } = await find({ picture, expression: 'the cup on the left' }, { detector, calibration });
 * @throws SpotterError empty-expression, overlong-expression, too-costly, and what the strategy throws
 */
export async function find(
  { picture, expression, query: reading, explain: isExplained, onStep, ...options }: Question,
  deps: Deps,
): Promise<Verdict> {
  const { strategy = 'auto', calibration } = deps;
  const tracer = new Tracer(onStep);
  const text = checked(expression);
  const query = await tracer.step('language', () => reading ?? readQuery(text, options), describeQuery);
  // Only reasoning counts and compares; what a strategy's presence is worth was measured on expressions.
  const way = query.question ? 'auto' : strategy;
  const asked = { picture, expression: query.question ? query.text : text, query, options };
  const decision = await STRATEGIES[way](asked, deps, tracer);
  const scale = query.question ? undefined : calibration.strategies?.[way];
  const settled = !scale
    ? decision
    : await tracer.step(
        'presence',
        () => applyCalibration(decision, scale, query),
        formatScaling(decision, scale),
      );
  const verdict = { ...settled, strategy: way, trace: tracer.steps };
  if (!isExplained) return verdict;
  const scaled = scale && settled !== decision ? { scale, presence: settled.presence } : undefined;
  return {
    ...verdict,
    explanation: explain({ query, noted: tracer.noted, decision, calibration, scaled }),
  };
}

/** The parts with the settings of one question. */
function tune(deps: StrategyDeps, { none, seed, focus, ...tuning }: QuestionTuning): StrategyDeps {
  const { mllm } = deps;
  const use = {
    ...(tuning.topK !== undefined && { k: tuning.topK }),
    ...(none !== undefined && { none }),
    ...(seed !== undefined && { seed }),
    ...(focus !== undefined && { focus }),
  };
  return { ...deps, detector: tuned(deps.detector, tuning), mllm: mllm && { ...mllm, ...use } };
}

const describeQuery = ({ target, phrase }: Query): string =>
  [
    `looking for "${phrase}"`,
    ...target.constraints.map((k) => `${k.negated ? 'not ' : ''}${k.kind} "${k.words}"`),
  ].join('; ');
