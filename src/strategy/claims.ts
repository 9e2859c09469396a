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
export interface Claims {
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
export function claims(text: string): Claims {
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

/** Whether a claim that comes after this is one. */
function leads(before: string): boolean {
  const sentence = before.split(/[.;!?\n]/).at(-1)!;
  if (NOT_SAID.test(sentence)) return false;
  const clause = sentence.split(',').at(-1)!.replace(LEAD_HAN, ' ');
  return (
    !/\p{N}/u.test(clause) &&
    (clause.match(/[\p{L}']+/gu) ?? []).every((word) => LEAD.has(word.toLowerCase()))
  );
}
