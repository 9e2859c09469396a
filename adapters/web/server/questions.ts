import { randomUUID } from 'node:crypto';
import type { QuestionTuning, Spotter } from '../../../src/ask.ts';
import type { ChatEvent } from '../../../src/chat/context.ts';
import { excludeRegions, foundBefore, type ReadFollowUp, readAfter } from '../../../src/chat/going-on.ts';
import type { StrategyName } from '../../../src/config.ts';
import { SpotterError } from '../../../src/errors.ts';
import { checked } from '../../../src/expression/reader.ts';
import type { Downloader } from '../../../src/fetch/download.ts';
import { encodeJpeg } from '../../../src/picture/text.ts';
import type { Place } from '../../../src/place.ts';
import { pick } from '../../../src/reasoning/decide.ts';
import type { AdmissionOptions } from '../../../src/service/admission.ts';
import { LOCAL } from './access.ts';
import type { KeptAnswer, KeptPicture, Memory } from './memory.ts';

export interface QuestionsDeps {
  /** The one that answers with a detector, by the detector's id. @throws SpotterError unknown-model, model-missing */
  readonly spotterFor: (detector: string) => Spotter;
  /** Which detector looks unless told. */
  readonly detector: string;
  readonly memory: Memory;
  readonly followUp: ReadFollowUp;
  /** @throws SpotterError rate-limited, not-allowed */
  readonly admit: (place: Place) => Promise<void>;
  /** @throws SpotterError busy */
  readonly admission: <T>(work: () => Promise<T>, turn: AdmissionOptions) => Promise<T>;
  /** Follows the links of users. */
  readonly downloader: Downloader;
  readonly observe: (event: ChatEvent) => void;
}

/** Where the picture of a question comes from: one of them. */
export type PictureOf =
  | { readonly bytes: Uint8Array }
  | { readonly url: string }
  | { readonly picture: string }
  /** The id of an answer, whose picture it is about. */
  | { readonly after: string };

export interface WebQuestion {
  readonly expression: string;
  readonly of: PictureOf;
  /** The id of the answer that it follows up ("and the cat?"). */
  readonly after?: string | undefined;
  readonly strategy?: StrategyName | undefined;
  readonly detector?: string | undefined;
  readonly tuning?: QuestionTuning | undefined;
}

export interface Told {
  /** How many are ahead; 0 when it is its turn. */
  readonly onPosition?: (ahead: number) => void;
  readonly onStep?: (name: string) => void;
}

/** Whose question it is, and what else it needs to be answered. */
export interface Asking extends Told {
  readonly asker: string;
  readonly signal: AbortSignal;
}

export interface Questions {
  /** Answers a question, in view of what was asked before. @throws SpotterError whatever is wrong with it */
  ask(question: WebQuestion, asking: Asking): Promise<KeptAnswer>;
  /** Makes an undecided answer found by the candidate that a person chose, counted from 1. @throws SpotterError bad-pick, not-found */
  choose(answer: string, number: number, asker: string): Promise<KeptAnswer>;
  /** Keeps a picture, to be asked about. @throws SpotterError rate-limited */
  add(bytes: Uint8Array, asker: string): Promise<KeptPicture>;
  /** The answer drawn, JPEG; with `candidates` everything that was considered, numbered. @throws SpotterError */
  draw(answer: KeptAnswer, options: { readonly candidates: boolean } & Asking): Promise<Uint8Array>;
  /** A picture as it is looked at: oriented, JPEG, a longer side of at most 1600 px unless it is a long one. @throws SpotterError */
  show(picture: KeptPicture, asking: Asking): Promise<Uint8Array>;
}

const PLATFORM = 'web';

export function createQuestions(deps: QuestionsDeps): Questions {
  const { memory, spotterFor } = deps;

  async function pictureOf({ of }: WebQuestion, { asker, signal }: Asking): Promise<KeptPicture> {
    if ('bytes' in of) return memory.addPicture(asker, of.bytes);
    if ('picture' in of) return memory.picture(asker, of.picture);
    if ('after' in of) return memory.picture(asker, memory.answer(asker, of.after).picture.id);
    return memory.addPicture(asker, await deps.downloader.download(of.url, { as: 'user', signal }));
  }

  /** The answer that it follows up; a question about another picture follows up none. */
  function beforeOf({ of, after }: WebQuestion, asker: string): KeptAnswer | undefined {
    const before = after === undefined ? undefined : memory.answer(asker, after);
    return 'after' in of || ('picture' in of && of.picture === before?.picture.id) ? before : undefined;
  }

  const admit = (asker: string): Promise<void> =>
    deps.admit({ platform: PLATFORM, conversation: asker, channel: PLATFORM, asker });

  /** Turns are given to those who need some work done; tells how many are ahead. */
  const inTurn = <T>(work: () => Promise<T>, { asker, signal, onPosition }: Asking): Promise<T> =>
    deps.admission(
      async () => {
        signal.throwIfAborted();
        return work();
      },
      // Without tokens all users have the same name, but are not one asker.
      {
        ...(asker !== LOCAL && { asker: `${PLATFORM}:${asker}` }),
        signal,
        ...(onPosition && { onPosition }),
      },
    );

  async function answer(question: WebQuestion, id: string, asking: Asking): Promise<KeptAnswer> {
    const { asker, signal, onStep, onPosition } = asking;
    const start = performance.now();
    await admit(asker);
    checked(question.expression);
    const before = beforeOf(question, asker);
    const said = before && (await readAfter(question.expression, before, deps.followUp, signal));
    if (said?.kind === 'pick') return choose(before!, said.number, asker);
    const expression = said?.expression ?? question.expression;
    const detector = question.detector ?? deps.detector;
    const { strategy, tuning } = question;
    const spotter = spotterFor(detector);
    // What is waited for is not held, and not downloaded.
    const asked = await inTurn(async () => {
      const picture = await pictureOf(question, asking);
      const answered = await spotter.ask({
        ...{ source: picture.bytes, expression, asker: `${PLATFORM}:${asker}`, signal, explain: true },
        question: id,
        ...(strategy && { strategy }),
        ...(tuning && { tuning }),
        ...(onStep && { onStep }),
        ...(onPosition && { onPosition }),
      });
      return { picture, answered };
    }, asking);
    const { picture, answered } = asked;
    const verdict = excludeRegions(answered.verdict, said && before ? foundBefore(said, before) : []);
    const { width, height } = answered.picture;
    const totalMs = performance.now() - start;
    return memory.addAnswer(asker, {
      ...{ picture, size: { width, height }, expression, verdict, detector, totalMs },
    });
  }

  function choose(before: KeptAnswer, number: number, asker: string): KeptAnswer {
    const { id: _, ...answered } = before;
    return memory.addAnswer(asker, { ...answered, verdict: pick(before.verdict, number), totalMs: 0 });
  }

  return {
    async ask(question, asking) {
      const start = performance.now();
      const id = randomUUID();
      const about = () => ({ platform: PLATFORM, question: id, ms: performance.now() - start });
      try {
        const answered = await answer(question, id, asking);
        deps.observe({ kind: 'answered', ...about(), verdict: answered.verdict });
        return answered;
      } catch (error) {
        deps.observe({ kind: 'failed', ...about(), error });
        throw error;
      }
    },
    async choose(id, number, asker) {
      await admit(asker);
      return choose(memory.answer(asker, id), number, asker);
    },
    async add(bytes, asker) {
      await admit(asker);
      return memory.addPicture(asker, bytes);
    },
    draw: ({ picture: { id }, verdict, detector }, { candidates, ...asking }) =>
      inTurn(async () => {
        const picture = memory.picture(asking.asker, id);
        const spotter = spotterFor(detector);
        return spotter.draw(
          { picture: await spotter.read(picture.bytes, asking.signal), verdict },
          { candidates },
        );
      }, asking),
    show: ({ bytes }, asking) =>
      inTurn(async () => {
        const { raster } = await spotterFor(deps.detector).read(bytes, asking.signal);
        return encodeJpeg(raster);
      }, asking),
  };
}

/**
 * The one picture that is given.
 * @param oneOf the hint of the error: what can be given
 * @throws SpotterError bad-usage, no-picture
 */
export function pictureFrom(
  given: {
    readonly image?: Uint8Array | undefined;
    readonly image_url?: string | undefined;
    readonly picture?: string | undefined;
    readonly after?: string | undefined;
  },
  oneOf = ONE_OF,
): PictureOf {
  const ways: PictureOf[] = [
    ...(given.image ? [{ bytes: given.image }] : []),
    ...(given.image_url === undefined ? [] : [{ url: given.image_url }]),
    ...(given.picture === undefined ? [] : [{ picture: given.picture }]),
  ];
  const [way, another] = ways;
  if (another) throw new SpotterError('bad-usage', 'More than one picture is given.', oneOf);
  if (way) return way;
  if (given.after !== undefined) return { after: given.after };
  throw new SpotterError('no-picture', 'There is no picture to look at.', oneOf);
}

const ONE_OF = 'Give one of image (a file), image_url, picture (an id), or after (the id of an answer).';
