import type { Colour, Constraint, NounPhrase, Query } from '../../src/expression/query.ts';

/**
 * A query on one line, for tables of examples:
 * "man: at far-left, red@torso, not riding(bike), left-of(2 dog+), ?"with a long beard""
 * `dog+` is plural, `2 dog+` counted, `?"…"` unresolved, `reads "…"` writing, `riding^(…)` inverse, `left-of!(…)` close.
 */
export const describeQuery = (query: Query): string => describePhrase(query.target);

export function describePhrase({ nouns, plural, count, pronoun, constraints }: NounPhrase): string {
  const name = pronoun ? 'it' : nouns.join('/');
  const head = `${count === undefined ? '' : `${count} `}${name}${plural ? '+' : ''}`;
  return constraints.length === 0 ? head : `${head}: ${constraints.map(describeConstraint).join(', ')}`;
}

const describeConstraint = (constraint: Constraint): string =>
  (constraint.negated ? 'not ' : '') + meaningOf(constraint);

function meaningOf(k: Constraint): string {
  switch (k.kind) {
    case 'colour':
      return k.colours.map(nameOf).join('&') + (k.part === 'whole' ? '' : `@${k.part}`);
    case 'size':
      return k.size;
    case 'age':
      return k.age;
    case 'place':
      return `at ${k.far ? 'far-' : ''}${k.place}`;
    case 'row':
      return `row ${k.row}`;
    case 'ordinal':
      return `#${k.nth} from ${k.from}`;
    case 'superlative':
      return `${k.most ? 'most' : 'least'} ${k.by}${k.nth === 1 ? '' : ` #${k.nth}`}`;
    case 'relation':
      return `${k.relation}${k.inverse ? '^' : ''}${k.close ? '!' : ''}(${k.to.map(describePhrase).join('; ')})`;
    case 'reading':
      return `reads "${k.text}"`;
    case 'pose':
      return k.placed ? `${k.pose}~` : k.pose;
    case 'unresolved':
      return `?"${k.words}"`;
  }
}

const nameOf = ({ name, tone }: Colour): string => (tone ? `${tone}-${name}` : name);

/** The words of all constraints of a phrase, at any depth. */
export const quoted = ({ constraints }: NounPhrase): string[] =>
  constraints.flatMap((k) => [k.words, ...(k.kind === 'relation' ? k.to.flatMap(quoted) : [])]);
