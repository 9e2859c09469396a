import type { RocPoint } from '../../metrics/roc-curve.ts';
import type { Html } from '../html.ts';
import { linear } from './scale.ts';
import { axisX, axisY, type Frame, line, path, sayShare, svg } from './svg.ts';

const SIDE = 200;
const FRAME: Frame = { left: 26, right: SIDE - 4, top: 26, bottom: SIDE - 38 };
const TICKS = [0, 0.5, 1];

/** A panel: one group's curve, that of all groups behind it, and chance. */
export interface RocPanel {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly desc: string;
  readonly points: readonly RocPoint[];
  /** Of what it is compared with. */
  readonly behind?: readonly RocPoint[] | undefined;
}

/** The true positive rate over the false positive rate, every presence score being a threshold. */
export function rocPlot({ id, title, desc, points, behind = [] }: RocPanel): Html {
  const x = linear([0, 1], [FRAME.left, FRAME.right]);
  const y = linear([0, 1], [FRAME.bottom, FRAME.top]);
  const curve = (of: readonly RocPoint[], name: string) =>
    path(
      of.map(({ fpr, tpr }) => [x(fpr), y(tpr)] as const),
      name,
    );
  const axis = { ticks: TICKS, say: sayShare };
  return svg(
    { id, title, desc, width: SIDE, height: SIDE },
    axisY(FRAME, { ...axis, scale: y, title: 'positives passed' }),
    axisX(FRAME, { ...axis, scale: x, title: 'negatives passed' }),
    line(x(0), y(0), x(1), y(1), 'chance'),
    behind.length > 0 ? curve(behind, 'behind') : undefined,
    curve(points, 'curve'),
  );
}
