import { SpotterError } from '../errors.ts';
import { within } from '../mllm/client-within.ts';
import { sayCost } from '../mllm/cost.ts';
import type { Tracer } from '../trace.ts';
import type { Choice } from './answer.ts';
import { askForBox, type BoxAnswer } from './ask-for-box.ts';
import type { Offerable } from './offer.ts';
import type { Known } from './offer-text.ts';
import { type Selection, select } from './select.ts';
import type { Asked, MllmUse, StrategyDeps } from './strategy.ts';

const BUDGET_MS = 30_000;

/** Failures of an MLLM that leave the question answerable without it. */
const DOWN: ReadonlySet<string> = new Set(['mllm-down', 'mllm-refused', 'busy', 'timed-out']);

/** What came of asking an MLLM: an answer, or why there is none. */
export type Heard<T> = { readonly answer: T } | { readonly down: SpotterError };

/** @throws SpotterError bad-config: a strategy that cannot do without */
export function needMllm({ mllm }: StrategyDeps, strategy: string): MllmUse {
  if (mllm) return mllm;
  throw new SpotterError(
    'bad-config',
    `The strategy "${strategy}" asks a language model, and none is configured.`,
    'Set SPOTTER_MLLM_MODEL, and OPENAI_BASE_URL or OPENAI_API_KEY; see docs/mllm.md.',
  );
}

/** What is left of a budget that begins to run now: for a question that asks more than once. */
export function spending(use: MllmUse): () => MllmUse {
  const { budgetMs = BUDGET_MS } = use;
  const start = performance.now();
  return () => ({ ...use, budgetMs: Math.max(0, budgetMs - (performance.now() - start)) });
}

/** Asks which of the candidates is meant; traced. @throws SpotterError cancelled, timed-out: of the question itself */
export function askWhich<C extends Offerable>(
  { picture, expression, options }: Asked,
  candidates: readonly C[],
  use: MllmUse,
  tracer: Tracer,
  known?: Known<C>,
): Promise<Heard<Selection<C>>> {
  const { mllm, k, style, seed } = use;
  const offered = { ...(k && { k }), ...(style && { style }), ...(seed !== undefined && { seed }) };
  return hear(
    (signal) =>
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
  { picture, expression, query, options }: Asked,
  use: MllmUse,
  tracer: Tracer,
): Promise<Heard<BoxAnswer>> {
  const { mllm, focus } = use;
  return hear(
    (signal) =>
      askForBox({ mllm, picture, expression, options: focus ? { focus: query.phrase } : {}, signal }),
    use,
    options.signal,
    tracer,
    sayBox,
  );
}

async function hear<T>(
  ask: (signal: AbortSignal) => Promise<T>,
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
  const attempt = async (): Promise<Heard<T>> => {
    try {
      return { answer: await within(budgetMs, signal, ask, late) };
    } catch (thrown) {
      if (!signal?.aborted && thrown instanceof SpotterError && DOWN.has(thrown.code))
        return { down: thrown };
      throw thrown;
    }
  };
  return tracer.step('mllm', attempt, (heard) =>
    'down' in heard
      ? `${mllm.id}: ${heard.down.message} ${heard.down.hint}`.trim()
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
