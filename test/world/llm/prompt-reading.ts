import type { Box } from '../../../src/box.ts';
import { optionsOf } from './policies.ts';

/** What a prompt asks, taken from its words. */
export type Asked =
  | { readonly kind: 'selection'; readonly expression: string; readonly options: readonly Shown[] }
  | { readonly kind: 'box'; readonly expression: string; readonly mayBeAbsent: boolean }
  | { readonly kind: 'targets'; readonly expressions: Readonly<Record<string, string>> }
  | { readonly kind: 'unknown' };

/** An option; its box as shares of the picture's sides, where the prompt gives one. */
export interface Shown {
  readonly letter: string;
  readonly box?: Box;
  readonly none: boolean;
}

export function readPrompt(prompt: string): Asked {
  const described = /^Description: "([^"\n]*)"$/m.exec(prompt)?.[1];
  const options = optionsOf(prompt);
  if (described !== undefined && options.length > 0) {
    return { kind: 'selection', expression: described, options: options.map(shown) };
  }
  const located = /bounding box of "([^"\n]*)"/.exec(prompt)?.[1];
  if (located !== undefined) {
    return { kind: 'box', expression: located, mayBeAbsent: /output None/.test(prompt) };
  }
  const listed = prompt.split('Descriptions:\n').at(-1)?.split('\nAnswer:')[0];
  if (prompt.includes('Descriptions:\n') && listed) {
    return { kind: 'targets', expressions: JSON.parse(listed) as Record<string, string> };
  }
  return { kind: 'unknown' };
}

const BOX = /\((\d+),(\d+)\),\((\d+),(\d+)\)/;

function shown({ letter, text }: { letter: string; text: string }): Shown {
  const corners = BOX.exec(text)
    ?.slice(1)
    .map((v) => Number(v) / 1000);
  return {
    letter,
    none: /^none\b/i.test(text),
    ...(corners ? { box: corners as unknown as Box } : {}),
  };
}
