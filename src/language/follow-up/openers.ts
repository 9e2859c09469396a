import { askedFor } from '../lexicon/openings.ts';

/** What somebody says of an earlier answer, without the words that only tie it to that answer. */
export interface Opened {
  readonly rest: string;
  /** The earlier answer was wrong ("no, …", "I meant …"): what is said replaces what was said. */
  readonly corrects: boolean;
  /** It goes on from the earlier question ("and …", "what about …"). */
  readonly continues: boolean;
}

const GAP = String.raw`(?:[\s,.:;!?…–—]|-(?=\s))`;
const opener = (words: string): RegExp =>
  new RegExp(`^${GAP}*(?:${words.replaceAll('\n', '')})(?=${GAP}|$)${GAP}*`, 'i');

/** They may begin a name ("no parking sign", "wrong way sign") unless this follows. */
const MEANT = String.raw`(?=\s*[,.:;!?…–—]|\s+-\s|$
| (?:the|an?|not|no|i|it|its|it's|on|in|at|to|that|this|those|these|sorry|wait|actually|left|right|one|what|how|and|where)\b
|.* ones?[\s.!?]*$)`;
const NOT_IT = `not (?:it|right|(?:that|this)(?: ones?)?|the (?:right )?one|what i (?:meant|wanted))`;
const CORRECTING = opener(
  String.raw`(?:no|nope|nah|no way|wrong(?: one| answer)?|sorry|oops|wait|actually|rather|instead|almost|close|try|but)${MEANT}
|not (?:that|this|it|him|her|them|those|these)(?: ones?)?(?=\s*[,.:;!?…–—]|$| (?:the|an?|but|on|in|at)\b)
|(?:that|it|this)(?:'?s| is) (?:${NOT_IT}|wrong|the wrong one)|(?:that|it|this)(?: isn't|'s not) (?:it|right|the (?:right )?one|what i meant)
|not (?:quite|what i (?:meant|wanted|asked for))|i (?:mean|meant|said|wanted|was (?:thinking|asking|talking) (?:of|about))`,
);
const CONTINUING = opener(
  String.raw`and|or|(?:is|are|was) (?:it|that|this|he|she|they)|(?:next|right)(?=\s*[,:;])|(?:what|how) (?:about|of)|(?:also|then|so|now|ok|okay|k|yes|yeah|yep|hmm+|hm|well|great|good|cool|nice|perfect|thanks|thank you|thx)${MEANT}`,
);
/** Courtesies of any question, that say nothing of an earlier one. */
const COURTESY = /(?:[\s,]+(?:please|pls|plz|now|though|maybe|thanks|thank you)|[\s.!?…,;:]+)$/i;
const TYING = /[\s,]+(?:instead|then|too|also|as well|again|i mean|i meant)$/i;

/** Takes the openers off the front and the courtesies off the end, again and again; may leave nothing. */
export function opened(text: string): Opened {
  let rest = text.replaceAll('’', "'").replace(/\s+/gu, ' ').trim();
  let corrects = false;
  let continues = false;
  for (;;) {
    const before = rest;
    rest = rest.replace(COURTESY, '');
    continues ||= TYING.test(rest);
    rest = rest.replace(TYING, '');
    const correction = CORRECTING.exec(rest)?.[0];
    const continuation = correction === undefined ? CONTINUING.exec(rest)?.[0] : undefined;
    corrects ||= correction !== undefined;
    continues ||= continuation !== undefined;
    rest = rest.slice((correction ?? continuation ?? '').length);
    if (rest === before) return { rest, corrects, continues };
  }
}

/** Without "where is", "can you find", "which one is": what is asked for. */
export function asked(text: string): string {
  const [start, end] = askedFor(text);
  return text.slice(start, end).replace(/[\s.!?…,;:]+$/, '');
}
