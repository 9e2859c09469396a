import { area } from '../../box.ts';
import { readModelJson } from '../../models/store.ts';
import type { Picture } from '../../picture/picture.ts';
import { toTensor } from '../../picture/tensor.ts';
import { createSingleFlight, inMemory } from '../../single-flight.ts';
import type { Detector, DetectorDeps, LabelMatch, ProposeOptions, Region } from '../detector.ts';
import type { TurnOptions } from '../worker/host.ts';
import { type Contract, checkContract } from './contract.ts';
import {
  createTensorStore,
  feedsOf,
  fixedSize,
  outputOf,
  type Preprocessor,
  PreprocessorFile,
  tensorSpec,
} from './inputs.ts';
import { compact, type Output, postProcess } from './post-process.ts';
import {
  createTokeniser,
  type PlacedPhrase,
  phrasesOf,
  plain,
  rangeOfSpan,
  type Span,
  type Tokeniser,
  TokenizerConfigFile,
  TokenizerFile,
  writePrompts,
} from './text.ts';

/** Rows that no phrase fits better are forgotten: a lower `minScore` than this finds no more. */
const FLOOR = 0.05;
/** What the published method still takes for a candidate; the usual thresholds for showing a box are .25 to .35. */
const MIN_SCORE = 0.2;
const SAME_THING_IOU = 0.7;
const MAX_REGIONS = 300;
/** Questions (a picture, a prompt) whose raw rows are kept; usually some KB each. */
const QUESTIONS_KEPT = 200;
/** Pictures whose tensors are kept, of 7.7 MB each at 800 x 800. */
const TENSORS_KEPT = 2;

/**
 * Assumed, not measured: the published weights were not at hand. A logistic through the usual thresholds: of what
 * scores .25 three in ten are taken to be right, of what scores .35 seven in ten.
 */
const certainty = (score: number): number => 1 / (1 + Math.exp(-(score - 0.3) / 0.059));

export interface GroundingDino extends Detector {
  /** Loads the model in the background, so that the first picture need not wait. @throws as `propose` */
  warm(): Promise<void>;
}

interface Ready {
  readonly tokeniser: Tokeniser;
  readonly preprocessor: Preprocessor;
  readonly contract: Contract;
}

/**
 * The open vocabulary detector: sees whatever a phrase names, several phrases in one run. Each phrase is judged as if
 * it were asked alone: a box that is the better "table" must not hide the "tablecloth" that was asked for, too. What
 * was found is kept, so that asking again, with another `minScore` or another focus, costs no run.
 * Its model holds the weights, preprocessor_config.json, tokenizer.json and tokenizer_config.json; one that does not
 * fit is refused by the first `propose` or `warm` with SpotterError model-unfit.
 */
export function createGroundingDino({ host, model }: DetectorDeps): GroundingDino {
  const shareReady = createSingleFlight(inMemory<Ready>(1));
  const share = createSingleFlight(inMemory<Output>(QUESTIONS_KEPT));
  const tensors = createTensorStore({ max: TENSORS_KEPT });

  const ready = ({ signal, asker }: TurnOptions): Promise<Ready> =>
    shareReady(
      'ready',
      async (shared) => {
        const preprocessor = readModelJson(model, 'preprocessor_config.json', PreprocessorFile);
        const tokeniser = await createTokeniser(
          readModelJson(model, 'tokenizer.json', TokenizerFile),
          readModelJson(model, 'tokenizer_config.json', TokenizerConfigFile),
        );
        const loaded = await host.load(model.weights, { signal: shared, asker });
        return {
          preprocessor,
          tokeniser,
          contract: checkContract(loaded, fixedSize(preprocessor), model.id),
        };
      },
      signal,
    );

  /** The rows of one run that any phrase of the prompt may be on. */
  function look(
    { tokeniser, preprocessor, contract }: Ready,
    picture: Picture,
    ids: readonly number[],
    { signal, asker }: TurnOptions,
  ): Promise<Output> {
    const size = tensorSpec(preprocessor, picture);
    const question = { ids, pad: tokeniser.special.pad, size };
    const work = (shared: AbortSignal): Promise<Output> =>
      // The tensor is made when the turn has come: whoever waits holds no memory.
      host.turn(
        (run) =>
          tensors.use(
            picture.sha256,
            (reuse) => toTensor(picture, size, reuse),
            async ({ data }) => {
              const { outputs } = await run(model.weights, feedsOf({ ...question, pixels: data }, contract));
              return compact(outputOf(outputs), phrasesOf(ids, tokeniser.separators), FLOOR);
            },
          ),
        { signal: shared, asker },
      );
    return share(`${picture.sha256} ${ids.join()}`, work, signal);
  }

  return {
    id: model.id,
    open: true,
    matchLabel,
    alike: () => false,
    certainty,
    async propose(picture, phrases, options = {}) {
      const prepared = await ready(options);
      const { tokeniser, contract } = prepared;
      const written = writePrompts(phrases, tokeniser, contract.maxTokens);
      const outputs = await Promise.all(written.prompts.map((ids) => look(prepared, picture, ids, options)));
      return written.phrases.map((phrase, i) => {
        if (!phrase) return [];
        const seen = detections(outputs[phrase.prompt]!, phrase, picture, options, options.focus?.[i]);
        return seen.map(({ box, score }) => ({ box, score, label: phrases[i]! }));
      });
    },
    warm: async () => void (await ready({})),
    close: async () => {},
  };
}

function detections(
  output: Output,
  phrase: PlacedPhrase,
  size: Picture,
  { minScore = MIN_SCORE }: ProposeOptions,
  span: Span | undefined,
): Pick<Region, 'box' | 'score'>[] {
  const part = span && rangeOfSpan(phrase, span);
  const range = part ? ({ ...part, by: 'mean' } as const) : ({ ...phrase, by: 'max' } as const);
  // The lowest score is still wanted; a threshold must be passed.
  const threshold = Math.max(minScore, FLOOR) - Number.EPSILON;
  return postProcess(output, {
    phrases: [range],
    size,
    threshold,
    textThreshold: threshold,
    maxIou: SAME_THING_IOU,
  })
    .filter(({ box }) => area(box) > 0)
    .slice(0, MAX_REGIONS);
}

const UNKNOWN: LabelMatch = Object.freeze({ match: 'unknown', labels: Object.freeze([]) });

/** Every noun is its own label; only one without a visible character says nothing. */
const matchLabel = (noun: string): LabelMatch =>
  /[^\s\p{C}\p{M}]/u.test(plain(noun)) ? { match: 'same', labels: [noun] } : UNKNOWN;
