import type { Box } from '../../../../src/box.ts';
import { iou } from '../../../../src/box.ts';
import type { Shape } from '../picture/geometry.ts';
import type { Answer } from './types.ts';

type Considered = NonNullable<Answer['considered']>[number];

/** What of an answer is drawn. */
interface Drawn {
  readonly outcome: Answer['outcome'];
  readonly boxes: readonly Box[];
  readonly choices?: number | undefined;
  readonly considered?: readonly { readonly box: Box; readonly label: string }[] | undefined;
}

const COLOURS = ['--mark-1', '--mark-2', '--mark-3', '--mark-4', '--mark-6', '--mark-7', '--mark-5'] as const;
export const colourOf = (index: number): string => COLOURS[index % COLOURS.length]!;

const FOUND = '--mark-3';
/** Boxes of an answer are rounded to a tenth of a pixel. */
const SAME_PLACE_IOU = 0.9;
export const isSamePlace = (a: Box, b: Box): boolean => iou(a, b) > SAME_PLACE_IOU;

/** What was detected at a box of the answer. */
export function labelAt({ considered = [] }: Pick<Drawn, 'considered'>, box: Box): string | undefined {
  const [best] = considered.toSorted((a, b) => iou(b.box, box) - iou(a.box, box));
  return best && isSamePlace(best.box, box) ? best.label : undefined;
}

/** How many of an answer's boxes can be chosen among. */
export const choicesOf = ({ outcome, choices = 0 }: Pick<Drawn, 'outcome' | 'choices'>): number =>
  outcome === 'undecided' ? choices : 0;

/**
 * What an answer marks: what is found, solid; undecided candidates, numbered, with their number as id where they can be
 * chosen; nothing where it is not present.
 *
 * @param canChoose whether they can be chosen now; of an earlier answer they cannot
 */
export function answerShapes(answer: Drawn, canChoose = choicesOf(answer) > 0): Shape[] {
  const { outcome, boxes } = answer;
  if (outcome === 'not-present') return [];
  return boxes.map((box, i): Shape => {
    const label = labelAt(answer, box);
    if (outcome === 'found') {
      return { kind: 'box', box, colour: FOUND, look: 'solid', ...(label && { label }) };
    }
    return {
      ...{ kind: 'box', box, colour: colourOf(i) },
      ...(canChoose ? { look: 'solid', id: String(i + 1) } : { look: 'dashed' }),
      label: [String(i + 1), label].filter(Boolean).join(' '),
      short: String(i + 1),
    };
  });
}

/** Everything that was considered, numbered, best first. */
export const consideredShapes = ({ considered = [] }: Answer): Shape[] =>
  considered.map(({ box, label, detection }: Considered, i) => ({
    ...{ kind: 'box', box, colour: colourOf(i) },
    look: i === 0 ? 'solid' : 'dashed',
    label: `${i + 1} ${label} ${detection.toFixed(2)}`,
  }));
