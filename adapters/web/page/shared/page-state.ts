import { computed, signal } from '@preact/signals';
import { api, asProblem, Problem, type Question } from './api.ts';
import { type Link, readLink, type Way } from './link.ts';
import { examplePicture, examples, ownPicture, type Shown, sentPicture, withPicture } from './picture.ts';
import type { Answer } from './types.ts';

/** One question of a conversation, and what became of it. */
export interface Turn {
  readonly key: string;
  /** As it was typed. */
  readonly said: string;
  readonly state: 'asking' | 'answered' | 'failed';
  /** Names of the steps that have begun. */
  readonly steps: readonly string[];
  /** How many questions are ahead of it. */
  readonly ahead: number;
  readonly answer?: Answer;
  readonly problem?: Problem;
}

/** What an entry of the browser's history keeps besides the address; it outlives a reload. */
interface Entry {
  /** The id of a picture that is no example. */
  readonly picture?: string;
  readonly alt?: string;
  readonly turns?: readonly { readonly said: string; readonly id: string }[];
}

export const picture = signal<Shown | undefined>(undefined);
export const turns = signal<readonly Turn[]>([]);
/** The turn whose answer is seen in the picture. */
export const active = signal<string | undefined>(undefined);
export const way = signal<Way>({});
export const columns = signal<readonly Way[] | undefined>(undefined);
/** What is wrong with the page as a whole: a link, a picture. */
export const notice = signal<Problem | undefined>(undefined);
export const isOpening = signal(false);

export const activeTurn = computed(
  () => turns.value.find(({ key }) => key === active.value) ?? turns.value.at(-1),
);
export const isAsking = computed(() => turns.value.some(({ state }) => state === 'asking'));
/** How many turns the server has forgotten; nothing goes on with them. */
const forgotten = signal(0);
/** The last answer, which a follow-up goes on with. */
const lastAnswer = computed(
  () => turns.value.slice(forgotten.value).findLast(({ answer }) => answer)?.answer,
);
/** The question that is answered, as it stands alone. */
export const question = signal('');

/** Answers that were seen; an entry of the history only names them. */
const known = new Map<string, Answer>();
let counted = 0;
let cancel = new AbortController();

const newTurn = (said: string): Turn => ({
  ...{ key: String(++counted), said, state: 'asking', steps: [], ahead: 0 },
});
const answeredTurn = (said: string, answer: Answer): Turn => {
  known.set(answer.id, answer);
  return { ...newTurn(said), state: 'answered', answer };
};

function change(key: string, by: (turn: Turn) => Partial<Turn>): void {
  turns.value = turns.value.map((turn) => (turn.key === key ? { ...turn, ...by(turn) } : turn));
}

/** What the address says of the page as it is. */
export const link = computed<Link>(() => ({
  ...(picture.value?.example && { example: picture.value.example }),
  ...(question.value && { q: question.value }),
  ...way.value,
  ...(columns.value && { columns: columns.value }),
}));

/** Takes a picture as the one to ask about, and forgets the conversation about another one. */
function take(shown: Shown): void {
  cancel.abort();
  if (picture.value) URL.revokeObjectURL(picture.value.url);
  picture.value = shown;
  turns.value = [];
  forgotten.value = 0;
  active.value = undefined;
  question.value = '';
}

async function opening(open: () => Promise<Shown>): Promise<boolean> {
  isOpening.value = true;
  notice.value = undefined;
  try {
    take(await open());
    return true;
  } catch (thrown) {
    notice.value = asProblem(thrown);
    return false;
  } finally {
    isOpening.value = false;
  }
}

export const openFile = (file: Blob, name = ''): Promise<boolean> => opening(() => ownPicture(file, name));
export const openExample = (file: string): Promise<boolean> => opening(() => examplePicture(file));

export function closePicture(): void {
  cancel.abort();
  picture.value = undefined;
  turns.value = [];
  question.value = '';
  columns.value = undefined;
  notice.value = undefined;
}

/** Asks about the picture, going on with what was asked before. @returns whether an answer came */
export async function ask(said: string): Promise<boolean> {
  const shown = picture.value;
  const expression = said.trim();
  if (!shown || !expression || isAsking.value) return false;
  const turn = newTurn(expression);
  const after = lastAnswer.value?.id;
  turns.value = [...turns.value, turn];
  active.value = turn.key;
  cancel = new AbortController();
  const { signal: ended } = cancel;
  try {
    const answer = await withPicture(shown, (id) => {
      const asked: Question = { expression, picture: id, ...way.value, ...(after && { after }) };
      return api.find(asked, {
        signal: ended,
        onPosition: (ahead) => change(turn.key, () => ({ ahead })),
        onStep: (name) => change(turn.key, ({ steps }) => ({ steps: [...steps, name], ahead: 0 })),
      });
    });
    if (ended.aborted) throw new Problem('cancelled', 'The question was cancelled.');
    known.set(answer.id, answer);
    change(turn.key, () => ({ state: 'answered', answer }));
    question.value = answer.expression;
    return true;
  } catch (thrown) {
    const problem = asProblem(thrown);
    change(turn.key, () => ({ state: 'failed', problem }));
    if (problem.code === 'not-found') forgotten.value = turns.value.length;
    return false;
  }
}

export const stopAsking = (): void => cancel.abort();

/** Chooses a numbered candidate of an undecided answer. @returns whether it was */
export async function choose(answer: Answer, number: number): Promise<boolean> {
  try {
    const picked = answeredTurn(`Number ${number}`, await api.pick(answer.id, number));
    turns.value = [...turns.value, picked];
    active.value = picked.key;
    return true;
  } catch (thrown) {
    const failed = { ...newTurn(`Number ${number}`), state: 'failed' as const, problem: asProblem(thrown) };
    turns.value = [...turns.value, failed];
    return false;
  }
}

/** What the browser's history is to keep of the page as it is. */
export async function entryNow(): Promise<Entry> {
  const shown = picture.value;
  if (!shown) return {};
  const kept = turns.value.flatMap(({ said, answer }) => (answer ? [{ said, id: answer.id }] : []));
  const own = shown.example ? {} : { picture: await shown.id().catch(() => ''), alt: shown.alt };
  return { ...own, turns: kept };
}

let restored = 0;

/** Makes the page what an address and an entry of the history say. */
export async function restore(hash: string, entry: Entry | null): Promise<void> {
  const mine = ++restored;
  const isStale = () => mine !== restored;
  const { link: wanted, ignored } = readLink(hash);
  notice.value = ignored.length > 0 ? notUnderstood(ignored) : undefined;
  const before = notice.value;
  way.value = wayOf(wanted);
  columns.value = wanted.columns;
  if (!(await showPicture(wanted, entry)) || isStale()) return;
  notice.value ??= before;
  if (!picture.value) return;
  const kept = await answersOf(entry);
  if (isStale()) return;
  cancel.abort();
  turns.value = kept;
  forgotten.value = 0;
  active.value = kept.at(-1)?.key;
  question.value = wanted.q ?? kept.at(-1)?.answer?.expression ?? '';
  // Columns ask for themselves.
  if (wanted.q && kept.length === 0 && !wanted.columns) await ask(wanted.q);
}

const wayOf = ({ strategy, detector, settings }: Way): Way => ({
  ...(strategy && { strategy }),
  ...(detector && { detector }),
  ...(settings && { settings }),
});

const notUnderstood = (parts: readonly string[]): Problem =>
  new Problem(
    'bad-link',
    `The link has parts that are not understood: ${parts.join(', ')}.`,
    'They are left out.',
  );

/** @returns whether the picture is shown that is wanted, or none is */
async function showPicture({ example }: Link, entry: Entry | null): Promise<boolean> {
  if (example) {
    if (picture.value?.example === example) return true;
    if (examples.value.length === 0) examples.value = await api.examples().catch(() => []);
    return openExample(example);
  }
  const id = entry?.picture;
  if (!id) {
    closeOnly();
    return true;
  }
  const isHere = picture.value && !picture.value.example && (await picture.value.id().catch(() => '')) === id;
  return isHere || opening(() => sentPicture(id, entry.alt ?? 'Your picture'));
}

function closeOnly(): void {
  const [kept, said] = [columns.value, notice.value];
  closePicture();
  columns.value = kept;
  notice.value = said;
}

/** The answers that an entry names, as far as they are kept. */
async function answersOf(entry: Entry | null): Promise<Turn[]> {
  const found = await Promise.all(
    (entry?.turns ?? []).map(async ({ said, id }) => {
      const answer = known.get(id) ?? (await api.answer(id).catch(() => undefined));
      return answer && answeredTurn(said, answer);
    }),
  );
  return found.filter((turn) => turn !== undefined);
}
