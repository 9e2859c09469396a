import { ALL_NEGATIVES, ALL_POSITIVES, LEVEL_1_AGAINST_ALL } from '../score/items.ts';
import { table } from '../score/print.ts';
import { figureOf, type Scores } from '../score/sections.ts';
import type { Published } from './collect.ts';
import { type BoxFigures, type LetterFigures, SCRIPTS } from './figures.ts';

/** A figure of ours: a section that has it, what is measured, and of which group. */
type Ours = readonly [section: string, metric: string, group: string];

interface Line {
  readonly name: string;
  /** What the script prints, and where the same stands among our figures. */
  readonly cells: readonly { readonly published: number | null; readonly ours?: Ours }[];
}

/** What `eval_metric_mmdet.py` (or `eval_metric.py`) prints, in percent, beside our figures. */
export function printPublishedBoxes({ script, boxes, routed, answers }: Published, scores: Scores): string {
  const ks = Object.keys(boxes.precision['1'] ?? {});
  return [
    `As published, in percent, of ${answers} answers: ours | what the authors' script prints. docs/evaluation.md lists the differences.`,
    ...section(
      `Precision@k: ours | ${script}`,
      ks.map((k) => `P@${k}`),
      Object.entries(boxes.precision).map(([level, of]) => ({
        name: `level ${level}`,
        cells: ks.map((k) => ({
          published: of[k]!,
          ours: ['precision', `precision@${k}`, `level ${level}`],
        })),
      })),
      scores,
    ),
    ...section(
      `Recall@k: ours | ${script}`,
      ks.map((k) => `R@${k}`),
      recallLines(boxes, ks),
      scores,
    ),
    ...section(
      `Top box against negatives: ours | ${script}. FPR95 there: the false positive rate where the true positive rate is nearest to .95; "overall" there: level-1 positives against all negatives`,
      SEPARATION,
      separationLines(boxes, 'top-box'),
      scores,
    ),
    ...(routed
      ? section(
          `Precision with IoU > .5, by the level that the router gave: ours (IoU >= .5) | ${SCRIPTS.routed}`,
          ['P@1'],
          Object.entries(routed).map(([name, published]) => ({
            name,
            cells: [{ published, ours: ROUTED[name]! }],
          })),
          scores,
        )
      : []),
  ].join('\n');
}

const ROUTED: Readonly<Record<string, Ours>> = {
  'single object': ['precision', 'precision@1', 'route specialist'],
  'several objects': ['precision', 'precision@1', 'route mllm'],
  overall: ['precision', 'precision@1', ALL_POSITIVES],
};

/** What `evaluation_CRS_neg.py` prints, in percent, beside our figures. */
export function printPublishedLetters({ letters, answers }: Published, scores: Scores): string {
  const script = SCRIPTS.letters;
  const name: Readonly<Record<string, { name: string; ours?: Ours }>> = {
    ovr: { name: 'overall', ours: ['precision', 'precision@1', ALL_POSITIVES] },
    1: { name: 'level 1', ours: ['precision', 'precision@1', 'level 1'] },
    2: { name: 'its "level 2": levels 2 and 3 together' },
    3: { name: 'its "level 3": negatives rejected', ours: ['rejection', 'rejection', ALL_NEGATIVES] },
  };
  return [
    `As published, in percent, of ${answers} answers by letter: ours | what the authors' script prints. docs/evaluation.md lists the differences.`,
    ...section(
      `Precision@1: ours | ${script}`,
      ['P@1'],
      Object.entries(letters.precision).map(([key, published]) => {
        const { ours, name: row } = name[key]!;
        return { name: row, cells: [{ published, ...(ours && { ours }) }] };
      }),
      scores,
    ),
    ...section(
      `Recall@1, in which a rejected negative competes with its score there: ours | ${script}`,
      ['R@1'],
      recallLines(letters, ['1']),
      scores,
    ),
    ...section(
      `Against negatives: ours by presence | ${script} by the probability of the letter, turned round for a negative answered None`,
      SEPARATION,
      separationLines(letters, 'presence'),
      scores,
    ),
  ].join('\n');
}

const SEPARATION = ['AUROC', 'FPR95', 'AUPR'];

const recallLines = ({ recall }: Pick<BoxFigures, 'recall'>, ks: readonly string[]): Line[] =>
  Object.entries(recall).map(([kind, of]) => ({
    name: kind,
    cells: ks.map((k) => ({ published: of[k]!, ours: ['recall', `recall@${k}`, kind] })),
  }));

const separationLines = ({ separation }: Pick<LetterFigures, 'separation'>, section: string): Line[] =>
  Object.entries(separation).map(([kind, of]) => ({
    name: kind,
    cells: SEPARATION.map((metric) => ({
      published: of[metric]!,
      ours: [section, metric, kind === 'overall' ? LEVEL_1_AGAINST_ALL : kind],
    })),
  }));

function section(
  title: string,
  columns: readonly string[],
  lines: readonly Line[],
  scores: Scores,
): string[] {
  if (lines.length === 0) return [];
  const rows = lines.map(({ name, cells }) => [
    name,
    ...cells.map(({ published, ours }) => `${ours ? percentOf(scores, ours) : '-'} | ${percent(published)}`),
  ]);
  return ['', title, ...table([['', ...columns], ...rows]).map((line) => `  ${line}`)];
}

function percentOf({ sections }: Scores, [id, metric, group]: Ours): string {
  const value = figureOf({ sections: sections.filter((one) => one.id === id) }, metric, group)?.value;
  return percent(value === null || value === undefined ? null : value * 100);
}

const percent = (value: number | null): string => (value === null ? '-' : value.toFixed(2));
