import type { Box } from '../box.ts';
import { type ErrorCode, SpotterError } from '../errors.ts';
import type { FollowUp } from '../expression/follow-up/follow-up.ts';
import { checked } from '../expression/reader.ts';
import type { Picture } from '../picture/picture.ts';
import type { PictureRef, Place } from '../place.ts';
import { pick } from '../reasoning/decide.ts';
import type { Verdict } from '../verdict.ts';
import type { Answering, Conversing, Turn } from './context.ts';
import { type Button, buttonFor, type ChatQuestion, type Reply, type ReplyHandle } from './contract.ts';
import { excludeRegions, foundBefore, numbered, readAfter } from './going-on.ts';
import { altOf, formatAnswer, pictured, smallTalk, whichPicture } from './wording.ts';

export interface Answered {
  readonly reply: Reply;
  readonly verdict?: Verdict;
}

/** How many pictures can be chosen among; platforms have five buttons in a row. */
const MAX_PICTURES = 5;

/** What is at hand while a question or a press is answered. */
export interface Asking {
  /** Who asks, and where. */
  readonly place: Place;
  readonly handle: ReplyHandle;
  readonly deps: Answering;
  readonly signal: AbortSignal;
}

/** What is asked, after everything said before. */
interface Meaning {
  readonly expression: string;
  readonly pictures: readonly PictureRef[];
  /** Found before, and not what is meant now. */
  readonly except?: readonly Box[];
}

/** Answers a question. @throws SpotterError whatever is wrong with it */
export async function answerTo(
  question: ChatQuestion,
  handle: ReplyHandle,
  deps: Answering,
  signal: AbortSignal,
): Promise<Answered> {
  await deps.admit(question);
  if (question.withheld !== undefined) throw new SpotterError('not-allowed', question.withheld);
  const last = await lastOf(question, deps);
  const { text, pictures: own } = question;
  const said = own.length === 0 ? smallTalk(text, last) : undefined;
  if (said) return { reply: said };
  if (text.trim() === '' && own.length > 0) await remember('', own, question, deps);
  checked(text);
  // Where it cannot be shown for now, the answer will tell.
  await handle.progress('Looking …').catch(() => {});
  const meant = await meaningOf(question, last, deps, signal);
  const asking: Asking = { place: question, handle, deps, signal };
  if ('number' in meant) {
    const { turn, number } = meant;
    return turn.verdict ? choose(turn, number, asking) : choosePicture(turn, number, asking);
  }
  const { pictures, expression } = meant;
  if (pictures.length === 0) throw new SpotterError('no-picture');
  if (pictures.length > 1) return askWhichPicture(expression, pictures, question, deps);
  return look(meant, asking);
}

/** What it may go on with: the answer that it replies to, or else the last one of the conversation. */
async function lastOf(
  { platform, conversation, replyTo, within }: ChatQuestion,
  { turns }: Pick<Answering, 'turns'>,
) {
  const replied = replyTo === undefined ? undefined : await turns.last({ platform, conversation: replyTo });
  const own = replied ?? (await turns.last({ platform, conversation }));
  return own ?? (within === undefined ? undefined : turns.last({ platform, conversation: within }));
}

/** Whether something that was not said to us goes on with what the same person asked before. */
export async function goesOn(question: ChatQuestion, deps: Conversing): Promise<boolean> {
  if (question.pictures.length > 0) return false;
  const last = await lastOf(question, deps);
  if (last?.place.asker !== question.asker) return false;
  if (last.expression === '') return true;
  return (await followUpOf(question.text, last, deps)).kind !== 'new';
}

const followUpOf = (
  text: string,
  { expression, verdict, pictures }: Turn,
  { followUp }: Pick<Answering, 'followUp'>,
  signal?: AbortSignal,
): Promise<FollowUp> =>
  readAfter(
    text,
    verdict ? { expression, verdict } : { expression, shown: pictures.length },
    followUp,
    signal,
  );

async function meaningOf(
  { text, pictures, around = [] }: ChatQuestion,
  last: Turn | undefined,
  deps: Answering,
  signal: AbortSignal,
): Promise<Meaning | { readonly turn: Turn; readonly number: number }> {
  // A picture of its own is a question of its own.
  if (pictures.length > 0) return { expression: text, pictures };
  if (!last) return { expression: text, pictures: around };
  const said = await followUpOf(text, last, deps, signal);
  if (said.kind === 'pick') return { turn: last, number: said.number };
  return { expression: said.expression, pictures: last.pictures, except: foundBefore(said, last) };
}

/** What was asked so far: which picture, or what, is still to be said. */
async function remember(
  expression: string,
  pictures: readonly PictureRef[],
  place: Place,
  deps: Answering,
): Promise<Turn> {
  const turn: Turn = { id: deps.newId(), place: placeOf(place), expression, pictures };
  await deps.turns.add(turn);
  return turn;
}

async function askWhichPicture(
  expression: string,
  pictures: readonly PictureRef[],
  question: ChatQuestion,
  deps: Answering,
): Promise<Answered> {
  const some = pictures.slice(0, MAX_PICTURES);
  const turn = await remember(expression, some, question, deps);
  const named = some.map(({ name }, i) => `${i + 1}. ${name ?? 'a picture'}`);
  return {
    reply: {
      text: [whichPicture(pictures.length, some.length), ...named].join('\n'),
      buttons: some.map((_, i) => buttonFor('picture', turn.id, i + 1)),
    },
  };
}

/** Looks in one of the pictures that it was to be chosen among. @throws SpotterError bad-pick */
export async function choosePicture(
  { expression, pictures }: Turn,
  number: number,
  asking: Asking,
): Promise<Answered> {
  const picture = pictures[number - 1];
  if (!picture) throw new SpotterError('bad-pick', `There is no picture ${number}.`);
  return look({ expression, pictures: [picture] }, asking);
}

/** Does what takes time when it is the asker's turn; tells them how many are ahead. @throws SpotterError busy */
export function inTurn<T>({ place, handle, deps, signal }: Asking, work: () => Promise<T>): Promise<T> {
  const onPosition = tellPosition(handle);
  return deps.admission(
    async () => {
      signal.throwIfAborted();
      await deps.begin();
      return work();
    },
    { onPosition, asker: askerOf(place), signal },
  );
}

/** Tells how many are ahead, whenever that changes. */
function tellPosition(handle: ReplyHandle): (ahead: number) => void {
  let told = 0;
  return (ahead) => {
    if (ahead > 0 && ahead !== told) void handle.progress(`Waiting: ${ahead} ahead …`).catch(() => {});
    told = ahead;
  };
}

const askerOf = ({ platform, asker }: Place): string => `${platform}:${asker}`;

/** Looks for it in the one picture. */
async function look(
  { expression, pictures, except = [] }: Meaning,
  { place, handle, deps, signal }: Asking,
): Promise<Answered> {
  const [whole] = pictures as [PictureRef];
  const asker = askerOf(place);
  const ask = async (picture: PictureRef) => {
    const source = await deps.pictures.bytesOf(place.platform, picture, handle, signal);
    const onPosition = tellPosition(handle);
    const { question } = deps;
    const asked = { source, expression, asker, question, signal, onPosition };
    return { picture, answer: await deps.spotter.ask(asked) };
  };
  const { picture: seen, answer } = await inTurn({ place, handle, deps, signal }, () =>
    ask(whole).catch((thrown: unknown) => {
      const { smaller } = whole;
      if (!smaller || !(thrown instanceof SpotterError) || !UNREADABLE.includes(thrown.code)) throw thrown;
      return ask(smaller);
    }),
  );
  const verdict = excludeRegions(answer.verdict, except);
  const turn: Turn = {
    ...{ id: deps.newId(), place: placeOf(place), expression, pictures: [seen], verdict },
    sha256: answer.picture.sha256,
  };
  await deps.turns.add(turn);
  const reply = await replyOf(turn, verdict, answer.picture, handle, deps);
  return { verdict, reply: seen === whole ? reply : { ...reply, text: `${reply.text}\n${SMALLER}` } };
}

/** Why a picture is looked at in the smaller copy that the platform has made of it. */
const UNREADABLE: readonly ErrorCode[] = [
  'unsupported-picture',
  'broken-picture',
  'too-many-bytes',
  'too-many-pixels',
  'too-costly',
];
const SMALLER = 'I cannot read the picture itself, and looked at a smaller copy of it.';

/** Makes an undecided answer found by the candidate that a person chose. @throws SpotterError bad-pick */
export async function choose(last: Turn, number: number, asking: Asking): Promise<Answered> {
  const { place, handle, deps } = asking;
  if (!last.verdict) throw new SpotterError('bad-pick');
  const verdict = pick(last.verdict, number);
  const turn: Turn = { ...last, id: deps.newId(), place: placeOf(place), verdict };
  return inTurn(asking, async () => {
    const picture = await pictureOf(last, asking);
    await deps.turns.add(turn);
    return { verdict, reply: await replyOf(turn, verdict, picture, handle, deps) };
  });
}

/** The picture of a turn, decoded. */
export async function pictureOf(
  { place, pictures }: Turn,
  { handle, deps, signal }: Omit<Asking, 'place'>,
): Promise<Picture> {
  const bytes = await deps.pictures.bytesOf(place.platform, pictures[0]!, handle, signal);
  return deps.spotter.read(bytes, signal);
}

async function replyOf(
  { id, pictures }: Turn,
  verdict: Verdict,
  picture: Picture,
  { maxBytes }: ReplyHandle,
  { spotter }: Answering,
): Promise<Reply> {
  const bytes = await spotter.draw({ picture, verdict });
  return {
    ...pictured(
      formatAnswer(verdict),
      { bytes, name: 'spotter.jpg', alt: altOf(verdict), ...coverOf(pictures) },
      maxBytes,
    ),
    buttons: buttonsOf(id, verdict),
  };
}

/** What is drawn of a covered picture is covered, too. */
export const coverOf = ([picture]: readonly PictureRef[]): { readonly spoiler?: true } =>
  picture?.spoiler ? { spoiler: true } : {};

const buttonsOf = (turn: string, verdict: Verdict): Button[] => [
  ...Array.from({ length: numbered(verdict) }, (_, i) => buttonFor('pick', turn, i + 1)),
  ...(verdict.considered.length > 0 ? [buttonFor('all', turn)] : []),
  ...(['why', 'right', 'wrong'] as const).map((kind) => buttonFor(kind, turn)),
];

const placeOf = ({ platform, conversation, asker, branch }: Place): Turn['place'] => ({
  platform,
  conversation,
  asker,
  ...(branch !== undefined && { branch }),
});
