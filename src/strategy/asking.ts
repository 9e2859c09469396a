import { SpotterError } from '../errors.ts';
import { sayCost } from '../mllm/cost.ts';
import type { Cost, Mllm } from '../mllm/mllm.ts';
import type { Tracer } from '../trace.ts';
import { within } from '../within.ts';
import type { Choice } from './answer.ts';
import { askForBox, type BoxAnswer } from './ask-for-box.ts';
import { BUDGET_MS, meter } from './meter.ts';
import type { Offerable } from './offer.ts';
import type { Known } from './offer-text.ts';
import { type Selection, select } from './select.ts';
import type { Asked, MllmUse, StrategyDeps } from './strategy.ts';

/** Failures of an MLLM that leave the question answerable without it. */
const DOWN: ReadonlySet<string> = new Set(['mllm-down', 'mllm-refused', 'busy', 'timed-out']);

/** What came of asking an MLLM: an answer, or why there is none; and what either took. */
export type Heard<T> = ({ readonly answer: T } | { readonly down: SpotterError }) & { readonly cost: Cost };

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
export function askWhich<C extends Offerable>(
  { picture, expression, options }: Asked,
  candidates: readonly C[],
  use: MllmUse,
  tracer: Tracer,
  known?: Known<C>,
): Promise<Heard<Selection<C>>> {
  const { k, style, seed } = use;
  const offered = { ...(k && { k }), ...(style && { style }), ...(seed !== undefined && { seed }) };
  return hear(
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
    saySelection,
  );
}

/** Asks where something is; traced. @throws as `askWhich` */
export function askWhere(
  { picture, expression, options }: Asked,
  use: MllmUse,
  tracer: Tracer,
  focus?: string,
): Promise<Heard<BoxAnswer>> {
  return hear(
    (mllm, signal) =>
      askForBox({ mllm, picture, expression, options: focus === undefined ? {} : { focus }, signal }),
    use,
    options.signal,
    tracer,
    sayBox,
  );
}

/** The client gives up first, and says what it tried; this is for the rest of the work. */
const GRACE_MS = 25;

async function hear<T>(
  ask: (mllm: Mllm, signal: AbortSignal) => Promise<T>,
  { mllm, budgetMs = BUDGET_MS }: MllmUse,
  signal: AbortSignal | undefined,
  tracer: Tracer,
  say: (answer: T) => string,
): Promise<Heard<T>> {
  const late = () =>
    new SpotterError(
      'timed-out',
      `The language model ${mllm.id} had ${Number((budgetMs / 1000).toPrecision(2))} s, which was not enough.`,
      'Try again later, or allow it more time.',
    );
  const { metered, cost } = meter(mllm, budgetMs);
  const attempt = async (): Promise<Heard<T>> => {
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
      ? `${mllm.id}: ${[heard.down.message, heard.down.hint, sayCost(heard.cost)].filter(Boolean).join(' ')}`
      : `${mllm.id}: ${say(heard.answer)}`,
  );
}

function saySelection({
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
    sayChoice(choice, offer.options.length),
    ...(likely.length > 0 ? [likely.join(' ')] : []),
    `order ${offer.seed}`,
    ...(repaired ? ['asked twice'] : []),
    sayCost(cost),
    `prompts ${sayHashes(prompts)}`,
  ].join('; ');
}

function sayChoice(choice: Choice<Offerable>, offered: number): string {
  if (choice.kind === 'option') return `chose ${choice.letter} of ${offered}`;
  return choice.kind === 'none' ? `none of ${offered}` : `could not be understood (${choice.why})`;
}

const sayBox = ({ reply, repaired, cost, prompts }: BoxAnswer): string =>
  [
    reply.kind === 'box' ? `box ${reply.box.map(Math.round).join(', ')}` : reply.kind,
    ...(reply.kind === 'unreadable' ? [reply.why] : []),
    ...(repaired ? ['asked twice'] : []),
    sayCost(cost),
    `prompts ${sayHashes(prompts)}`,
  ].join('; ');

const sayHashes = (prompts: Readonly<Record<string, string>>): string =>
  Object.entries(prompts)
    .map(([name, sha256]) => `${name} ${sha256.slice(0, 8)}`)
    .join(', ');
