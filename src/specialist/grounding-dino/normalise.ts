/** Part of a text in UTF-16 units, half open. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A character (one code point) of a normalised text, and which character of the original text it comes from. */
export interface Traced extends Span {
  readonly char: string;
}

/** The switches of a BertNormalizer, as in tokenizer.json. */
export interface Normalisation {
  readonly cleanText: boolean;
  readonly spaceChinese: boolean;
  readonly stripAccents: boolean;
  readonly lowerCase: boolean;
}

/** Tab and line ends are blanks; every other control, format or private character disappears. */
const REMOVED = /[\0\ufffd\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;
const BLANK = /\s/u;
/** The blocks of ideographs that BERT takes for words of one character each. */
const IDEOGRAPH =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/u;
const ACCENTS = /\p{Mn}/gu;

/**
 * What BERT makes of a text before it looks for words, character by character, so that each knows where it comes
 * from: an accent that was stripped or a control character that was removed belongs to no one, and what one
 * character became (three parts of a Korean syllable) all comes from it.
 */
export function normalise(text: string, how: Normalisation): Traced[] {
  const traced: Traced[] = [];
  let start = 0;
  for (const char of text) {
    const end = start + char.length;
    for (const made of become(char, how)) traced.push({ char: made, start, end });
    start = end;
  }
  return traced;
}

function become(char: string, { cleanText, spaceChinese, stripAccents, lowerCase }: Normalisation): string {
  let made = char;
  if (cleanText) {
    if (BLANK.test(char) && !/[\v\f\ufeff]/.test(char)) return ' ';
    if (REMOVED.test(char)) return '';
  }
  if (stripAccents) made = made.normalize('NFD').replace(ACCENTS, '');
  // Each character by itself: a whole word would end in another sigma.
  if (lowerCase) made = Array.from(made, (one) => one.toLowerCase()).join('');
  return spaceChinese && IDEOGRAPH.test(char) ? ` ${made} ` : made;
}
