import type { ErrorCode, SpotterError } from '../errors.ts';
import { percent } from '../text.ts';
import { isForChoosing, type Verdict } from '../verdict.ts';
import type { Turn } from './context.ts';
import type { Reply, ReplyHandle } from './contract.ts';

/** How a platform shows things in one place. Each rejects with what the core is to hear of it. */
export interface ProgressReplyOptions {
  readonly show: (words: string) => Promise<void>;
  readonly say: (reply: Reply) => Promise<void>;
  /** Takes away what was shown. */
  readonly remove: () => Promise<void>;
  /** Progress is shown no more often than that, in milliseconds. */
  readonly everyMs: number;
  /** How long the platform itself shows that we are at it: progress begins after so many milliseconds; at once unless told. */
  readonly afterMs?: number;
}

export interface ProgressReply extends Pick<ReplyHandle, 'progress' | 'answer'> {
  /** Says nothing any more. */
  retire(): void;
  /** Says nothing any more, and takes back what it said unless that is the answer. */
  takeBack(): Promise<void>;
}

/** Progress that is not too frequent, and then the answer: in order, and nothing after it. */
export function createProgressReply({
  show,
  say,
  remove,
  everyMs,
  afterMs = 0,
}: ProgressReplyOptions): ProgressReply {
  let nextAt = Date.now() + afterMs;
  let words = '';
  let timer: NodeJS.Timeout | undefined;
  let state: 'working' | 'answered' | 'retired' = 'working';

  async function tell(): Promise<void> {
    timer = undefined;
    nextAt = Date.now() + everyMs;
    if (state === 'working') await show(words);
  }

  function retire(): void {
    clearTimeout(timer);
    state = 'retired';
  }

  return {
    async progress(now) {
      words = now;
      if (timer || state !== 'working') return;
      const wait = nextAt - Date.now();
      if (wait <= 0) return tell();
      // Nobody waits for it, and where it cannot be shown the answer will tell.
      timer = setTimeout(() => void tell().catch(() => {}), wait);
      timer.unref();
    },
    async answer(reply) {
      clearTimeout(timer);
      if (state === 'retired') return;
      state = 'answered';
      await say(reply);
    },
    retire,
    async takeBack() {
      const answered = state === 'answered';
      retire();
      if (!answered) await remove();
    },
  };
}

/** What to do next, said in a chat; the hints of errors are for a terminal. */
const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  'no-picture': 'Attach one, or reply to a message that has one.',
  'empty-expression': 'Say what to look for, for example "the dog on the left".',
  'overlong-expression': 'Say it shorter: one thing, and what tells it from the others.',
  'not-a-picture': 'I read JPEG, PNG, WebP, GIF, AVIF, HEIC and TIFF.',
  'unsupported-picture': 'I read JPEG, PNG, WebP, GIF, AVIF, HEIC and TIFF.',
  'broken-picture': 'Try to save it anew.',
  'too-many-bytes': 'Send a smaller one.',
  'too-many-pixels': 'Send a smaller one.',
  'too-costly': 'Try another picture, or other words.',
  'detector-down': 'I have been told; try again in a minute.',
  'no-worker': 'I have been told; try again in a minute.',
  'queue-down': 'I have been told; try again in a minute.',
  'timed-out': 'Try again in a minute.',
  'link-expired': 'Send the picture again.',
  'link-failed': 'Send the picture itself, or try again in a minute.',
  'bad-link': 'Send the picture itself.',
  'forbidden-address': 'Send the picture itself.',
  'memory-down': 'Try again in a minute.',
  busy: 'Try again in a minute.',
  'mllm-down': 'Try again in a minute.',
  internal: 'It has been noted. Try again, or ask another way.',
};

/** What errors say of themselves is for whoever runs the bot where it tells how that is set up. */
const SENTENCES: Readonly<Partial<Record<ErrorCode, string>>> = {
  'mllm-down': 'The language model does not answer.',
};

/** A failure in two sentences: what is wrong, and what to do. Never more than the error says of itself. */
export const formatError = ({ code, message }: Pick<SpotterError, 'code' | 'message'>): string =>
  [SENTENCES[code] ?? message, HINTS[code]].filter(Boolean).join(' ');

/** The answer in a few lines. */
export function formatAnswer(verdict: Verdict): string {
  const { outcome, sentence, presence, candidates, question } = verdict;
  // The answer to a question says itself how sure it is.
  const told = question === undefined ? `${sentence} (presence ${percent(presence)})` : sentence;
  if (outcome !== 'undecided' || !isForChoosing(verdict)) return told;
  const numbered = candidates.map(({ label, score }, i) => `${i + 1}. ${label}, fits ${percent(score)}`);
  const choose = numbered.length > 0 ? ['Which one? Choose its number.'] : [];
  return [told, ...numbered, ...choose].join('\n');
}

/** How it came about: the steps, and what was judged of each candidate. */
export const formatWhy = ({ trace, considered }: Verdict): string =>
  [
    ...trace.map(({ name, ms, said }) => `${name}, ${ms.toFixed(0)} ms: ${said}`),
    ...considered.flatMap(({ label, score, judgements }, i) => [
      `${i + 1}. ${label}, fits ${percent(score)}`,
      ...judgements.map(
        ({ kind, words, score: of, reason }) =>
          `    ${kind} "${words}": ${of === undefined ? 'cannot tell' : percent(of)}, ${reason}`,
      ),
    ]),
  ].join('\n');

/** What is in the picture, for those who cannot see it. */
export function altOf({ outcome, sentence, candidates }: Verdict): string {
  const marked = candidates.map(({ label }, i) => `${i + 1}. ${label}`).join(', ');
  if (outcome === 'not-present' || marked === '') return sentence;
  return `${sentence} Marked: ${marked}.`;
}

const WELCOME = { text: 'You are welcome.' } as const;
const HELLO = {
  text: 'Show me a picture and say what to look for, for example "the dog on the left", or ask "how many dogs are there?"',
} as const;
export const RESTARTING = 'I am being restarted. Ask again in a minute, please.';
export const INTERRUPTED = 'I was interrupted by a restart, and could not finish. Ask again, please.';
export const GONE = 'I no longer remember that answer. Ask again, please.';
export const NOTED = { right: 'Thank you, noted as right.', wrong: 'Thank you, noted as wrong.' } as const;

export const whichPicture = (all: number, offered: number): string =>
  all > offered
    ? `There are ${all} pictures, of which these are the first ${offered}. Which one do you mean?`
    : 'There are several pictures. Which one do you mean?';

/** Words with a picture, or without it where it may not be that large. */
export const pictured = (
  text: string,
  picture: NonNullable<Reply['picture']>,
  maxBytes: number,
): Pick<Reply, 'text' | 'picture'> =>
  picture.bytes.length <= maxBytes ? { text, picture } : { text: `${text}\n${TOO_LARGE}` };

const TOO_LARGE = 'The picture is too large to be posted here.';
export const NO_UPLOAD = 'I cannot upload pictures here, so this is in words only.';

/** What is said to us that is no expression, as a whole, and what is said to it. */
const SMALL_TALK: readonly (readonly [said: RegExp, reply: (last: Turn | undefined) => Reply | undefined])[] =
  [
    [
      /^(?:many )?(?:thanks|thank you|thank u|thx|ty|cheers)(?: (?:a lot|so much|very much|spotter))?$/,
      () => WELCOME,
    ],
    [/^(?:hi|hello|hey|help|help me)(?: there| spotter)?$/, () => HELLO],
    [
      /^(?:but )?why(?: (?:not|so|that|this(?: one)?|that one))?$/,
      (last) => last?.verdict && why(last.verdict),
    ],
  ];

const why = (verdict: NonNullable<Turn['verdict']>): Reply => ({ text: formatWhy(verdict), onlyAsker: true });

/** Longer than any of them. */
const MAX_LENGTH = 60;

/** The reply to what is no question about a picture, such as "thanks"; none to anything else. */
export function smallTalk(text: string, last: Turn | undefined): Reply | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const said = text
    .toLowerCase()
    .replace(/[\s,]+/g, ' ')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return SMALL_TALK.find(([form]) => form.test(said))?.[1](last);
}
