/** Names of the tags around what a model thinks. */
const NAMES =
  'think|thinking|thoughts?|reason|reasoning|reflection|analysis|scratchpad|seed:think|seed:cot_budget_reflect';
/** Harmony and Gemma's channels, of which only the last one is meant for others. */
const CHANNEL = String.raw`<\|?channel\|?>\s*`;

/** Marks of models that think before they answer, by what they begin and what they end. */
const MARK = new RegExp(
  [
    String.raw`(?<begins><(?:${NAMES})>|\[THINK\]|◁think▷|<\|begin_of_thought\|>|<unused94>|${CHANNEL}(?:analysis|commentary|thought|thinking|reasoning)(?!\w))`,
    String.raw`(?<ends></(?:${NAMES})>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>|<unused95>|<channel\|>)`,
    `(?<final>${CHANNEL}final(?!\\w))`,
  ].join('|'),
  'gi',
);

/** A reply without what the model thought. */
export interface Said {
  readonly text: string;
  /** Whether it was still thinking when the reply ended: then nothing after the thought is known. */
  readonly thinking: boolean;
}

/**
 * What a reply says outside of thoughts. A thought that never ends goes on to the end of the reply; one that never began
 * goes back to its beginning.
 *
 * @example
 * withoutThoughts('<think>B is lower.</think>A') // { text: 'A', thinking: false }
 */
export function withoutThoughts(reply: string): Said {
  let outside: string[] = [];
  let thinking = false;
  let from = 0;
  for (const { 0: mark, index, groups } of reply.matchAll(MARK)) {
    const { begins, final } = groups!;
    if (begins !== undefined && !thinking) outside.push(reply.slice(from, index));
    // What stands before an end without a beginning was thought, and so was all before the final channel.
    if (final !== undefined || (begins === undefined && !thinking)) outside = [];
    thinking = begins !== undefined;
    from = index + mark.length;
  }
  if (!thinking) outside.push(reply.slice(from));
  return { text: outside.join(' ').trim(), thinking };
}

const ANSWER =
  /<answer>(?<answer>[^<]*(?:<(?!\/?answer>)[^<]*)*)<\/answer>|<\|begin_of_box\|>(?<box>[^<]*)<\|end_of_box\|>/gi;

/** What stands between the marks of an answer, where there is one pair of them; else the whole text. */
export function answerWithin(text: string): string {
  const marked = [...text.matchAll(ANSWER)];
  const { answer, box } = marked[0]?.groups ?? {};
  return marked.length === 1 ? (answer ?? box ?? text) : text;
}
