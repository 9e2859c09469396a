/** Stands for the word "None" among letters. */
export const NONE = 'None';

/** Ways to say None; "none of the other regions" says nothing about one of them. */
const ABOVE = 'the (?:above|options|regions|candidates|choices|(?:given|listed) options)';
const LISTED = '[a-k](?:(?:,| or| and|, or|, and) [a-k]){1,10}';
export const NONE_WORDS = [
  `none(?: of (?:${ABOVE}|these|those|them|${LISTED}))?(?: (?:fits?|match(?:es)?|is correct|appl(?:y|ies)))?`,
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
  /** Said not to be the answer. */
  readonly denied: readonly string[];
  /** Only named, as an option. */
  readonly mentioned: readonly string[];
  /** Whether nothing is denied, doubted or supposed anywhere. */
  readonly certain: boolean;
}

const MARK = String.raw`["'\x60*_(\[]{0,4}`;
const WHAT = String.raw`(?<letter>[A-Za-z](?![\p{L}\p{N}\p{M}]|['-]\p{L})|(?:${NONE_WORDS})(?![\p{L}]))`;
const KIND = String.raw`(?:(?:the )?(?:option|region|letter|candidate|choice)\s+)?`;

/** Each puts a letter, or None, as the answer. */
const CLAIMS = [
  String.raw`(?<![\p{L}])(?:answer|choice|selection|pick|letter|match|fit)(?: here| then)?(?: is| =|:| should be| must be)\s*:?\s*${KIND}${MARK}${WHAT}`,
  String.raw`(?<![\p{L}])it(?:'s| is)\s+${KIND}${MARK}(?<letter>[A-Z])(?![\p{L}\p{N}\p{M}]|['-]\p{L})`,
  String.raw`(?<![\p{L}])(?:I(?:'d|'ll| would| will)? )?(?:choose|chose|select|selected|pick|picked|go with|going with)\s+${KIND}${MARK}${WHAT}`,
  String.raw`(?:antwort|respuesta|réponse|risposta|resposta|ответ)(?: (?:ist|est|es|è|é)(?![\p{L}]))?\s*[:=-]?(?:\s+|(?<=[:=-]))${MARK}${WHAT}`,
  String.raw`(?:答案|选项|選項|答え|正解|回答|정답)(?:应该)?(?:是|为|為|は|은)?\s*[:=]?\s*${MARK}${WHAT}`,
  String.raw`(?<![\p{L}'-])${MARK}(?<subject>[A-Z])["'\x60*)\]]{0,4} is (?:the )?(?:correct|right|best|answer|one\b|only)`,
].map((pattern) => new RegExp(pattern, 'giu'));

const MENTIONS = [
  /(?<![\p{L}])(?:option|region|candidate|choice|letter)\s+["'`*(]{0,4}(?<letter>[A-Za-z])(?![\p{L}\p{N}\p{M}]|['-]\p{L})/giu,
  /(?:\(|\*\*)(?<letter>[A-Z])(?:\)|\*\*)(?=(?:[\s\S]*\s(?:\(|\*\*)[A-Z](?:\)|\*\*))?\W{0,3}$)/gu,
  /(?<![\p{L}])(?<letter>none of (?:the (?:above|options|regions|candidates|choices)|these|them))(?![\p{L}])/giu,
];

const NEGATION =
  /\b(?:not|no|never|neither|nor|cannot|rather than|instead of|avoid|except|other than|unlike|hardly)\b|n't\b/i;
const DOUBT =
  /\b(?:if|unless|whether|either|maybe|perhaps|possibly|might|may|could|would|suppose|assuming|but|however|wrong|incorrect|false|unsure|unclear)\b|\?/i;
/** What may come after a letter that could be an article or a pronoun: then it is none. */
const ENDS = /^(?:["'`*)\]]|\s*(?:[.,;:!)]|$|\n)|\s+(?:because|since|as it|due to|-|\())/;
const MORE =
  /^["'`*)\]]{0,4}\s*(?:,|\/|&|or|and|, or|, and)\s*(?:(?:option|region)\s+)?["'`*(]{0,4}(?<letter>[A-Z])(?![\p{L}\p{N}'-]|\s+\p{Ll})/u;
const OR_NONE = /^["'`*)\]]{0,4}\s*(?:,|\/)?\s*(?:or|and)\s+none\b/i;
const DENIED_AFTER = /^["'`*)\]]{0,4}\s+(?:is|was|seems|would be)\s+(?:not|wrong|incorrect|false)\b/i;

/** Looks through prose for letters, and for None, that are claimed, denied or named. */
export function claims(text: string): Claims {
  const claimed: string[] = [];
  const denied: string[] = [];
  for (const match of CLAIMS.flatMap((pattern) => [...text.matchAll(pattern)])) {
    const end = match.index + match[0].length;
    const after = text.slice(end, end + 60);
    const { letter: object, subject } = match.groups!;
    const letter = object ? spoken(object, match[0], after) : upper(subject!);
    if (letter === undefined) continue;
    const sentence = clauseBefore(text, match.index, /[.!?\n]/);
    const clause = clauseBefore(text, match.index, /[.;:!?,\n]/);
    const negated = NEGATION.test(clause) || DENIED_AFTER.test(after);
    (negated ? denied : claimed).push(letter);
    // Supposed or asked, not said: as good as denied.
    if (DOUBT.test(sentence) || /^["'`*)\]]{0,4}\s*\?/.test(after)) denied.push(letter);
    const more = MORE.exec(after)?.groups?.letter;
    if (more) claimed.push(more);
    if (OR_NONE.test(after)) claimed.push(NONE);
  }
  return {
    claimed: distinct(claimed),
    denied: distinct(denied),
    mentioned: distinct(MENTIONS.flatMap((pattern) => mentions(text, pattern))),
    certain: !NEGATION.test(text.replace(/\bnone\b/gi, '')) && !DOUBT.test(text),
  };
}

/** The letter that is meant, in upper case; undefined for an article, a pronoun, or small letters in passing. */
function spoken(said: string, match: string, after: string): string | undefined {
  if (said.length > 1) return NONE;
  const marked = /["'`*_([]/.test(match.at(-2) ?? '');
  if (said !== said.toUpperCase())
    return !/[ai]/.test(said) && ENDS.test(after) ? said.toUpperCase() : undefined;
  return !/[AI]/.test(said) || marked || ENDS.test(after) ? said : undefined;
}

const mentions = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap(({ groups }) => {
    const said = groups!.letter!;
    return said.length > 1 ? [NONE] : (upper(said) ?? []);
  });

const upper = (letter: string): string | undefined => (letter === letter.toUpperCase() ? letter : undefined);

/** What comes before a place, back to where the sentence or the clause begins. */
function clauseBefore(text: string, at: number, boundary: RegExp): string {
  const before = text.slice(Math.max(0, at - 120), at);
  return before.split(boundary).at(-1) ?? '';
}

const distinct = (letters: readonly string[]): string[] => [...new Set(letters)];
