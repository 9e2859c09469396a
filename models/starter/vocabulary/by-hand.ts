import type { Group } from './derive.ts';

/** Reads lines `label, label: noun, noun`; `#` starts a comment line. */
export function readGroups(match: Group['match'], text: string): Group[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [labels, nouns] = line.split(':').map(listed);
    if (labels === undefined || nouns === undefined) throw new Error(`Not "labels: nouns": ${line}`);
    return { match, labels, nouns };
  });
}

/** Comma-separated words, over as many lines as they need. */
export const listed = (text: string): string[] => text.trim().split(/\s*,\s*/);
