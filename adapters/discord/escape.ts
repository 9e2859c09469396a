import { cut } from '../../src/cut.ts';

/** Bold, italics, code, struck out, spoilers; mentions, timestamps and emoji; links behind words. */
const INLINE = /[\\*_~`|<[]/g;
/** Quotes, headings, small print and lists, which count only where a line begins. */
const LINE_START = /^([^\S\n\r\u2028\u2029]*)([>#+-])/gm;
const EVERYBODY = /@(?=everyone|here)/gi;

/**
 * Text as Discord shows it word for word. Nobody is notified: `allowedMentions` sees to that, and here it does not even
 * look as if somebody were.
 */
export const escapeText = (text: string): string =>
  text.replace(INLINE, '\\$&').replace(LINE_START, '$1\\$2').replace(EVERYBODY, '@\u200b');

/** The most of it that has room in so many characters when it is escaped, and whether that is all. */
export function escapedWithin(
  text: string,
  most: number,
): { readonly text: string; readonly whole: boolean } {
  const all = escapeText(text);
  if (all.length <= most) return { text: all, whole: true };
  // Escaping never shortens, so what is too long before is too long after; whole lines are kept where there are any.
  let kept = cut(text, most - 2);
  while (escapeText(kept).length > most - 2) {
    const line = kept.lastIndexOf('\n');
    kept = line > 0 ? kept.slice(0, line) : cut(kept, kept.length - (escapeText(kept).length - (most - 2)));
  }
  return { text: `${escapeText(kept)}\n…`, whole: false };
}
