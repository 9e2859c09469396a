/** Builds a lookup from rows of "phrase | phrase | …" to a meaning; keys are lower case, single spaces. */
export function phrases<T>(
  rows: ReadonlyArray<readonly [words: string, meaning: T]>,
): ReadonlyMap<string, T> {
  return new Map(
    rows.flatMap(([words, meaning]) => words.split('|').map((w) => [w.trim(), meaning] as const)),
  );
}

export const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

export const FRAME_PREPOSITIONS = words('in on at to from toward towards near along off');
export const DETERMINERS = words(
  'the a an this that these those some any only either another my his her its their our your every each all both',
);
export const PLURAL_DETERMINERS = words('these those every each all both');
/** Several, without saying how many. */
export const QUANTIFIERS = words('several many few multiple various numerous');
export const POSSESSIVES = words('his her its their my your our');
/** They point at something said before, which a lone expression does not tell. */
export const REFERRING_BACK = words('another his her its their');

export const RELATIVES = words('that which who whom whose');
export const AUXILIARIES = words('is are was were be been being has have had am does do did');
export const PRONOUNS = words('it him her them they he she itself himself herself themselves');
export const SOMEBODY = words('someone somebody anyone anybody people');
export const EVERYBODY = words('everyone everybody');
export const NOBODY = words('nobody no-one noone none');
export const NEGATIONS = words("not no never n't isn't aren't doesn't don't without wasn't weren't didn't");
/** Subjects that are nobody in the picture, or nobody in particular ("the thing he is holding"). */
export const SPEAKERS = words('he she they you i we');
/** Tie what is said to its noun. */
export const LINKS = words(', and but ; -');
/** Tie a further noun to the first ("the dog and the cat"). */
export const CONJUNCTIONS = words('and or / & +');

/** What is written on a thing ("with the number 22 on it"). */
export const WRITING = words('number numbers word words letter letters text name initials writing #');
/** Those have their number behind them ("the license plate WD-5010"). */
export const PLATES = phrases<true>([['license plate | licence plate | number plate', true]]);
export const SAYING = words(
  'says say saying reads labeled labelled marked titled entitled spelling numbered',
);
/** What a book or a ship is called is written on it; what a dog is called is not. */
export const CALLING = words('called named');
export const TITLED = words(
  'book magazine newspaper album record film movie poster painting game shop store restaurant cafe bar hotel boat ship',
);
/** Writing that may be meant itself ("the word EXIT"); the word stands for any. */
export const WRITTEN_ITSELF = words(
  'word text writing letters lettering inscription caption headline number',
);

const CARDINALS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(
  ' ',
);

/** "three", "3" -> 3; undefined for anything else. */
export function cardinal(word: string): number | undefined {
  if (/^\d{1,2}$/.test(word)) return Number(word);
  const at = CARDINALS.indexOf(word);
  return at < 0 ? undefined : at + 1;
}

/** "second", "2nd" -> 2; undefined for anything else. */
export function ordinal(word: string): number | undefined {
  const digits = /^(\d{1,2})(st|nd|rd|th)$/.exec(word);
  if (digits) return Number(digits[1]);
  const at = ORDINALS.indexOf(word);
  return at < 0 ? undefined : at + 1;
}

/** How people begin a question; taken off the front, again and again, before reading. */
const POLITE = `please|pls|plz|kindly|just|hey|hi|hello|ok|okay|so|now|and|um|actually|spotter|yes|yeah|no(?=,| the\\b| not\\b| i\\b)|help me(?: to)?
|(?:can|could|would|will) (?:you|u)|i (?:need|want)(?: you)? to|i(?:'d| would) like(?: you)? to|try to|let us|let's`;
const ASKING = `find|locate|highlight|select|detect|identify|look for|search for|point (?:at|to|out)|tell me|see
|i(?:'m| am) looking for|i want|i need|i mean|i (?:can )?see|do (?:you|u) see|(?:you|u) see`;
/** These are nouns too ("spot on the wall"): only with something to be asked about behind them. */
const ASKING_FOR =
  '(?:show|spot|mark|point|pick|circle|box|give|get|click(?: on)?|choose)(?= (?:me|us|the|a|an|all|every|any|both|my|this|that|where|which|out)\\b)';
const QUESTIONS = `where(?:'s| is| are)?|(?:which|what)(?: ones?)?(?:'s| is| are)|which(?= of\\b)|(?:which|what)(?! (?:the|a|an|he|she|they|you|i)\\b)
|(?:is|are) there|there(?:'s| is| are)|it(?:'s| is)(?= (?:the|a|an)\\b)|(?:this|that) is(?= (?:the|a|an)\\b)`;
const SCENE = 'in (?:the|this) (?:picture|image|photo|photograph|pic|scene)';

const OPENING = new RegExp(
  `^[\\s,.:;!?-]*(?:(?:${[POLITE, ASKING, ASKING_FOR, QUESTIONS, SCENE].join('|').replaceAll('\n', '')})(?: (?:me|us))?)(?=[\\s,.:!]|$)[\\s,.:!]*`,
  'i',
);
const CLOSING =
  /[\s,]+(?:please|pls|plz|thanks|thank you|thx|ok|okay|in (?:the|this) (?:picture|image|photo|photograph|pic|scene))[\s.!?]*$/i;

const TELLING = `tell me|say|(?:do|does) (?:you|anyone|anybody) know|i wonder|i want to know`;
const BEFORE_QUESTION = new RegExp(
  `^[\\s,.:;!?-]*(?:(?:${[POLITE, TELLING, SCENE].join('|').replaceAll('\n', '')}))(?=[\\s,.:!]|$)[\\s,.:!]*`,
  'i',
);

/** A question without courtesy, and without what says that the picture is meant; it may leave nothing. */
export function withoutCourtesy(text: string): string {
  let rest = text.replaceAll('’', "'").replace(/\s+/g, ' ').trim();
  for (;;) {
    const before = rest;
    rest = rest.replace(BEFORE_QUESTION, '').replace(CLOSING, '');
    if (rest === before) return rest.replace(/[\s.!?]+$/, '');
  }
}

/** Characters [start, end) of the text without what is only courtesy; the whole text where nothing else is left. */
export function askedFor(text: string): readonly [start: number, end: number] {
  const plain = text.replaceAll('’', "'").replace(/\s/g, ' ');
  let start = 0;
  let end = text.length;
  for (;;) {
    const length = OPENING.exec(plain.slice(start, end))?.[0].length ?? 0;
    if (length === 0) break;
    start += length;
  }
  for (;;) {
    const closing = CLOSING.exec(plain.slice(start, end));
    if (!closing) break;
    end = start + closing.index;
  }
  return /[\p{L}\p{N}]/u.test(plain.slice(start, end)) ? [start, end] : [0, text.length];
}

/**
 * Little words, colours, sides and the commonest things of other languages in which people write to a bot.
 * None of them is an English word: those that are ("die", "an", "man", "red", "pies") are left out.
 */
export const FOREIGN = words(`
  le la les un une des du au aux est qui avec dans sous sur à de où gauche droite rouge bleu bleue vert verte noir
  noire blanc blanche jaune homme femme chien voiture enfant fille garçon derrière devant
  der das ein eine einen einem einer dem und mit ist nicht rechts auf neben unter hinter vor wo rote
  roten blau blaue grün grüne schwarz schwarze weiß weiße gelb mann frau hund katze mädchen junge
  el los las una unos del al en que es izquierda derecha rojo roja azul verde negro negra blanco blanca amarillo
  hombre mujer perro gato coche niño niña dónde detrás junto
  il lo gli della dello nel nella sul sulla sinistra destra rosso rossa blu nero nera bianco bianca giallo uomo donna
  gatto macchina bambino ragazza ragazzo dietro davanti vicino dov'è è
  het een op naast naar bij achter voor rode blauwe groene zwarte witte gele vrouw hond kat jongen meisje
  linker rechter waar
  ett och på vid bredvid bakom framför till vänster höger röd röda blå grön svart vit gul hunden katten bilen mannen
  kvinnan flickan pojken
  os uma da na com esquerda direita vermelho vermelha azul preto branco homem mulher cachorro gato carro menina
  jest obok lewo prawo czerwony kot
`);

/** Shorthand and common slips of the keyboard. */
export const SHORTHAND: Readonly<Record<string, string>> = {
  'w/': 'with',
  'w/o': 'without',
  'w/out': 'without',
  '&': 'and',
  pic: 'picture',
  btw: 'between',
  btwn: 'between',
  bg: 'background',
  lil: 'little',
  doge: 'dog',
  doggo: 'dog',
  rt: 'right',
  teh: 'the',
  hte: 'the',
  lft: 'left',
  rght: 'right',
  rigth: 'right',
  yelow: 'yellow',
  gril: 'girl',
};

/** Plurals that no rule makes singular. */
export const SINGULARS: Readonly<Record<string, string>> = {
  people: 'person',
  ppl: 'person',
  persons: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  buses: 'bus',
  knives: 'knife',
  scissors: 'scissors',
  skis: 'skis',
  geese: 'goose',
  mice: 'mouse',
  feet: 'foot',
  leaves: 'leaf',
  teeth: 'tooth',
  oxen: 'ox',
  wolves: 'wolf',
  calves: 'calf',
  policemen: 'policeman',
  firemen: 'fireman',
  fishermen: 'fisherman',
  businessmen: 'businessman',
  gentlemen: 'gentleman',
  snowmen: 'snowman',
};
