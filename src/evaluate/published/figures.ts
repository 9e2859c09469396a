import type { Box } from '../../box.ts';
import { separation } from '../metrics/curves.ts';
import { highest, type SortedPoints, sortPoints } from '../metrics/metrics.ts';
import type { Prediction } from '../prediction.ts';
import { grouped, nameOfKind, type Row } from '../score/items.ts';

/** The authors' scripts, by what they score. Each figure names the one that it follows. */
export const SCRIPTS = {
  /** A detector's boxes with scores; liujunzhuo/FineCops-Ref. */
  boxes: 'eval_metric_mmdet.py',
  /** Boxes in a language model's text; liujunzhuo/FineCops-Ref. */
  text: 'eval_metric.py',
  /** A language model's letters, None among them; sleepyshep/FineCops-Ref. */
  letters: 'evaluation_CRS_neg.py',
  /** A router that leaves some questions to the detector; sleepyshep/FineCops-Ref. */
  routed: 'evaluation_SFA.py',
} as const;

export type Script = (typeof SCRIPTS)[keyof typeof SCRIPTS];

/** Figures in percent, by group and by what is measured; null where the script would end with an error. */
type Table = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

/** What `eval_metric_mmdet.py` and `eval_metric.py` print. */
export interface BoxFigures {
  readonly precision: Table;
  readonly recall: Table;
  readonly separation: Table;
}

/** What `evaluation_CRS_neg.py` prints. Its "2" is levels 2 and 3 together, its "3" the rejection of negatives. */
export interface LetterFigures extends Omit<BoxFigures, 'precision'> {
  readonly precision: Readonly<Record<string, number | null>>;
}

/** What `evaluation_SFA.py` prints: precision by who the router gave the question to. */
export type RoutedFigures = Readonly<Record<string, number | null>>;

const KS = [1, 5, 10] as const;
const IOU = 0.5;
const LEVELS = [1, 2, 3] as const;

/** What the scripts make of one answer: small, however many boxes it has. */
export interface Judged {
  readonly row: Row;
  /** Rank of the first box with an IoU of .5, from 1; Infinity where none has. */
  readonly rank: number;
  /** That of the best box; 0 without one. */
  readonly score: number;
  /** Scores that take part in recall, highest first; as many as the largest k. */
  readonly scores: Float64Array;
  /** IoU of the first box. */
  readonly first: number;
  /** Whether no box is answered, which is the letter of None. */
  readonly isNone: boolean;
  /**
   * Probability of the letter that is answered: that of the box, or P(None); of a negative answered None it is turned
   * round.
   */
  readonly letterScore: number;
  readonly route: Prediction['route'];
}

/**
 * The order of boxes is that of the file, as in mmdetection's results. In text, boxes are sorted by score, the last of
 * equal ones first, and cut to whole pixels.
 * @param row with its box as the set has it, not cut at the edge of its picture
 */
export function judge(row: Row, prediction: Prediction, script: Script = SCRIPTS.boxes): Judged {
  const isText = script === SCRIPTS.text;
  const { boxes, scores } = isText ? wholeBoxes(prediction) : prediction;
  const counted = isText ? scores : scores.filter((score) => score > 0);
  const { presence = 0, route } = prediction;
  const isNone = boxes.length === 0;
  return {
    row,
    rank: rankIn(boxes, row.reference),
    score: scores.reduce((best, score) => Math.max(best, score), isNone ? 0 : Number.NEGATIVE_INFINITY),
    scores: highest(counted, Math.max(...KS)),
    first: overlap(prediction.boxes[0], row.reference),
    isNone,
    letterScore: isNone ? (row.negative ? presence : 1 - presence) : prediction.scores[0]!,
    route,
  };
}

/** Boxes as the script for text has them. */
function wholeBoxes({ boxes, scores }: Prediction): { boxes: Box[]; scores: number[] } {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || b - a);
  return {
    boxes: order.map((i) => boxes[i]!.map(Math.trunc) as unknown as Box),
    scores: order.map((i) => scores[i]!),
  };
}

/** What the scripts for boxes print. Only questions that are answered count, in the denominators, too. */
export function boxFigures(judged: readonly Judged[]): BoxFigures {
  const positives = judged.filter(({ row }) => !row.negative);
  return {
    precision: Object.fromEntries(
      LEVELS.map((level) => {
        const of = positives.filter(({ row }) => row.level === level);
        const byK = KS.map((k) => [String(k), shareOf(of, ({ rank }) => rank <= k)]);
        return [String(level), Object.fromEntries(byK)];
      }),
    ),
    recall: recallOf(judged, KS, true),
    separation: separationsOf(judged, true),
  };
}

/** What the script for letters prints. */
export function letterFigures(judged: readonly Judged[]): LetterFigures {
  const letters = judged.map((one) => ({
    ...one,
    ...{ rank: one.first >= IOU ? 1 : Number.POSITIVE_INFINITY, score: one.letterScore },
    scores: Float64Array.of(one.letterScore),
  }));
  const positives = letters.filter(({ row }) => !row.negative);
  const isRight = ({ rank }: Judged): boolean => rank === 1;
  return {
    precision: {
      ovr: shareOf(positives, isRight),
      1: shareOf(
        positives.filter(({ row }) => row.level === 1),
        isRight,
      ),
      2: shareOf(
        positives.filter(({ row }) => row.level > 1),
        isRight,
      ),
      3: shareOf(
        letters.filter(({ row }) => row.negative),
        ({ isNone }) => isNone,
      ),
    },
    recall: recallOf(letters, [1], false),
    separation: separationsOf(letters, false),
  };
}

/** What the script for routed questions prints of positives: IoU > .5, by who decided. */
export function routedFigures(judged: readonly Judged[]): RoutedFigures {
  const positives = judged.filter(({ row, route }) => !row.negative && route !== undefined);
  const isRight = ({ first }: Judged): boolean => first > IOU;
  const isAsked = ({ route }: Judged): boolean => route === 'mllm';
  return {
    'single object': shareOf(
      positives.filter((one) => !isAsked(one)),
      isRight,
    ),
    'several objects': shareOf(positives.filter(isAsked), isRight),
    overall: shareOf(positives, isRight),
  };
}

const rankIn = (boxes: readonly Box[], reference: Box | undefined): number => {
  const index = boxes.findIndex((box) => overlap(box, reference) >= IOU);
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
};

const f = Math.fround;

/** IoU in single precision, as mmdetection and torchvision have it; 0 where there is nothing to compare. */
function overlap(box: Box | undefined, reference: Box | undefined): number {
  if (!box || !reference) return 0;
  const [ax, ay, ar, ab] = box.map(f) as unknown as Box;
  const [bx, by, br, bb] = reference.map(f) as unknown as Box;
  const width = Math.max(0, f(Math.min(ar, br) - Math.max(ax, bx)));
  const height = Math.max(0, f(Math.min(ab, bb) - Math.max(ay, by)));
  const shared = f(width * height);
  const areas = f(f(f(ar - ax) * f(ab - ay)) + f(f(br - bx) * f(bb - by)));
  const union = f(areas - shared);
  return union > 0 ? f(shared / union) : 0;
}

/** Percent with two digits; null of nothing. Half a hundredth goes to the even one, as numpy rounds. */
function percent(share: number): number | null {
  if (!Number.isFinite(share)) return null;
  const hundredths = share * 10_000;
  const below = Math.floor(hundredths);
  const isHalf = Math.abs(hundredths - below - 0.5) < 1e-9;
  return (isHalf ? below + (below % 2) : Math.round(hundredths)) / 100;
}

const shareOf = <T>(of: readonly T[], test: (item: T) => boolean): number | null =>
  percent(of.filter(test).length / of.length);

/** Negatives of a kind, with the positives that they were made from; those whose positive has no answer are left out. */
function kindsOf(judged: readonly Judged[]) {
  const positives = new Map(judged.filter(({ row }) => !row.negative).map((one) => [one.row.id, one]));
  const pairs = judged.flatMap((negative) => {
    const positive = positives.get(negative.row.positiveId ?? '');
    return negative.row.negative?.type !== undefined && positive ? [{ positive, negative }] : [];
  });
  return grouped(pairs, ({ negative }) => [nameOfKind(negative.row.negative!)]);
}

/**
 * Of each positive with negatives of the kind: the scores of the positive and its negatives are pooled, the k highest
 * taken, and its first boxes looked at, as many as it has scores among those (of equal scores all count).
 */
function recallOf(judged: readonly Judged[], ks: readonly number[], withCount: boolean): Table {
  return Object.fromEntries(
    kindsOf(judged).map(({ name, of }) => {
      const contests = grouped(of, ({ positive }) => [positive.row.id]);
      const recall = ks.map((k) => {
        const isRecalled = ({ of: pairs }: (typeof contests)[number]): boolean => {
          const { positive } = pairs[0]!;
          const pool = [...positive.scores, ...pairs.flatMap(({ negative }) => [...negative.scores])];
          const lowest = highest(pool, k).at(-1) ?? Number.POSITIVE_INFINITY;
          const among = positive.scores.filter((score) => score >= lowest).length;
          return positive.rank <= Math.min(among, k);
        };
        return [String(k), shareOf(contests, isRecalled)] as const;
      });
      return [name, { ...Object.fromEntries(recall), ...(withCount && { positives: contests.length }) }];
    }),
  );
}

/** By kind each negative against its own positive; "overall" is all level-1 positives against all negatives. */
function separationsOf(judged: readonly Judged[], withCount: boolean): Table {
  const positive = ({ score }: Judged) => ({ score, positive: true, image: 0 });
  const negative = ({ score }: Judged) => ({ score, positive: false, image: 0 });
  const measured = (name: string, points: SortedPoints, negatives: number) => {
    const { auroc, aupr } = separation(points);
    const figures = { AUROC: percent(auroc), FPR95: percent(nearestFpr95(points)), AUPR: percent(aupr) };
    return [name, { ...figures, ...(withCount && { negatives }) }] as const;
  };
  const negatives = judged.filter(({ row }) => row.negative);
  const easy = judged.filter(({ row }) => !row.negative && row.level === 1);
  return Object.fromEntries([
    ...kindsOf(judged).map(({ name, of }) => {
      const points = of.flatMap((pair) => [positive(pair.positive), negative(pair.negative)]);
      return measured(name, sortPoints(points), of.length);
    }),
    ...(negatives.length > 0
      ? [
          measured(
            'overall',
            sortPoints([...easy.map(positive), ...negatives.map(negative)]),
            negatives.length,
          ),
        ]
      : []),
  ]);
}

/**
 * From the highest threshold down, the false positive rate where the true positive rate is nearest to .95; of equally
 * near ones the last, and none beyond the first threshold that passes all positives.
 */
export function nearestFpr95({ size, score, positive }: SortedPoints): number {
  const positives = positive.reduce((sum, p) => sum + p, 0);
  let [passed, nearest, fpr] = [0, Number.POSITIVE_INFINITY, Number.NaN];
  for (let i = 0; i < size && passed < positives; ) {
    const threshold = score[i];
    for (; i < size && score[i] === threshold; i++) passed += positive[i]!;
    const gap = Math.abs(passed / positives - 0.95);
    if (gap <= nearest) [nearest, fpr] = [gap, (i - passed) / (size - positives)];
  }
  return fpr;
}
