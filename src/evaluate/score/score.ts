import { sumCosts } from '../../verdict.ts';
import { bootstrap, RESAMPLING } from '../metrics/bootstrap.ts';
import { reliability, rocCurve } from '../metrics/curves.ts';
import { bestThreshold } from '../metrics/metrics.ts';
import type { Annotation, Prediction } from '../prediction.ts';
import { collect, type Items, isAnswered, itemsOf, listed, type Many, OVERALL } from './items.ts';
import {
  forecastsOf,
  ofItems,
  presenceGroups,
  type ScoredSection,
  type ScoreOptions,
  type Scores,
  SECTIONS,
  type Sectioning,
} from './sections.ts';

const KS = [1, 5, 10] as const;

/**
 * Scores predictions against annotations, read one after the other; what is kept of each is small.
 * @param predictions a file of one prediction a line, or the predictions themselves
 * @throws SpotterError not-found
 */
export async function score(
  annotations: Many<Annotation>,
  predictions: string | Many<Prediction>,
  options: ScoreOptions = {},
): Promise<Scores> {
  const { name, ks = KS, threshold: given } = options;
  const resampling = { ...RESAMPLING, ...options.resampling };
  const collected = await collect(annotations, predictions, Math.max(...ks));
  const items = itemsOf(collected);
  const threshold = given ?? chosenThreshold(items);
  const { all, positives, negatives, images } = items;
  const paired = new Set(items.pairs.map(({ negative }) => negative));
  const unpaired = negatives.filter((negative) => !paired.has(negative)).map(({ row }) => row.id);
  return {
    name,
    set: {
      annotations: all.length,
      positives: positives.length,
      negatives: negatives.length,
      images,
      unpaired: listed(unpaired),
    },
    answered: { part: all.filter(isAnswered).length, of: all.length },
    pairing: collected.pairing,
    options: { ks, resampling, threshold, thresholdIsGiven: given !== undefined },
    sections: sectionsOf(items, { ks, threshold }, resampling),
    curves: {
      roc: presenceGroups(items)
        .map(({ name: group, points }) => ({ group, points: rocCurve(points) }))
        .filter(({ points }) => points.length > 0),
      reliability: forecastsOf(items).map(({ name: of, forecasts }) => ({
        of,
        bins: reliability(forecasts),
      })),
    },
    cost: costOf(items),
    items,
    collected,
  };
}

/** One bootstrap over all sections, so that each resample is drawn once. */
function sectionsOf(items: Items, options: Sectioning, resampling: typeof RESAMPLING): ScoredSection[] {
  const made = SECTIONS.map((section) => ({ ...section, families: section.families(items, options) }));
  const figures = bootstrap(
    made.flatMap(({ families }) => families),
    items.images,
    resampling,
  );
  let from = 0;
  return made.map(({ id, title, note, families }) => {
    const size = families.reduce((sum, { subjects }) => sum + subjects.length, 0);
    from += size;
    return { id, title, note, figures: figures.slice(from - size, from) };
  });
}

function chosenThreshold({ all }: Items): number | undefined {
  const { threshold } = bestThreshold(ofItems(OVERALL, all).points);
  return Number.isNaN(threshold) ? undefined : threshold;
}

const costOf = ({ all }: Items): Scores['cost'] =>
  sumCosts(all.flatMap(({ answer }) => (answer?.cost ? [answer.cost] : [])));
