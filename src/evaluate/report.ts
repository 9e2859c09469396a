import type { Outcome } from '../verdict/verdict.ts';
import type { Measured } from './measure.ts';

/** Tags whose questions geometry and pixels alone can decide. */
export const DECIDABLE: ReadonlySet<string> = new Set([
  'category',
  'colour',
  'size',
  'position',
  'ordinal',
  'relation',
  'count',
]);

/** A share with what it was counted from. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

export const share = <T>(items: readonly T[], test: (item: T) => boolean): Share => ({
  part: items.filter(test).length,
  of: items.length,
});

export interface Report {
  readonly precisionAt1: Readonly<Record<string, Share>>;
  /** Found, not present and undecided, of the positives and of each negative type. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<Outcome | 'error', Share>>>>;
  readonly precisionOfFound: Share;
}

export const isPositive = ({ annotation }: Measured): boolean => annotation.bbox !== null;

/** All figures of a run; positives are annotations with a reference box. */
export function report(measured: readonly Measured[]): Report {
  const positives = measured.filter(isPositive);
  const negatives = measured.filter((m) => !isPositive(m));
  const right = (items: readonly Measured[]) => share(items, (m) => m.right);
  const tags = [...new Set(positives.flatMap((m) => m.annotation.tags))].sort();
  const types = [...new Set(negatives.map(negativeType))].sort();
  return {
    precisionAt1: {
      'all positives': right(positives),
      'decidable by geometry and pixels': right(
        positives.filter((m) => m.annotation.tags.every((tag) => DECIDABLE.has(tag))),
      ),
      ...Object.fromEntries(
        [1, 2, 3].map((level) => [
          `level ${level}`,
          right(positives.filter((m) => m.annotation.level === level)),
        ]),
      ),
      ...Object.fromEntries(
        tags.map((tag) => [`tag ${tag}`, right(positives.filter((m) => m.annotation.tags.includes(tag)))]),
      ),
    },
    outcomes: {
      positives: outcomes(positives),
      negatives: outcomes(negatives),
      ...Object.fromEntries(
        types.map((type) => [type, outcomes(negatives.filter((m) => negativeType(m) === type))]),
      ),
    },
    precisionOfFound: right(measured.filter((m) => m.verdict?.outcome === 'found')),
  };
}

const negativeType = ({ annotation }: Measured): string =>
  `negative ${annotation.negative_type ?? 'of no type'} ${annotation.negative_level ?? ''}`.trim();

function outcomes(items: readonly Measured[]): Record<Outcome | 'error', Share> {
  const of = (outcome: Outcome) => share(items, (m) => m.verdict?.outcome === outcome);
  return {
    found: of('found'),
    'not-present': of('not-present'),
    undecided: of('undecided'),
    error: share(items, (m) => m.error !== undefined),
  };
}

export const figure = ({ part, of }: Share): string => (of === 0 ? '   -' : (part / of).toFixed(3));
export const counts = ({ part, of }: Share): string => `${part}/${of}`;

/** The report as text for a terminal: every share with its counts. */
export function printReport(r: Report): string {
  const precision = Object.entries(r.precisionAt1).map(
    ([name, value]) => `  ${name.padEnd(34)} ${figure(value)}  ${counts(value)}`,
  );
  const kinds = ['found', 'not-present', 'undecided', 'error'] as const;
  const table = Object.entries(r.outcomes).map(
    ([name, row]) =>
      `  ${name.padEnd(26)} ${kinds.map((k) => figure(row[k]).padStart(11)).join(' ')}  n ${row.found.of}`,
  );
  return [
    'Precision@1 (IoU >= 0.5; undecided by its first candidate)',
    ...precision,
    '',
    `Outcomes${' '.repeat(20)} ${kinds.map((k) => k.padStart(11)).join(' ')}`,
    ...table,
    '',
    `Precision of "found" (right box, positives and negatives together)  ${figure(r.precisionOfFound)}  ${counts(r.precisionOfFound)}`,
  ].join('\n');
}

/** One line for each wrong answer, to be looked at. */
export function printErrors(measured: readonly Measured[]): string[] {
  return measured.flatMap(({ annotation, verdict, error, right }) => {
    const { id, file_name, expression, bbox } = annotation;
    if (error) return [`${id} ${file_name} error ${error.code}: ${expression}`];
    const wrong = bbox === null ? verdict?.outcome === 'found' : !right;
    return wrong
      ? [`${id} ${file_name} ${bbox === null ? 'negative' : 'positive'} ${verdict?.outcome}: ${expression}`]
      : [];
  });
}
