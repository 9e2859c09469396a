import type { FormatName } from './formats.ts';
import { REASONS, type Reason, type Skipped } from './reasons.ts';

/** What became of the rows of a set. */
export interface ReadReport {
  readonly format: FormatName | undefined;
  /** Annotations that were given out. */
  readonly kept: number;
  /** Boxes of these that reached over the edge of their picture and were cut there. */
  readonly clamped: number;
  /** Rows that were left out, by reason. */
  readonly skipped: Readonly<Partial<Record<Reason, number>>>;
  /** The first few of each reason; `onSkip` is told all. */
  readonly examples: readonly Skipped[];
}

/** So many rows of each reason are remembered. */
export const EXAMPLES = 5;

/** Keeps a report: counts all, remembers few. */
export class Reporter implements ReadReport {
  format: FormatName | undefined;
  kept = 0;
  clamped = 0;
  readonly skipped: Partial<Record<Reason, number>> = {};
  readonly examples: Skipped[] = [];

  keep(clamped: boolean): void {
    this.kept += 1;
    if (clamped) this.clamped += 1;
  }

  skip(row: Skipped): void {
    const before = this.skipped[row.reason] ?? 0;
    this.skipped[row.reason] = before + 1;
    if (before < EXAMPLES) this.examples.push(row);
  }
}

/** How many rows were left out, for any reason. */
export const skippedRows = ({ skipped }: Pick<ReadReport, 'skipped'>): number =>
  Object.values(skipped).reduce((sum, n) => sum + n, 0);

/** A report in lines for a person: what was kept, and what was left out, most frequent first. */
export function tellReport(report: ReadReport): string[] {
  const { kept, clamped, skipped, examples } = report;
  const left = skippedRows(report);
  const of = `${kept} of ${kept + left} annotations read`;
  const first = clamped > 0 ? `${of}; ${clamped} boxes cut at the edge of their picture` : of;
  const reasons = (Object.entries(skipped) as [Reason, number][]).toSorted(([, a], [, b]) => b - a);
  return [
    first,
    ...reasons.map(([reason, n]) => {
      const rows = examples.filter((row) => row.reason === reason).map(tellRow);
      return `${n} left out, ${reason}: ${REASONS[reason]} (${rows.join('; ')}${n > rows.length ? '; …' : ''})`;
    }),
  ];
}

export const tellRow = ({ row, id, detail }: Skipped): string =>
  [`row ${row}`, ...(id === undefined ? [] : [`id ${id}`]), ...(detail ? [detail] : [])].join(', ');
