import type { Reply } from './contract.ts';
import type { Turn } from './turns.ts';
import { HELLO, sayWhy, WELCOME } from './wording.ts';

/** What is said to us that is no expression, as a whole, and what is said to it. */
const MANNERS: readonly (readonly [said: RegExp, reply: (last: Turn | undefined) => Reply | undefined])[] = [
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

const why = (verdict: NonNullable<Turn['verdict']>): Reply => ({ text: sayWhy(verdict), onlyAsker: true });

/** Longer than any of them. */
const MAX_LENGTH = 60;

/** The reply to what is no question about a picture, such as "thanks"; none to anything else. */
export function courtesy(text: string, last: Turn | undefined): Reply | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const said = text
    .toLowerCase()
    .replace(/[\s,]+/g, ' ')
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return MANNERS.find(([form]) => form.test(said))?.[1](last);
}
