/** Letters of an offer that stand in a text as words of their own, and what the text does with each. */
interface Standing {
  /** In upper case. */
  readonly letter: string;
  /** Right before and right after it. */
  readonly before: string;
  readonly after: string;
}

/** Chinese, Japanese and Korean put no blanks around a letter; any other letter beside it makes a word. */
const IN_WORD = String.raw`(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}])[\p{L}\p{N}\p{M}]`;
const LETTER = new RegExp(
  String.raw`(?<!\p{L}'|${IN_WORD})[A-Ka-k](?!${IN_WORD}|'(?!s(?!\p{L}))\p{L})`,
  'gu',
);

const OPEN = String.raw`["'\x60*_(\[]{0,4}`;
const CLOSE = String.raw`["'\x60*_)\]]{0,4}`;
const KIND = String.raw`(?:(?:the )?(?:option|region|letter|candidate|choice)s?\s+)?`;

/** "A fits", "I is": what the word after an article or a pronoun does not look like. */
const VERB_NEXT = /^\s+(?!was\b|always\b|\p{L}*(?:ss|us)\b)\p{Ll}+s\b/u;
const ADVERB_NEXT =
  /^\s+(?:but|would|could|can|may|might|also|too|instead|then|because|rather|after|not|really|maybe|probably)\b/;
const LIST_NEXT = /^\s+(?:or|and|ou|oder|o|e|y|et|und|ni|noch)\b/;
const WORD_NEXT = /^\s+\p{Ll}/u;
const BEGINS = /(?:^|[.!?:\n"'(*-])\s*$/;

/** "A man", "I think". */
function isWord(said: string, before: string, after: string): boolean {
  if (!/[AI]/.test(said) || !WORD_NEXT.test(after) || VERB_NEXT.test(after) || LIST_NEXT.test(after))
    return false;
  return said === 'I' || (BEGINS.test(before) && !ADVERB_NEXT.test(after));
}

/** A small letter that is a word in some language ("a", "e", "i"), or part of "e.g." and "e-bike". */
function isSmallWord(said: string, before: string, after: string): boolean {
  if (/^(?:\.\p{L}|-\p{L})/u.test(after) || /\p{L}\.$/u.test(before)) return true;
  return /[aei]/.test(said) && !/^(?:["'`*_)\]]|\s*(?:[.,;:!?/]|$)|\s+(?:or|and)\b)/.test(after);
}

const NEARBY = 120;

function standing(text: string): Standing[] {
  return [...text.matchAll(LETTER)].flatMap(({ 0: said, index }) => {
    const before = text.slice(Math.max(0, index - NEARBY), index);
    const after = text.slice(index + 1, index + 1 + NEARBY);
    const word = said === said.toUpperCase() ? isWord : isSmallWord;
    return word(said, before, after) ? [] : [{ letter: said.toUpperCase(), before, after }];
  });
}

const DENIED_BEFORE = new RegExp(
  String.raw`(?<!\p{L}|why |if |other )(?:(?:not|neither|nor|unlike|rather than|instead of|isn't|wasn't|nicht|weder|noch|statt|pas|не|ни)\s+|不是\s*|而非\s*)${KIND}${OPEN}$`,
  'iu',
);
const LISTED = new RegExp(
  String.raw`(?<denied>.*?)(?<!\p{L})[A-K]${CLOSE}\s*,?\s*(?:(?:or|and|nor|oder|und|noch|ou|ni|et|y|o|e|или|ни)\s+|或\s*)${KIND}${OPEN}$`,
  'isu',
);
const LIST_GOES_ON = new RegExp(String.raw`^${CLOSE}\s*(?:[.,;!)\n]|$|(?:or|and|nor)\b)`, 'i');
const DENIED_AFTER = new RegExp(
  String.raw`^${CLOSE}\s*(?:(?:(?:is|was|does|did|has|can|could|would|seems)(?:n't|\s+not|\s+never)|cannot|can't|lacks)(?!\p{L})|(?:(?:ist|war|zeigt|hat)\s+)?(?:nicht|kein)(?!\p{L})|n'est pas|no es|non è|не\s|不|没)(?!\s*(?:only|just|merely|wrong|incorrect|bad|worse|less|excluded|ruled|out\b))`,
  'iu',
);
const UNLIKELY_AFTER = new RegExp(
  String.raw`^${CLOSE}\s+(?:is|was|seems|looks|would be)\s+(?:wrong|incorrect|false|out\b|ruled out|excluded|eliminated|unlikely)`,
  'i',
);
const SUBJECT = new RegExp(
  String.raw`(?:^|[.;,:\n(]\s*|(?<!\p{L})(?:because|since|as|while|whereas|and|but|for)\s+)${KIND}${OPEN}$`,
  'iu',
);
const DESCRIBED = new RegExp(
  String.raw`^${CLOSE}\s+(?:only |just )?(?:is|was|has|had|shows|depicts|contains|covers|lies|sits|stands|wears|holds|looks|faces|includes|displays)\s+(?<how>[^.;!?\n]*)`,
  'iu',
);
/** What a description would not say of a region that is not meant. */
const APPROVES =
  /\b(?:correct|right(?! of| side|most|-hand)|best|better|answer|choice|likely|also|too|possible|plausible|good|fine|valid|fit\w*|match\w*|suit\w*|meant|asked|wanted|what|who|it|one|mine|more|most|closer|same|equal\w*|descri\w+)\b/i;
const TURNS = /^[^.;!?\n]*\b(?:but|yet|although|though|however|still)\b/i;

/** "not A", "neither A nor C" */
function deniedBefore(before: string, after: string): boolean {
  if (DENIED_BEFORE.test(before)) return true;
  const list = LISTED.exec(before.slice(-40))?.groups;
  return list !== undefined && DENIED_BEFORE.test(list.denied!) && LIST_GOES_ON.test(after);
}

const denied = ({ before, after }: Standing): boolean =>
  deniedBefore(before, after) ||
  (DENIED_AFTER.test(after) && !TURNS.test(after)) ||
  UNLIKELY_AFTER.test(after);

/** "because A is red", "A shows the other dog" */
function described({ before, after }: Standing): boolean {
  if (!SUBJECT.test(before)) return false;
  const how = DESCRIBED.exec(after)?.groups?.how;
  return how !== undefined && !APPROVES.test(how) && !TURNS.test(how);
}

/** What names more letters than that is no answer. */
const MAX_LETTERS = 100;

/**
 * The letters that a text leaves standing beside those it gives as the answer: all that it neither denies nor merely
 * describes. Undefined where it denies one of its answers, or names too many letters.
 * @param said in upper case
 */
export function leftStanding(text: string, said: readonly string[]): string[] | undefined {
  // Circled, bold and other dressed-up letters stand as well.
  const all = standing(text.normalize('NFKC'));
  if (all.length > MAX_LETTERS) return undefined;
  if (all.some((each) => said.includes(each.letter) && denied(each))) return undefined;
  return all
    .filter((each) => !said.includes(each.letter) && !denied(each) && !described(each))
    .map(({ letter }) => letter);
}
