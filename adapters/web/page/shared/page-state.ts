import { computed, signal } from '@preact/signals';
import { api, asProblem, Problem, type Question } from './api.ts';
import { compact, type Link, readLink, type Way } from './link.ts';
import { exampleList, examplePicture, ownPicture, type Shown, sentPicture, withPicture } from './picture.ts';
import type { Answer } from './types.ts';

/** One question of a conversation, and what became of it. */
export interface Turn {
  readonly key: string;
  /** As it was typed. */
  readonly said: string;
  /** How it was asked to be answered. */
  readonly way: Way;
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
  readonly turns?: readonly { readonly said: string; readonly id: string; readonly way?: Way }[];
}

export const picture = signal<Shown | undefined>(undefined);
export const turns = signal<readonly Turn[]>([]);
/** The turn whose answer is seen in the picture. */
export const active = signal<string | undefined>(undefined);
export const way = signal<Way>({});
/** The ways of the columns side by side; kept while they are not seen. */
export const columnWays = signal<readonly Way[] | undefined>(undefined);
export const isCompared = signal(false);
/** The ways that are seen side by side; undefined while one question is asked after the other. */
export const columns = computed(() => (isCompared.value ? columnWays.value : undefined));
/** What is wrong with the page as a whole: a picture, a conversation. */
export const notice = signal<Problem | undefined>(undefined);
/** What is wrong with the link that the page was opened by. */
export const linkNotice = signal<Problem | undefined>(undefined);
export const isOpening = signal(false);

export const activeTurn = computed(
  () => turns.value.find(({ key }) => key === active.value) ?? turns.value.at(-1),
);
export const isAsking = computed(() => turns.value.some(({ state }) => state === 'asking'));
/** How many turns the server has forgotten; they have no follow-ups. */
const forgotten = signal(0);
/** The last answer, to which a follow-up refers. */
const lastAnswer = computed(
  () => turns.value.slice(forgotten.value).findLast(({ answer }) => answer)?.answer,
);
/** The last question that was answered, as it stands alone. */
export const question = signal('');
/** The question of all columns: the last one that was answered, until another one is put to the columns. */
export const compared = signal('');

/** Answers that were seen; an entry of the history only names them. */
const known = new Map<string, Answer>();
let counted = 0;
let cancel = new AbortController();

const newTurn = (said: string, asked: Way): Turn => ({
  ...{ key: String(++counted), said, way: asked, state: 'asking', steps: [], ahead: 0 },
});
const answeredTurn = (said: string, asked: Way, answer: Answer): Turn => {
  known.set(answer.id, answer);
  return { ...newTurn(said, asked), state: 'answered', answer };
};

function change(key: string, by: (turn: Turn) => Partial<Turn>): void {
  turns.value = turns.value.map((turn) => (turn.key === key ? { ...turn, ...by(turn) } : turn));
}

/** What the address says of the page as it is. */
export const link = computed<Link>(() => ({
  ...(picture.value?.example && { example: picture.value.example }),
  ...(columns.value ? { q: compared.value, columns: columns.value } : { q: question.value }),
  ...way.value,
}));

/** A link that asks the question of a turn again, in the same way; of a follow-up as it stands alone. */
export const linkOf = ({ said, way: asked, answer }: Turn): Link => ({
  ...(picture.value?.example && { example: picture.value.example }),
  ...{ q: answer?.expression ?? said, ...asked },
});

/** Takes a picture as the one to ask about, and forgets the conversation about another one. */
function take(shown: Shown): void {
  cancel.abort();
  if (picture.value) URL.revokeObjectURL(picture.value.url);
  picture.value = shown;
  turns.value = [];
  forgotten.value = 0;
  active.value = undefined;
  question.value = compared.value = '';
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

/** Opens what a person has chosen; what a link said is over then. */
function choosePicture(open: () => Promise<Shown>): Promise<boolean> {
  linkNotice.value = undefined;
  return opening(open);
}

export const openFile = (file: Blob, name = ''): Promise<boolean> =>
  choosePicture(() => ownPicture(file, name));
export const openExample = (file: string): Promise<boolean> => choosePicture(() => examplePicture(file));

export function closePicture(): void {
  cancel.abort();
  picture.value = undefined;
  turns.value = [];
  question.value = compared.value = '';
  isCompared.value = false;
  columnWays.value = undefined;
  notice.value = linkNotice.value = undefined;
}

/** Asks about the picture, going on with what was asked before. @returns whether an answer came */
export async function ask(said: string): Promise<boolean> {
  const shown = picture.value;
  const expression = said.trim();
  if (!shown || !expression || isAsking.value) return false;
  const asked = compact(way.value);
  const turn = newTurn(expression, asked);
  const after = lastAnswer.value?.id;
  turns.value = [...turns.value, turn];
  active.value = turn.key;
  cancel = new AbortController();
  const { signal: ended } = cancel;
  try {
    const answer = await withPicture(shown, (id) => {
      const put: Question = { expression, picture: id, ...asked, ...(after && { after }) };
      return api.find(put, {
        signal: ended,
        onPosition: (ahead) => change(turn.key, () => ({ ahead })),
        onStep: (name) => change(turn.key, ({ steps }) => ({ steps: [...steps, name], ahead: 0 })),
      });
    });
    if (ended.aborted) throw new Problem('cancelled', 'The question was cancelled.');
    known.set(answer.id, answer);
    change(turn.key, () => ({ state: 'answered', answer }));
    question.value = compared.value = answer.expression;
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
  const said = `Number ${number}`;
  const asked = turns.value.find((turn) => turn.answer === answer)?.way ?? {};
  try {
    const picked = answeredTurn(said, asked, await api.pick(answer.id, number));
    turns.value = [...turns.value, picked];
    active.value = picked.key;
    return true;
  } catch (thrown) {
    const failed = { ...newTurn(said, asked), state: 'failed' as const, problem: asProblem(thrown) };
    turns.value = [...turns.value, failed];
    return false;
  }
}

/** What the browser's history is to keep of the page as it is. */
export async function entryNow(): Promise<Entry> {
  const shown = picture.value;
  if (!shown) return {};
  const kept = turns.value.flatMap(({ said, way: asked, answer }) =>
    answer ? [{ said, id: answer.id, way: asked }] : [],
  );
  const own = shown.example ? {} : { picture: await shown.id().catch(() => ''), alt: shown.alt };
  return { ...own, turns: kept };
}

let restored = 0;

/** Makes the page what an address and an entry of the history say. */
export async function restore(hash: string, entry: Entry | null): Promise<void> {
  const mine = ++restored;
  const isStale = () => mine !== restored;
  const { link: wanted, ignored } = readLink(hash);
  notice.value = undefined;
  linkNotice.value = ignored.length > 0 ? notUnderstood(ignored) : undefined;
  way.value = compact(wanted);
  isCompared.value = wanted.columns !== undefined;
  if (wanted.columns) columnWays.value = wanted.columns;
  if (!(await showPicture(wanted, entry)) || isStale() || !picture.value) return;
  const kept = await answersOf(entry);
  if (isStale()) return;
  cancel.abort();
  turns.value = kept;
  forgotten.value = 0;
  active.value = kept.at(-1)?.key;
  const last = kept.at(-1)?.answer?.expression ?? '';
  question.value = wanted.columns ? last : (wanted.q ?? last);
  compared.value = wanted.q ?? last;
  // Columns ask for themselves.
  if (wanted.q && kept.length === 0 && !wanted.columns) await ask(wanted.q);
}

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
    await exampleList.load();
    return opening(() => examplePicture(example));
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
  const [kept, said] = [columns.value, linkNotice.value];
  closePicture();
  isCompared.value = kept !== undefined;
  columnWays.value = kept;
  linkNotice.value = said;
}

/** The answers that an entry names, as far as they are kept; says why where they cannot be had. */
async function answersOf(entry: Entry | null): Promise<Turn[]> {
  const found = await Promise.all(
    (entry?.turns ?? []).map(async ({ said, id, way: asked = {} }) => {
      const answer = known.get(id) ?? (await api.answer(id).catch(isMissing));
      return answer && answeredTurn(said, asked, answer);
    }),
  );
  return found.filter((turn) => turn !== undefined);
}

function isMissing(thrown: unknown): undefined {
  const problem = asProblem(thrown);
  if (problem.code !== 'not-found') notice.value = problem;
}
