import type { Box } from '../box.ts';
import type { Knowledge, Region, Specialist } from '../specialist/specialist.ts';

export interface GivenBox {
  readonly category: string;
  readonly score: number;
  readonly box: Box;
}

/** What is not seen by a detector. */
export const GIVEN_BOXES = 'given-boxes';

/** A noun of so many labels ("thing") means whatever there is. */
const EVERYTHING = 60;

/**
 * A specialist that sees what it is given: reference boxes in place of detections, to measure reasoning apart from
 * detecting. A noun that is one of the given categories is known; others as the vocabulary says.
 * @param boxesOf the boxes of a picture by its sha256
 */
export function createGivenBoxes(
  boxesOf: (sha256: string) => readonly GivenBox[],
  categories: ReadonlySet<string>,
  vocabulary: (noun: string) => Knowledge,
): Specialist {
  const knows = (noun: string): Knowledge => {
    const known = vocabulary(noun);
    if (known.labels.length >= EVERYTHING) return { ...known, labels: [...known.labels, ...categories] };
    if (!categories.has(noun)) return known;
    return known.match === 'unknown'
      ? { match: 'same', labels: [noun] }
      : { ...known, labels: [...known.labels, noun] };
  };
  const survey = async (picture: { sha256: string }): Promise<Region[]> =>
    boxesOf(picture.sha256)
      .map(({ category, score, box }) => ({ label: category, score, box }))
      .toSorted((a, b) => b.score - a.score);
  return {
    id: GIVEN_BOXES,
    knows,
    certainty: (score) => score,
    alike: () => false,
    survey,
    async propose(picture, phrases) {
      const all = await survey(picture);
      return phrases.map((phrase) => {
        const labels = new Set(knows(phrase).labels);
        return all.filter((region) => labels.has(region.label));
      });
    },
    close: async () => {},
  };
}
