import type { Policy, Said } from './seen.ts';

/** "A. (12,30),(200,180)" or "- B: None": the options that a prompt offers, in its order. */
const OPTION = /^\W{0,3}([A-Z])[.):]\s*(.*)$/gm;

export interface Option {
  readonly letter: string;
  readonly text: string;
}

export const optionsOf = (prompt: string): Option[] =>
  [...prompt.matchAll(OPTION)].map(([, letter = '', text = '']) => ({ letter, text: text.trim() }));

const isNone = ({ text }: Option): boolean => /^none\b/i.test(text);

/** A letter, surely, and the others as its alternatives. */
function choose(options: readonly Option[], chosen: Option | undefined, otherwise: string): Said {
  if (!chosen) return { text: otherwise };
  const rest = 0.05 / Math.max(1, options.length - 1);
  const first = options.map(({ letter }) => ({
    token: letter,
    logprob: Math.log(letter === chosen.letter ? 0.95 : rest),
  }));
  return { text: chosen.letter, first };
}

/** Ways to answer that need no knowledge of the picture. Others may be added to the table. */
export const POLICIES: Record<string, Policy> = {
  /** The first option, whatever it is. */
  'always-first': ({ prompt }) => {
    const options = optionsOf(prompt);
    return choose(options, options[0], 'A');
  },
  /** None, whether it is offered or not. */
  'always-none': ({ prompt }) => {
    const options = optionsOf(prompt);
    return choose(options, options.find(isNone), 'None');
  },
  /** What it was asked, and the sizes of the pictures it was shown. */
  echo: ({ prompt, images }) => ({
    text: [...images.map(({ width, height }) => `[${width} x ${height}]`), prompt].join(' '),
  }),
};
