import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { api, asProblem, type Problem } from '../shared/api.ts';
import { mayCallModel, strategies, whyNot } from '../shared/choices.ts';
import { compact, MAX_COLUMNS, MIN_COLUMNS, type Way } from '../shared/link.ts';
import { columnWays, compared, isCompared, picture, way } from '../shared/page-state.ts';
import { type Shown, withPicture } from '../shared/picture.ts';
import type { Answer } from '../shared/types.ts';
import { type Proposed, proposedOf } from './narrow.ts';

/** A column: a way, and what came of it. */
export interface Column {
  readonly key: string;
  readonly way: Signal<Way>;
  readonly answer: ReadonlySignal<Answer | undefined>;
  /** What the detector proposes for the question before it is narrowed down. */
  readonly proposed: ReadonlySignal<readonly Proposed[]>;
  readonly problem: ReadonlySignal<Problem | undefined>;
  /** Why it is not known what the detector proposes. */
  readonly regionsProblem: ReadonlySignal<Problem | undefined>;
  readonly isAsking: ReadonlySignal<boolean>;
  /** The answer is to another question or way than the one that is set. */
  readonly isStale: ReadonlySignal<boolean>;
  /** Asks with what is set now. */
  ask(): Promise<void>;
  /** Asks again what the detector proposes, where that failed. */
  propose(): Promise<void>;
  /** Ends whatever is under way, and follows nothing any more. */
  close(): void;
}

/** While a slider is dragged it is asked when it has rested for this long, in milliseconds. */
const REST_MS = 120;
let made = 0;

/** A column that asks by itself, after each change, where that calls no language model. */
export function createColumn(start: Way): Column {
  const chosen = signal(start);
  const answer = signal<Answer | undefined>(undefined);
  const proposed = signal<readonly Proposed[]>([]);
  const problem = signal<Problem | undefined>(undefined);
  const regionsProblem = signal<Problem | undefined>(undefined);
  const isAsking = signal(false);
  const isStale = signal(true);
  let under = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shownFor = '';

  async function ask(): Promise<void> {
    const [shown, expression, one] = [picture.value, compared.value, chosen.value];
    if (!shown || !expression || whyNot(one)) return;
    under.abort();
    under = new AbortController();
    const { signal: ended } = under;
    isAsking.value = true;
    problem.value = undefined;
    try {
      const found = await withPicture(shown, (id) =>
        api.find({ ...one, expression, picture: id }, { signal: ended }),
      );
      if (ended.aborted) return;
      answer.value = found;
      isStale.value = false;
    } catch (thrown) {
      if (ended.aborted) return;
      answer.value = undefined;
      problem.value = asProblem(thrown);
    }
    if (!ended.aborted) isAsking.value = false;
  }

  /** What is proposed depends on the detector and the question only. */
  async function propose(): Promise<void> {
    const [shown, expression, { detector }] = [picture.peek(), compared.peek(), chosen.peek()];
    const key = JSON.stringify([shown?.key, expression, detector]);
    if (!shown || !expression || key === shownFor) return;
    shownFor = key;
    regionsProblem.value = undefined;
    try {
      const regions = await proposals(key, shown, expression, detector);
      if (shownFor === key) proposed.value = regions;
    } catch (thrown) {
      if (shownFor !== key) return;
      // So that the next change, or the button, tries again.
      shownFor = '';
      proposed.value = [];
      regionsProblem.value = asProblem(thrown);
    }
  }

  const stop = effect(() => {
    const [shown, expression, one] = [picture.value, compared.value, chosen.value];
    const canAsk = strategies.value !== undefined;
    isStale.value = true;
    clearTimeout(timer);
    if (!shown || !expression || !canAsk) return;
    void propose();
    if (mayCallModel(one) || whyNot(one)) {
      under.abort();
      isAsking.value = false;
      return;
    }
    timer = setTimeout(ask, answer.peek() ? REST_MS : 0);
  });

  return {
    ...{ key: String(++made), way: chosen, answer, proposed, problem, regionsProblem, isAsking, isStale },
    ...{ ask, propose },
    close() {
      stop();
      clearTimeout(timer);
      under.abort();
    },
  };
}

const MAX_PROPOSALS = 50;
const known = new Map<string, Promise<Proposed[]>>();

/** Without narrowing, and without a language model: the same for all columns with one detector. */
function proposals(
  key: string,
  shown: Shown,
  expression: string,
  detector: string | undefined,
): Promise<Proposed[]> {
  const before = known.get(key);
  if (before) return before;
  const strategy = mayCallModel({ strategy: 'auto' }) ? 'specialist' : 'auto';
  const asked = withPicture(shown, (id) =>
    api.find({ expression, picture: id, strategy, ...(detector && { detector }) }),
  ).then(proposedOf);
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  const [oldest] = known.keys();
  if (known.size > MAX_PROPOSALS && oldest !== undefined) known.delete(oldest);
  return asked;
}

/** Shows the columns as they were last, or two that differ. */
export function startColumns(): void {
  columnWays.value ??= [compact(way.value), { strategy: 'specialist' }];
  isCompared.value = true;
}

export function addColumn(): void {
  const now = columnWays.value ?? [];
  const last = now.at(-1);
  if (last && now.length < MAX_COLUMNS) columnWays.value = [...now, last];
}

export function removeColumn(index: number): void {
  const now = columnWays.value ?? [];
  if (now.length > MIN_COLUMNS) columnWays.value = now.filter((_, i) => i !== index);
}
