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
