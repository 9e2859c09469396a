import { type Core, NAMELESS } from './boundary.ts';
import { ANYTHING } from './lexicon/things.ts';
import { readNoun } from './noun.ts';
import type { Constraint, NounPhrase } from './query.ts';
import type { Cursor } from './tokens.ts';

/** Reads determiners, qualities and the head noun, with its owners; undefined when no noun phrase starts here. */
export function readCore(c: Cursor): Core | undefined {
  const start = c.at;
  let core = readNoun(c);
  while (c.peek().pos === 'POSS' && c.at > start) {
    c.next();
    const owner = asPhrase(core ?? NAMELESS, c.said(start, c.at - 1));
    const owned = readNoun(c) ?? NAMELESS;
    const has: Constraint = {
      kind: 'relation',
      relation: 'with',
      to: [owner],
      inverse: true,
      words: c.said(start, c.at),
    };
    core = { ...owned, constraints: [...owned.constraints, has], span: c.span(start) };
  }
  return core;
}

/** A core as a whole noun phrase; an ordinal without a side counts from the left, "last" from the right. */
export function asPhrase(core: Core, words: string, more: readonly Constraint[] = []): NounPhrase {
  const constraints = [...withGoal(core.constraints, more), ...more];
  const ordered = more.some((k) => k.kind === 'ordinal');
  // The second "to the left of the tree" is counted from the tree.
  const towardsLeft = more.some((k) => k.kind === 'relation' && k.relation === 'left-of');
  if (core.nth && !ordered) {
    constraints.push({
      kind: 'ordinal',
      nth: core.nth.nth,
      from: core.nth.fromEnd || towardsLeft ? 'right' : 'left',
      words,
    });
  }
  return {
    words,
    nouns: core.nouns.map((noun) => (ANYTHING.has(noun) ? 'thing' : noun)),
    plural: core.plural,
    constraints,
    ...(core.count === undefined ? {} : { count: core.count }),
  };
}

/** "the closest car to the bus" is not the one closest to the camera. */
function withGoal(before: readonly Constraint[], behind: readonly Constraint[]): readonly Constraint[] {
  const goal = behind.some(
    (k) => k.kind === 'relation' && (k.relation === 'nearest-to' || k.relation === 'farthest-from'),
  );
  return goal ? before.filter((k) => k.kind !== 'superlative' || k.by !== 'near') : before;
}
