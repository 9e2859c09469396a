import { sayCost, sumCosts } from '../mllm/cost.ts';
import type { Cost } from '../mllm/mllm.ts';
import { referenceBox } from './annotations.ts';
import { hits, type Measured } from './measure.ts';
import { counts, figure, isPositive, type Share, share } from './report.ts';

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

/** @param without the same annotations, measured without the model */
export function help(measured: readonly Measured[], without: readonly Measured[]): Help {
  const positives = measured.filter(isPositive);
  const wasAsked = ({ verdict }: Measured) => (verdict?.cost.calls ?? 0) > 0;
  const right = (items: readonly Measured[]) => share(items, (m) => m.right);
  const rejected = (items: readonly Measured[]) =>
    share(
      items.filter((m) => !isPositive(m)),
      (m) => m.verdict?.outcome === 'not-present',
    );
  return {
    asked: share(measured, wasAsked),
    precisionAt1: right(positives),
    precisionWhereAsked: right(positives.filter(wasAsked)),
    precisionWithout: right(without.filter(isPositive)),
    reachable: share(positives, isReachable),
    rejected: rejected(measured),
    rejectedWithout: rejected(without),
    cost: sumCosts(measured.flatMap(({ verdict }) => (verdict ? [verdict.cost] : []))),
  };
}

const isReachable = ({ annotation, verdict }: Measured): boolean =>
  verdict?.considered.some(({ box }) => hits(box, referenceBox(annotation))) ?? false;

/** @param name of the model, or that it is simulated */
export function printHelp(h: Help, name: string): string {
  const line = (what: string, of: Share) => `  ${what.padEnd(34)} ${figure(of)}  ${counts(of)}`;
  return [
    `Language model: ${name}`,
    line('questions that it was asked', h.asked),
    line('P@1 of the positives', h.precisionAt1),
    line('  where it was asked', h.precisionWhereAsked),
    line('  without it', h.precisionWithout),
    line('  with a right region considered', h.reachable),
    line('negatives not present', h.rejected),
    line('  without it', h.rejectedWithout),
    `  ${sayCost(h.cost)}`,
  ].join('\n');
}
