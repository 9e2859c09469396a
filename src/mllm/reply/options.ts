/** Stands for the word "None" among letters. */
export const NONE = 'None';

/** Ways to say None; "none of the other regions" says nothing about one of them. */
const ABOVE = 'the (?:above|options|regions|candidates|choices|(?:given|listed) options)';
const LISTED = '[a-k](?:(?:,| or| and|, or|, and) [a-k]){1,10}';
export const NONE_WORDS = [
  `none(?! (?:of )?(?:the )?(?:others?|rest|remaining)(?![a-z]))(?: of (?:${ABOVE}|these|those|them|${LISTED}))?(?: (?:fits?|match(?:es)?|is correct|appl(?:y|ies)))?`,
  'no (?:option|region|candidate|choice) (?:fits|matches|is correct|applies)',
  // Of two, not of all.
  String.raw`neither(?!\W{1,4}(?:option |region )?[a-z](?![a-z]))`,
  'nothing(?: fits| matches)?',
  'not present',
].join('|');

/** What prose says about options. */
export interface StatedOptions {
  /** Given as the answer. */
  readonly claimed: readonly string[];
  /** Given as the answer in words that are not known to mean it: denied, doubted, supposed or told by others. */
  readonly dubious: readonly string[];
}

const MARK = String.raw`["'\x60*_(\[]{0,4}`;
const WHAT = String.raw`(?<letter>[A-Za-z](?![a-z\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{N}\p{M}]|['-]\p{L})|(?:${NONE_WORDS})(?![\p{L}]))`;
const KIND = String.raw`(?:(?:the )?(?:option|region|letter|candidate|choice)\s+)?`;

/** Each puts a letter, or None, as the answer. */
const CLAIMS = [
  String.raw`(?<![\p{L}])(?:answer|choice|selection|pick|letter|match|fit)["*_]{0,3}(?: here| then)?(?: is| =|:| should be| must be)["*_]{0,3}\s*:?\s*${KIND}${MARK}${WHAT}`,
  String.raw`(?<![\p{L}])it(?:'s| is)\s+${KIND}${MARK}(?<letter>[A-Z])(?![\p{L}\p{N}\p{M}]|['-]\p{L})`,
  String.raw`(?<![\p{L}])(?:I(?:'d|'ll| would| will)? )?(?:choose|chose|select|selected|pick|picked|go with|going with)\s+${KIND}${MARK}${WHAT}`,
  String.raw`(?<![\p{L}])(?:antwort|respuesta|réponse|risposta|resposta|ответ)(?: corr?e\p{L}{2,4})?["*_]{0,3}(?: (?:ist|lautet|est|es|è|é)(?![\p{L}]))?\s*[:=-]?["*_]{0,3}(?:\s+|(?<=[:=*_-]))${MARK}${WHAT}`,
  String.raw`(?:答案|选项|選項|答え|正解|回答|정답)(?:应该)?(?:是|为|為|は|은)?\s*[:=]?\s*${MARK}${WHAT}`,
].map((pattern) => new RegExp(pattern, 'giu'));
/** "B is the correct one", "B is right." */
const SUBJECT =
  /(?<![\p{L}'-])["'`*_([]{0,4}(?<letter>[A-Z])["'`*)\]]{0,4} is (?:(?:the )?(?:correct|right)(?=\s*(?:[.,;!\n]|$|because|since))|the (?:(?:correct|right|best|only|closest) )?(?:one|answer|match|choice|option|region|fit)(?=\s*(?:[.,;:!)\n]|$|because|since|as|that|which|who|here|for|in|with|on)(?!\p{L})))/gu;
/** "None of the options shows a dog." */
const NONE_OF =
  /(?<=^|[.!?\n]\s{0,3})none of (?:the (?:above|options|regions|candidates|choices)|these|them)(?!\p{L})/giu;

/** All that may stand before a claim in its clause; any other word may turn its meaning around. */
const LEAD = new Set(
  [
    'so thus hence therefore then finally overall and in conclusion short summary result verdict as a i we my our the this',
    "that think believe say would will i'd i'll am confident clearly best correct right final only single closest matching",
    'most likely region option for description is are here sure yes ok okay certainly given based on image picture about to',
    "answer here's why explanation reason",
    'die der das meine richtige korrekte la le el il mon ma mi mia bonne правильный верный мой',
  ]
    .join(' ')
    .split(' '),
);
const LEAD_HAN = /所以|因此|正确的?|正確的?|最终|我的?|最佳/g;
/** Anywhere before a claim in its sentence. */
const NOT_SAID =
  /(?<!\p{L})(?:not|no|never|neither|nor|cannot|\p{L}+n't|if|unless|whether|either|may|could|would be|suppose|assuming|but|however|says?|said|reads?|written|caption|sign|text|according|told|claims?)(?!\p{L})/iu;
/** After it: the end of what is said, or a reason. */
const ENDS =
  /^["'`*_)\]}]{0,6}(?:\s*(?:[.,;:!)-]|$|\n)|\s+(?:because|since|as it|for|due to|rather than|instead of|not|which|who|where|with|in|on|at|here|weil|denn|da|car|parce que|porque|perché|потому|\()|です|입니다)/;
const REST = 120;

/** Looks through prose for letters, and for None, that are given as the answer. What others are quoted with is not. */
export function statedOptions(text: string): StatedOptions {
  const claimed: string[] = [];
  const dubious: string[] = [];
  for (const pattern of [...CLAIMS, SUBJECT, NONE_OF]) {
    for (const match of text.matchAll(pattern)) {
      const before = text.slice(0, match.index);
      if (quotes(before)) continue;
      const end = match.index + match[0].length;
      const after = text.slice(end, end + REST);
      const said = match.groups?.letter ?? NONE;
      const ended = pattern === SUBJECT || pattern === NONE_OF || ENDS.test(after);
      const letter = spoken(said, match[0], ended);
      if (letter === undefined) continue;
      (ended && leads(before) ? claimed : dubious).push(letter);
    }
  }
  return { claimed, dubious };
}

/** The letter that is meant, in upper case; undefined for an article, a pronoun, or small letters in passing. */
function spoken(said: string, match: string, ended: boolean): string | undefined {
  if (said.length > 1) return NONE;
  const marked = /["'`*_([]/.test(match.at(-2) ?? '');
  if (said !== said.toUpperCase()) return !/[ai]/.test(said) && ended ? said.toUpperCase() : undefined;
  return !/[AI]/.test(said) || marked || ended ? said : undefined;
}

/** Whether a quotation is open at the end of a text. */
const quotes = (before: string): boolean =>
  before.split('"').length % 2 === 0 || (before.match(/(?<!\p{L})'|'(?!\p{L})/gu) ?? []).length % 2 === 1;

/** "It is not B, …": says nothing about what comes after the comma. */
const DENIAL =
  /(?:(?:it|this|that|the answer) )?(?:is|'s) not (?:(?:option|region) )?["'(*]{0,3}[A-K]["')*]{0,3},/giu;

/** Whether a claim that comes after this is one. */
function leads(before: string): boolean {
  const sentence = before
    .split(/[.;!?\n]/)
    .at(-1)!
    .replace(DENIAL, ',');
  if (NOT_SAID.test(sentence)) return false;
  const clause = sentence.split(/[,:]/).at(-1)!.replace(LEAD_HAN, ' ');
  return (
    !/\p{N}/u.test(clause) &&
    (clause.match(/[\p{L}']+/gu) ?? []).every((word) => LEAD.has(word.toLowerCase()))
  );
}

/** Letters of an offer that stand in a text as words of their own, and what the text does with each. */
interface MentionedOptions {
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
const OPTION_NOUN = String.raw`(?:(?:the )?(?:option|region|letter|candidate|choice)s?\s+)?`;

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

function otherMentionedOptions(text: string): MentionedOptions[] {
  return [...text.matchAll(LETTER)].flatMap(({ 0: said, index }) => {
    const before = text.slice(Math.max(0, index - NEARBY), index);
    const after = text.slice(index + 1, index + 1 + NEARBY);
    const word = said === said.toUpperCase() ? isWord : isSmallWord;
    return word(said, before, after) ? [] : [{ letter: said.toUpperCase(), before, after }];
  });
}

const DENIED_BEFORE = new RegExp(
  String.raw`(?<!\p{L}|why |if |other )(?:(?:not|neither|nor|unlike|rather than|instead of|isn't|wasn't|nicht|weder|noch|statt|pas|не|ни)\s+|不是\s*|而非\s*)${OPTION_NOUN}${OPEN}$`,
  'iu',
);
const DENIED_LIST = new RegExp(
  String.raw`(?<denied>.*?)(?<!\p{L})[A-K]${CLOSE}\s*,?\s*(?:(?:or|and|nor|oder|und|noch|ou|ni|et|y|o|e|или|ни)\s+|或\s*)${OPTION_NOUN}${OPEN}$`,
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
const IS_SUBJECT = new RegExp(
  String.raw`(?:^|[.;,:\n(]\s*|(?<!\p{L})(?:because|since|as|while|whereas|and|but|for|that)\s+)${OPTION_NOUN}${OPEN}$`,
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
  const list = DENIED_LIST.exec(before.slice(-40))?.groups;
  return list !== undefined && DENIED_BEFORE.test(list.denied!) && LIST_GOES_ON.test(after);
}

const denied = ({ before, after }: MentionedOptions): boolean =>
  deniedBefore(before, after) ||
  (DENIED_AFTER.test(after) && !TURNS.test(after)) ||
  UNLIKELY_AFTER.test(after);

/** "the other dog, which is region B", "above B" */
const BESIDE = new RegExp(
  String.raw`(?<!\p{L})(?:(?:which|that) (?:is|was|shows|has)|than|above|below|over|under|behind|beside|near|next to|(?:left|right|top|front) of)\s+${OPTION_NOUN}${OPEN}$`,
  'iu',
);

/** "because A is red", "A shows the other dog", "which is B" */
function described({ before, after }: MentionedOptions): boolean {
  if (BESIDE.test(before)) return true;
  if (!IS_SUBJECT.test(before)) return false;
  const how = DESCRIBED.exec(after)?.groups?.how;
  return how !== undefined && !APPROVES.test(how) && !TURNS.test(how);
}

/** "or B", "B and", "B." on a line of its own: as good as the one that was said first. */
const ADDED_BEFORE = /(?<!\p{L})(?:or|and|maybe|perhaps|also|oder|und|ou|et)\W{1,4}$/iu;
const OWN_LINE = /(?:^|\n)[\s"'`*_([#-]{0,9}(?:(?:option|region|answer|choice)\W{1,4})?$/iu;
const LINE_ENDS = /^["'`*_)\]]{0,4}(?:[.:)-]|\s*(?:\n|$))/;
const RECOMMENDS =
  /(?<!\p{L})(?:correct|right(?! of| side|most|-hand)|best|better|answer|choice|likely|also|too|possible|plausible|valid|fit\p{L}*|match\p{L}*|suit\p{L}*|meant|asked|wanted|closer|equal\p{L}*)(?!\p{L})/iu;

/**
 * Letters that an explanation speaks for besides the one it explains; undefined where it denies that one, or names too
 * many. What it merely describes is left aside.
 * @param said what is explained, in upper case
 */
export function approvedBesides(text: string, said: readonly string[]): string[] | undefined {
  const all = otherMentionedOptions(text.normalize('NFKC'));
  const { claimed, dubious } = statedOptions(text);
  if (all.length > MAX_LETTERS || dubious.some((letter) => said.includes(letter))) return undefined;
  if (all.some((each) => said.includes(each.letter) && denied(each))) return undefined;
  const approved = all.filter((each) => {
    if (denied(each)) return false;
    const { before, after } = each;
    const clause = `${before.split(/[.,;!?\n]/).at(-1)} ${after.split(/[.,;!?\n]/)[0]}`;
    const listed = OWN_LINE.test(before) && LINE_ENDS.test(after);
    return listed || ADDED_BEFORE.test(before) || LIST_NEXT.test(after) || RECOMMENDS.test(clause);
  });
  return [...claimed, ...approved.map(({ letter }) => letter)].filter((letter) => !said.includes(letter));
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
  const all = otherMentionedOptions(text.normalize('NFKC'));
  if (all.length > MAX_LETTERS) return undefined;
  if (all.some((each) => said.includes(each.letter) && denied(each))) return undefined;
  return all
    .filter((each) => !said.includes(each.letter) && !denied(each) && !described(each))
    .map(({ letter }) => letter);
}
