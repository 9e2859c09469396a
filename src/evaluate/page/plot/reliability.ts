import type { ReliabilityBin } from '../../metrics/calibration-curve.ts';
import { sayValue } from '../../score/words.ts';
import { type Html, html } from '../html.ts';
import { linear } from './scale.ts';
import {
  at,
  axisX,
  axisY,
  type Frame,
  line,
  path,
  rect,
  SHARES,
  sayShare,
  svg,
  telling,
  text,
  WIDTH,
} from './svg.ts';

const HEIGHT = 370;
const FRAME: Frame = { left: 30, right: WIDTH - 4, top: 26, bottom: 240 };
/** Of the counts, below. */
const COUNTS = { top: 276, bottom: 330 } as const;

export interface ReliabilityPlot {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly bins: readonly ReliabilityBin[];
}

/**
 * What came true over what was said, a point for each bin that is not empty, and how many answers are in each. On the
 * diagonal what is said is what comes true.
 */
export function reliabilityPlot({ id, title, bins }: ReliabilityPlot): Html {
  const x = linear([0, 1], [FRAME.left, FRAME.right]);
  const y = linear([0, 1], [FRAME.bottom, FRAME.top]);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const count = linear([0, most], [COUNTS.bottom, COUNTS.top]);
  const filled = bins.filter((bin) => bin.said !== null && bin.was !== null);
  const points = filled.map((bin) =>
    telling(
      sayBin(bin),
      html`<circle class="mark disc" cx="${at(x(bin.said!))}" cy="${at(y(bin.was!))}" r="5"/>`,
    ),
  );
  const bars = bins.map((bin) =>
    telling(
      sayBin(bin),
      bin.count > 0
        ? rect(x(bin.from) + 1, count(bin.count), x(bin.to) - 1, COUNTS.bottom, 'bar')
        : undefined,
      text((x(bin.from) + x(bin.to)) / 2, count(bin.count) - 4, bin.count, 'tick', 'middle'),
    ),
  );
  return svg(
    { id, title, desc: filled.map(sayBin).join('; '), width: WIDTH, height: HEIGHT },
    axisY(FRAME, { scale: y, ticks: SHARES, say: sayShare, title: 'came true' }),
    axisX(
      { ...FRAME, bottom: COUNTS.bottom },
      { scale: x, ticks: SHARES, say: sayShare, title: 'said, and how many answers said it' },
    ),
    line(x(0), y(0), x(1), y(1), 'chance'),
    path(
      filled.map(({ said, was }) => [x(said!), y(was!)] as const),
      'curve',
    ),
    points,
    bars,
  );
}

/** "said .40 to .50 (.452 on average), came true .500, 12 answers" */
export function sayBin({ from, to, said, was, count }: ReliabilityBin): string {
  const [low, high] = [from, to].map((end) => sayShare(Math.round(end * 100) / 100));
  const mean = `(${sayValue(said, 'share')} on average)`;
  return `said ${low} to ${high} ${mean}, came true ${sayValue(was, 'share')}, ${count} answers`;
}
