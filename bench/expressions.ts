/** What is asked in turn where questions are many: one, the most, all, a place, and what is mostly not there. */
export const EXPRESSIONS = [
  'the dog on the left',
  'the largest bottle',
  'all the people',
  'the second boat',
  'a cat',
] as const;
