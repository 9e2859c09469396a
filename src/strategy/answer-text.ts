/** A longer reply is not looked at: what is not read might take back what is. */
export const LONGEST_REPLY = 40_000;
/** Nor is one that says more than this outside of its thoughts, in characters. */
export const LONGEST_ANSWER = 2000;

const THOUGHT_TAG = /<(?<end>\/?)think(?:ing)?>/gi;

/** What is not within a thought. One that never ends goes on to the end; one that never began, from the beginning. */
function withoutThoughts(reply: string): string {
  let outside: string[] = [];
  let thinking = false;
  let from = 0;
  for (const match of reply.matchAll(THOUGHT_TAG)) {
    const ends = match.groups!.end !== '';
    if (ends && !thinking) outside = [];
    if (!ends && !thinking) outside.push(reply.slice(from, match.index));
    thinking = !ends;
    from = match.index + match[0].length;
  }
  if (!thinking) outside.push(reply.slice(from));
  return outside.join(' ');
}

/**
 * An answer without what is not said: thoughts before it, tags, tokens of a chat template, LaTeX boxes, fences of
 * code, invisible characters. Full-width letters become usual ones; letters of other scripts stay what they are, so
 * that a Cyrillic В is never taken for a B.
 * @param longest how much may be said outside of thoughts, in characters
 * @returns undefined for what is too long to be read: its beginning alone is no answer
 */
export function plain(reply: string, longest = LONGEST_ANSWER): string | undefined {
  if (reply.length > LONGEST_REPLY) return undefined;
  const said = withoutThoughts(reply).trim();
  if (said.length > longest) return undefined;
  return said
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/\u3002/g, '.')
    .replace(/\u3001/g, ',')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d]/g, '"')
    .replace(/[\u2013\u2014]/g, '-')
    .replace(/(?![\n\t])\p{C}/gu, '')
    .replace(/```(?:[a-z]{1,12}\n)?/g, ' ')
    .replace(/<\/?(?:del|strike)>/gi, '~~')
    .replace(/<\|?\/?[a-z_]{1,24}\|?>/gi, ' ')
    .replace(/\\(?:boxed|text|textbf|mathbf)\s?\{([^{}]{1,40})\}/g, '$1')
    .replace(/\\boxed\s?\{([^{}]{1,40})\}/g, '$1')
    .trim();
}

/** A JSON object within a text. */
export interface Json {
  readonly object: Readonly<Record<string, unknown>>;
  /** What stands before and after it. */
  readonly around: string;
  /** Whether a key stands twice in it, of which parsing keeps the last: then it says two things. */
  readonly repeated: boolean;
}

/** The one JSON object in a text from `plain`. */
export function jsonWithin(text: string): Json | undefined {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}') + 1;
  if (start < 0 || end <= start) return undefined;
  const json = text.slice(start, end);
  try {
    const object: unknown = JSON.parse(json);
    if (typeof object !== 'object' || object === null) return undefined;
    return {
      object: object as Record<string, unknown>,
      around: `${text.slice(0, start).trim()} ${text.slice(end).trim()}`.trim(),
      repeated: members(json) !== members(JSON.stringify(object)),
    };
  } catch {
    return undefined;
  }
}

/** How many keys a JSON text has, however deep: colons outside of strings. */
const members = (json: string): number => json.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
