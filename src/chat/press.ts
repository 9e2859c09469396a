import { SpotterError } from '../errors.ts';
import { type Answered, type Asking, choose, choosePicture, coverOf, inTurn, pictureOf } from './answer.ts';
import type { Answering, Turn } from './context.ts';
import { type ButtonKind, type ChatPress, type Pressed, type ReplyHandle, readButton } from './contract.ts';
import { formatWhy, GONE, NOTED, pictured } from './wording.ts';

interface Given extends Asking {
  readonly turn: Turn;
  readonly pressed: Pressed;
}

/** What each button does. */
const ACTIONS: Readonly<Record<ButtonKind, (given: Given) => Promise<Answered>>> = {
  pick: ({ turn, pressed: { number = 0 }, ...asking }) => choose(turn, number, asking),
  picture: ({ turn, pressed: { number = 0 }, ...asking }) => choosePicture(turn, number, asking),
  async all({ turn, ...asking }) {
    const { handle, deps } = asking;
    const verdict = answered(turn);
    const bytes = await inTurn(asking, async () => {
      const picture = await pictureOf(turn, asking);
      return deps.spotter.draw({ picture, verdict }, { candidates: true });
    });
    const named = verdict.considered.map(({ label }, i) => `${i + 1}. ${label}`);
    const text = `Everything that was considered: ${named.join(', ')}`;
    return {
      reply: {
        ...pictured(
          text,
          { bytes, name: 'candidates.jpg', alt: text, ...coverOf(turn.pictures) },
          handle.maxBytes,
        ),
        onlyAsker: true,
      },
    };
  },
  why: async ({ turn }) => ({ reply: { text: formatWhy(answered(turn)), onlyAsker: true } }),
  right: (given) => judge(given, 'right'),
  wrong: (given) => judge(given, 'wrong'),
};

/** Answers a press. @throws SpotterError whatever is wrong with it */
export async function pressed(
  event: ChatPress,
  handle: ReplyHandle,
  deps: Answering,
  signal: AbortSignal,
): Promise<Answered> {
  const read = readButton(event.button);
  await deps.admit(event);
  const turn = read && (await deps.turns.get(read.turn));
  if (!read || turn?.place.platform !== event.platform) return { reply: { text: GONE, onlyAsker: true } };
  return ACTIONS[read.kind]({ turn, pressed: read, place: event, handle, deps, signal });
}

async function judge({ turn, ...asking }: Given, said: 'right' | 'wrong'): Promise<Answered> {
  const { place, handle, deps, signal } = asking;
  const { expression, sha256 = '', pictures } = turn;
  const picture = pictures[0]!;
  const judged = {
    right: said === 'right',
    place,
    expression,
    sha256,
    picture,
    verdict: answered(turn),
  };
  const bytes = () => deps.pictures.bytesOf(place.platform, picture, handle, signal);
  await inTurn(asking, () => deps.feedback.add(judged, bytes));
  return { reply: { text: NOTED[said], onlyAsker: true } };
}

function answered({ verdict }: Turn) {
  if (verdict) return verdict;
  throw new SpotterError('bad-pick', 'Choose a picture first.');
}
