/** Longer answers to a choice are not read to their end. */
const LONGEST = 2000;

const THOUGHT = /<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/gi;
const UNFINISHED_THOUGHT = /<think(?:ing)?>[\s\S]*$/i;
const UNOPENED_THOUGHT = /^[\s\S]*<\/think(?:ing)?>/i;

/**
 * An answer without what is not said: thoughts before it, tags, tokens of a chat template, LaTeX boxes, fences of
 * code, invisible characters. Full-width letters become usual ones; letters of other scripts stay what they are, so
 * that a Cyrillic В is never taken for a B.
 * @param longest how much of what is left is read, in characters
 */
export function plain(answer: string, longest = LONGEST): string {
  return answer
    .slice(0, 20 * longest)
    .replace(THOUGHT, ' ')
    .replace(UNFINISHED_THOUGHT, ' ')
    .replace(UNOPENED_THOUGHT, ' ')
    .slice(0, longest)
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/\u3002/g, '.')
    .replace(/\u3001/g, ',')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d\u00ab\u00bb\u300c\u300d]/g, '"')
    .replace(/[\u2013\u2014]/g, '-')
    .replace(/(?![\n\t])\p{C}/gu, '')
    .replace(/```(?:[a-z]{1,12}\n)?/g, ' ')
    .replace(/<\|?\/?[a-z_]{1,24}\|?>/gi, ' ')
    .replace(/\\(?:boxed|text|textbf|mathbf)\s?\{([^{}]{1,40})\}/g, '$1')
    .replace(/\\boxed\s?\{([^{}]{1,40})\}/g, '$1')
    .trim();
}

/** The one JSON object in a text, with what stands around it. */
export function jsonWithin(
  text: string,
): { object: Readonly<Record<string, unknown>>; around: string } | undefined {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}') + 1;
  if (start < 0 || end <= start) return undefined;
  try {
    const object: unknown = JSON.parse(text.slice(start, end));
    if (typeof object !== 'object' || object === null) return undefined;
    return {
      object: object as Record<string, unknown>,
      around: `${text.slice(0, start).trim()} ${text.slice(end).trim()}`.trim(),
    };
  } catch {
    return undefined;
  }
}
