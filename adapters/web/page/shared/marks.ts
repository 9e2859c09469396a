import type { Box } from '../../../../src/box.ts';
import { iou } from '../../../../src/box.ts';
import type { Shape } from '../picture/geometry.ts';
import type { Answer } from './types.ts';

type Considered = NonNullable<Answer['considered']>[number];

const COLOURS = ['--mark-1', '--mark-2', '--mark-3', '--mark-4', '--mark-6', '--mark-7', '--mark-5'] as const;
export const colourOf = (index: number): string => COLOURS[index % COLOURS.length]!;

const FOUND = '--mark-3';
const SAME_PLACE_IOU = 0.9;

/** What was detected at a box of the answer, which is rounded to a tenth of a pixel. */
export function labelAt({ considered = [] }: Pick<Answer, 'considered'>, box: Box): string | undefined {
  const [best] = considered.toSorted((a, b) => iou(b.box, box) - iou(a.box, box));
  return best && iou(best.box, box) > SAME_PLACE_IOU ? best.label : undefined;
}

/** How many of an answer's boxes can be chosen among. */
export const choicesOf = ({ outcome, choices = 0 }: Pick<Answer, 'outcome' | 'choices'>): number =>
  outcome === 'undecided' ? choices : 0;

/**
 * What an answer marks: what is found, solid; undecided candidates, numbered, with their number as id where they can be
 * chosen; nothing where it is not present.
 */
export function answerShapes(answer: Answer): Shape[] {
  const { outcome, boxes } = answer;
  if (outcome === 'not-present') return [];
  const canChoose = choicesOf(answer) > 0;
  return boxes.map((box, i): Shape => {
    const label = labelAt(answer, box);
    if (outcome === 'found') {
      return { kind: 'box', box, colour: FOUND, look: 'solid', ...(label && { label }) };
    }
    return {
      ...{ kind: 'box', box, colour: colourOf(i) },
      ...(canChoose ? { look: 'solid', id: String(i + 1) } : { look: 'dashed' }),
      label: [String(i + 1), label].filter(Boolean).join(' '),
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
