import { type Cost, formatCost } from '../../verdict.ts';
import { isBad, readPredictions } from '../answers/read.ts';
import { type Annotation, hits, type Prediction, referenceBox } from '../prediction.ts';
import { type Item, isHit, outcomeOf } from '../score/items.ts';
import type { Scores } from '../score/sections.ts';

/** A share with what it was counted from. */
interface Share {
  readonly part: number;
  readonly of: number;
}

/** What a language model brought to a run. */
export interface Help {
  /** Questions that it was asked. */
  readonly asked: Share;
  /** Precision@1 of the positives, and where it was asked. */
  readonly precisionAt1: Share;
  readonly precisionWhereAsked: Share;
  /** The same questions without it. */
  readonly precisionWithout: Share;
  /** Positives with a considered region on the reference box: more than this no choice among them can reach. */
  readonly reachable: Share;
  /** Negatives called not present, with it and without. */
  readonly rejected: Share;
  readonly rejectedWithout: Share;
  readonly cost: Cost;
}

/** @param without the same annotations, answered without the model */
export async function helpOf(
  annotations: readonly Annotation[],
  predictions: string | readonly Prediction[],
  scores: Scores,
  without: Scores,
): Promise<Help> {
  const { all, positives, negatives } = scores.items;
  const wasAsked = ({ answer }: Item) => (answer?.cost?.calls ?? 0) > 0;
  const isRejected = (item: Item) => outcomeOf(item) === 'not-present';
  return {
    asked: share(all, wasAsked),
    precisionAt1: share(positives, isHit),
    precisionWhereAsked: share(positives.filter(wasAsked), isHit),
    precisionWithout: share(without.items.positives, isHit),
    reachable: { part: await reachable(annotations, predictions), of: positives.length },
    rejected: share(negatives, isRejected),
    rejectedWithout: share(without.items.negatives, isRejected),
    cost: scores.cost,
  };
}

const share = <T>(items: readonly T[], test: (item: T) => boolean): Share => ({
  part: items.filter(test).length,
  of: items.length,
});

/** Distinct positives whose last answer considered a right region, whatever became of it. */
async function reachable(
  annotations: readonly Annotation[],
  predictions: string | readonly Prediction[],
): Promise<number> {
  const references = new Map(annotations.map((annotation) => [annotation.id, referenceBox(annotation)]));
  const reached = new Map<string, boolean>();
  for await (const read of typeof predictions === 'string' ? readPredictions(predictions) : predictions) {
    if (isBad(read) || !references.has(read.id)) continue;
    const { id, boxes, rejected = [] } = read;
    reached.set(
      id,
      [...boxes, ...rejected].some((box) => hits(box, references.get(id))),
    );
  }
  return [...reached.values()].filter(Boolean).length;
}

/** @param name of what was run; says where a model is simulated */
export function printHelp(help: Help, name: string): string {
  const line = (what: string, { part, of }: Share) => {
    const value = of === 0 ? '   -' : (part / of).toFixed(3);
    return `  ${what.padEnd(34)} ${value}  ${part}/${of}`;
  };
  return [
    `What the language model brought (${name})`,
    line('questions that it was asked', help.asked),
    line('P@1 of the positives', help.precisionAt1),
    line('  where it was asked', help.precisionWhereAsked),
    line('  without it', help.precisionWithout),
    line('  with a right region considered', help.reachable),
    line('negatives not present', help.rejected),
    line('  without it', help.rejectedWithout),
    `  ${formatCost(help.cost)}`,
  ].join('\n');
}
