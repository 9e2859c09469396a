import { within } from '../abort.ts';
import { SpotterError } from '../errors.ts';
import { cropFor, imageFor } from '../mllm/image.ts';
import type { Mllm, MllmImage } from '../mllm/mllm.ts';
import {
  formatMultipleChoice,
  hashes,
  type Known,
  lettersOf,
  type MultipleChoice,
  type MultipleChoiceOptions,
  makeMultipleChoice,
  type Offerable,
} from '../mllm/multiple-choice.ts';
import { loadPrompt, quoted } from '../mllm/prompts.ts';
import { type BoxReply, readBox } from '../mllm/reply/box.ts';
import { type Choice, readLetter } from '../mllm/reply/letter.ts';
import type { Picture } from '../picture/picture.ts';
import type { Tracer } from '../tracer.ts';
import { type Cost, formatCost, sumCosts } from '../verdict.ts';
import { type Probabilities, presenceOf, presenceOfBox, probabilities } from './conclude.ts';
import { recorded, withSelection } from './exchanges.ts';
import type { Asked, MllmUse, StrategyDeps } from './strategy.ts';

/** Failures of an MLLM that leave the question answerable without it. */
const DOWN: ReadonlySet<string> = new Set(['mllm-down', 'mllm-refused', 'busy', 'timed-out']);

/** What came of asking an MLLM: an answer, or why there is none; and what either took. */
export type MllmResult<T> = ({ readonly answer: T } | { readonly down: SpotterError }) & {
  readonly cost: Cost;
};

/** @throws SpotterError bad-config: a strategy that cannot do without */
export function needMllm({ mllm }: Pick<StrategyDeps, 'mllm'>, strategy: string): MllmUse {
  if (mllm) return mllm;
  throw new SpotterError(
    'bad-config',
    `The strategy "${strategy}" asks a language model, and none is configured.`,
    'Set SPOTTER_MLLM_MODEL, and OPENAI_BASE_URL or OPENAI_API_KEY; see docs/mllm.md.',
  );
}

/** Asks which of the candidates is meant; traced. @throws SpotterError cancelled, timed-out: of the question itself */
export async function askWhichCandidate<C extends Offerable>(
  { picture, expression, options }: Asked,
  candidates: readonly C[],
  use: MllmUse,
  tracer: Tracer,
  known?: Known<C>,
): Promise<MllmResult<Selection<C>>> {
  const { k, style, seed, none } = use;
  const offered = {
    ...(k && { k }),
    ...(style && { style }),
    ...(seed !== undefined && { seed }),
    ...(none !== undefined && { none }),
  };
  const heard = await callMllm(
    (mllm, signal) =>
      select({
        mllm,
        picture,
        expression,
        candidates,
        options: { ...offered, ...(known && { known }) },
        signal,
      }),
    use,
    options.signal,
    tracer,
    formatSelection,
  );
  const { exchanges } = tracer.noted;
  const last = exchanges.pop();
  if (last) exchanges.push('answer' in heard ? withSelection(last, heard.answer) : last);
  return heard;
}

/** Asks where something is; traced. @throws as `askWhich` */
export function askForRegion(
  { picture, expression, query, options }: Asked,
  use: MllmUse,
  tracer: Tracer,
  focus?: string,
): Promise<MllmResult<BoxAnswer>> {
  const { nouns, plural, count = 0 } = query.target;
  const asked = { nouns, several: plural || count > 1, ...(focus !== undefined && { focus }) };
  return callMllm(
    (mllm, signal) => askForBox({ mllm, picture, expression, options: asked, signal }),
    use,
    options.signal,
    tracer,
    formatBox,
  );
}

/** The client gives up first, and says what it tried; this is for the rest of the work. */
const GRACE_MS = 25;

async function callMllm<T>(
  ask: (mllm: Mllm, signal: AbortSignal) => Promise<T>,
  { mllm, budgetMs = BUDGET_MS }: MllmUse,
  signal: AbortSignal | undefined,
  tracer: Tracer,
  say: (answer: T) => string,
): Promise<MllmResult<T>> {
  const late = () =>
    new SpotterError(
      'timed-out',
      `The language model ${mllm.id} had ${Number((budgetMs / 1000).toPrecision(2))} s, which was not enough.`,
      'Try again later, or allow it more time.',
    );
  const { metered, cost } = withCost(recorded(mllm, tracer.noted.exchanges), budgetMs);
  const attempt = async (): Promise<MllmResult<T>> => {
    try {
      const answer = await within(budgetMs + GRACE_MS, signal, (inner) => ask(metered, inner), late);
      return { answer, cost: cost() };
    } catch (thrown) {
      if (!signal?.aborted && thrown instanceof SpotterError && DOWN.has(thrown.code))
        return { down: thrown, cost: cost() };
      throw thrown;
    }
  };
  return tracer.step('mllm', attempt, (heard) =>
    'down' in heard
      ? `${mllm.id}: ${[heard.down.message, heard.down.hint, formatCost(heard.cost)].filter(Boolean).join(' ')}`
      : `${mllm.id}: ${say(heard.answer)}`,
  );
}

function formatSelection({
  choice,
  offer,
  probabilities,
  repaired,
  cost,
  prompts,
}: Selection<Offerable>): string {
  const likely = Object.entries(probabilities?.byLetter ?? {})
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([letter, p]) => `${letter === offer.none ? 'None' : letter} ${p.toFixed(2)}`);
  return [
    formatChoice(choice, offer.options.length),
    ...(likely.length > 0 ? [likely.join(' ')] : []),
    `order ${offer.seed}`,
    ...(repaired ? ['asked twice'] : []),
    formatCost(cost),
    `prompts ${formatHashes(prompts)}`,
  ].join('; ');
}

function formatChoice(choice: Choice<Offerable>, offered: number): string {
  if (choice.kind === 'option') return `chose ${choice.letter} of ${offered}`;
  return choice.kind === 'none' ? `none of ${offered}` : `could not be understood (${choice.why})`;
}

const formatBox = ({ reply, repaired, cost, prompts }: BoxAnswer): string =>
  [
    reply.kind === 'boxes'
      ? reply.boxes.map((box) => `box ${box.map(Math.round).join(', ')}`).join('; ')
      : reply.kind,
    ...(reply.kind === 'unreadable' ? [reply.why] : []),
    ...(repaired ? ['asked twice'] : []),
    formatCost(cost),
    `prompts ${formatHashes(prompts)}`,
  ].join('; ');

const formatHashes = (prompts: Readonly<Record<string, string>>): string =>
  Object.entries(prompts)
    .map(([name, sha256]) => `${name} ${sha256.slice(0, 8)}`)
    .join(', ');

export interface AskForBoxOptions {
  /** The target phrase to look at above all (focus enhancement). */
  readonly focus?: string;
  /** Whether the model may say that nothing fits; yes unless told. The published method has no such answer. */
  readonly none?: boolean;
  /** What the thing may be called, singular. */
  readonly nouns?: readonly string[];
  /** Whether several regions may be meant; one unless told. */
  readonly several?: boolean;
}

export interface BoxAnswer {
  readonly reply: BoxReply;
  /** 1 - P(None), 0..1; undefined where None was not allowed, or the server tells no alternatives. */
  readonly presence: number | undefined;
  /** Of all attempts. */
  readonly cost: Cost;
  readonly repaired: boolean;
  /** By name, the hashes of the prompts that took part. */
  readonly prompts: Readonly<Record<string, string>>;
}

const MAX_BOX_TOKENS = 128;

/**
 * Direct grounding: asks the model where something is, in the coordinates of its profile, and once more where the
 * answer cannot be read. Where None was not allowed, it is unreadable.
 * @throws SpotterError what `mllm.ask` throws, and bad-config for a profile that no picture fits into
 */
export async function askForBox(asked: {
  readonly mllm: Mllm;
  readonly picture: Picture;
  readonly expression: string;
  readonly options?: AskForBoxOptions;
  readonly signal?: AbortSignal;
}): Promise<BoxAnswer> {
  const { mllm, picture, expression, signal } = asked;
  const { focus, none = true, nouns = [], several = false } = asked.options ?? {};
  const profile = (await mllm.profileForBoxes?.(signal ? { signal } : {})) ?? mllm.profile;
  const { image, mapping } = await imageFor(picture, profile);
  const ask = loadPrompt(`ground/${profile.coordinates}`);
  const [focusing, absence] = [loadPrompt('ground-focus'), loadPrompt('ground-absence')];
  const values: Record<string, string> = {
    expression: quoted(expression),
    focus: focus === undefined ? '' : ` ${focusing.fill({ target: quoted(focus) })}`,
    absence: none ? ` ${absence.fill({})}` : '',
    width: String(mapping.width),
    height: String(mapping.height),
  };
  const question = ask.fill(Object.fromEntries(ask.slots.map((slot) => [slot, values[slot]!])));
  const prompts = hashes(ask, ...(focus === undefined ? [] : [focusing]), ...(none ? [absence] : []));
  const attempt = async (prompt: string) => {
    const { logprobs, coordinates } = profile;
    const request = { images: [image], maxTokens: MAX_BOX_TOKENS, logprobs, ...(signal ? { signal } : {}) };
    const said = await mllm.ask({ ...request, prompt });
    const read = readBox(said, coordinates, mapping, { expression, nouns, several });
    const reply: BoxReply =
      read.kind === 'none' && !none ? { kind: 'unreadable', why: 'None was not allowed' } : read;
    return { said, reply, presence: none ? presenceOfBox(reply, said.first) : undefined };
  };
  const first = await attempt(question);
  if (first.reply.kind !== 'unreadable' || first.said.finish === 'refused') {
    const { reply, presence } = first;
    return { reply, presence, cost: first.said.cost, repaired: false, prompts };
  }
  const repair = loadPrompt('repair/box');
  const second = await attempt(repair.fill({ question, answers: none ? ', or None' : '' }));
  return {
    reply: second.reply,
    presence: second.presence,
    cost: sumCosts([first.said.cost, second.said.cost]),
    repaired: true,
    prompts: { ...prompts, ...hashes(repair) },
  };
}

/** For all that one question asks of a language model, in milliseconds. */
export const BUDGET_MS = 30_000;

/** The time of a question that asks more than once: what happens between its calls costs none of it. */
export interface TimeBudget {
  /** How it is asked with what is left, or with a share of that. */
  use(share?: number): MllmUse;
  /** Counts the time of a call. */
  spend<T>(call: Promise<T>): Promise<T>;
}

export function timeBudgetOf(use: MllmUse): TimeBudget {
  let left = use.budgetMs ?? BUDGET_MS;
  return {
    use: (share = 1) => ({ ...use, budgetMs: Math.max(0, left * share) }),
    async spend(call) {
      const start = performance.now();
      try {
        return await call;
      } finally {
        left -= performance.now() - start;
      }
    },
  };
}

/** The same model, which knows how long it has for everything it is asked, and counts what that takes. */
export function withCost(
  mllm: Mllm,
  budgetMs: number,
): { readonly metered: Mllm; readonly cost: () => Cost } {
  const end = performance.now() + budgetMs;
  const costs: Cost[] = [];
  const ask: Mllm['ask'] = (request) =>
    mllm.ask({
      ...request,
      timeoutMs: Math.max(1, end - performance.now()),
      onCost: (cost) => costs.push(cost),
    });
  const profileForBoxes: Mllm['profileForBoxes'] = (request) =>
    mllm.profileForBoxes?.({
      ...request,
      timeoutMs: Math.max(1, end - performance.now()),
      onCost: (cost) => costs.push(cost),
    }) ?? Promise.resolve(mllm.profile);
  return { metered: { ...mllm, ask, profileForBoxes }, cost: () => sumCosts(costs) };
}

export interface SelectOptions<C extends Offerable> extends MultipleChoiceOptions {
  /** Told to the model, where None is offered. */
  readonly known?: Known<C>;
}

export interface Selection<C extends Offerable> {
  readonly choice: Choice<C>;
  /** 1 - P(None), 0..1; undefined where None was not offered or nothing is known. */
  readonly presence: number | undefined;
  readonly probabilities: Probabilities | undefined;
  /** Of all attempts. */
  readonly cost: Cost;
  /** Whether it was asked a second time, because the first answer could not be read. */
  readonly repaired: boolean;
  readonly offer: MultipleChoice<C>;
  /** By name, the hashes of the prompts that took part. */
  readonly prompts: Readonly<Record<string, string>>;
}

/** Enough for a model that says a sentence instead of a letter; a letter takes one. */
const MAX_LETTER_TOKENS = 48;

/**
 * Candidate region selection: asks the model which of the candidates an expression names, if any, and once more where
 * the answer cannot be read. An answer that is still unreadable is the choice `unreadable`, never a guess.
 * @param asked.candidates best first, at least one
 * @throws SpotterError what `mllm.ask` throws, and bad-config for a profile that no picture fits into
 */
export async function select<C extends Offerable>(asked: {
  readonly mllm: Mllm;
  readonly picture: Picture;
  readonly expression: string;
  readonly candidates: readonly C[];
  readonly options?: SelectOptions<C>;
  readonly signal?: AbortSignal;
}): Promise<Selection<C>> {
  const { mllm, picture, expression, candidates, options = {}, signal } = asked;
  const offer = makeMultipleChoice(candidates, { sha256: picture.sha256, expression }, options);
  const written = formatMultipleChoice(offer, expression, picture, options.known);
  const letters = lettersOf(offer);
  const request = {
    images: await imagesOf(offer, picture, mllm),
    maxTokens: MAX_LETTER_TOKENS,
    choices: letters,
    logprobs: mllm.profile.logprobs,
    ...(signal ? { signal } : {}),
  };
  const first = await mllm.ask({ ...request, prompt: written.text });
  const choice = readLetter(first, offer);
  const done = (reply: typeof first, final: Choice<C>) => {
    const known = probabilities(offer, final, reply.first);
    return { choice: final, probabilities: known, presence: presenceOf(offer, known), offer };
  };
  // A filter that refused would refuse again.
  if (choice.kind !== 'unreadable' || first.finish === 'refused') {
    return { ...done(first, choice), cost: first.cost, repaired: false, prompts: written.prompts };
  }
  const repair = loadPrompt('repair/letter');
  const prompt = repair.fill({ question: written.text, answers: letters.join(', ') });
  const second = await mllm.ask({ ...request, prompt });
  return {
    ...done(second, readLetter(second, offer)),
    cost: sumCosts([first.cost, second.cost]),
    repaired: true,
    prompts: { ...written.prompts, ...hashes(repair) },
  };
}

/** The picture, marked where that is the style; for crops, each option's crop after it, in the order offered. */
async function imagesOf<C extends Offerable>(
  offer: MultipleChoice<C>,
  picture: Picture,
  { profile }: Mllm,
): Promise<MllmImage[]> {
  const marked = offer.style === 'marks' || offer.style === 'both';
  const marks = offer.options.map(({ letter, candidate }) => ({ letter, box: candidate.box }));
  const { image } = await imageFor(picture, profile, marked ? marks : []);
  if (offer.style !== 'crops') return [image];
  const crops: MllmImage[] = [];
  // One after the other: several at once would hold all their pixels.
  for (const { box } of marks) crops.push(await cropFor(picture, box, profile));
  return [image, ...crops];
}
