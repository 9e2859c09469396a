const ELLIPSIS = '…';
/** Longer than anything that fits, short enough to be drawn at once. */
const MOST = 120;

/**
 * Untrusted text as one harmless line: control, formatting and direction characters (which could reverse what
 * is read), unpaired surrogates and emoji (which no font here can draw) are dropped, white space becomes one
 * blank, and heaps of accents are cut down to two.
 */
export function harmless(text: string): string {
  return text
    .slice(0, 20 * MOST)
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/(?![\u200c\u200d])\p{C}|\p{Extended_Pictographic}|[\ufe0e\ufe0f]/gu, '')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .replace(/ +/g, ' ')
    .trim();
}

type Draw<T> = (text: string) => Promise<T>;
interface Wide {
  /** In pixels. */
  readonly width: number;
}

/** A percentage at the end says how sure the answer is: the words before it give way first. */
const PERCENTAGE = / \d+ ?%$/;

/** As much of a text as fits, with an ellipsis where something was left out. */
export async function shortened<T extends Wide>(text: string, maxWidth: number, draw: Draw<T>): Promise<T> {
  const tail = PERCENTAGE.exec(text)?.[0] ?? '';
  const head = text.slice(0, text.length - tail.length);
  const letters = [...new Intl.Segmenter('en').segment(head)].map((s) => s.segment);
  let kept = Math.min(letters.length, MOST);
  for (;;) {
    const whole = kept === letters.length;
    const start = whole ? head : letters.slice(0, kept).join('').trimEnd() + ELLIPSIS;
    const drawn = await draw(start + tail);
    if (drawn.width <= maxWidth || kept === 0) return drawn;
    // Usually right at the second try: widths are nearly proportional to the number of letters.
    const length = kept + tail.length;
    kept = Math.max(0, Math.min(kept - 1, Math.floor((length * maxWidth) / drawn.width) - tail.length));
  }
}

/** A text broken between words into at most `most` lines that fit; the last one is shortened. */
export async function broken<T extends Wide>(
  text: string,
  maxWidth: number,
  most: number,
  draw: Draw<T>,
): Promise<T[]> {
  const words = text.split(' ');
  const all = await draw(text.slice(0, most * MOST));
  if (most === 1 || words.length === 1 || all.width <= maxWidth)
    return [await shortened(text, maxWidth, draw)];
  let kept = Math.min(words.length - 1, Math.ceil((words.length * maxWidth) / all.width) + 1);
  while (kept > 1 && (await draw(words.slice(0, kept).join(' '))).width > maxWidth) kept--;
  const first = await shortened(words.slice(0, kept).join(' '), maxWidth, draw);
  return [first, ...(await broken(words.slice(kept).join(' '), maxWidth, most - 1, draw))];
}
