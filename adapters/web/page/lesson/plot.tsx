import './plot.css';
import type { JSX } from 'preact';
import type { Range } from '../../../../src/scales.ts';
import { barOf, CURVE, curveOf } from './layout.ts';
import { two } from './words.ts';

const BAR = { width: 100, height: 8 } as const;

/** A share, 0..1, as a bar beside its number. */
export function ShareBar({
  share,
  colour,
}: {
  readonly share: number;
  readonly colour: string;
}): JSX.Element {
  return (
    <svg
      class="lesson-share"
      viewBox={`0 0 ${BAR.width} ${BAR.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="track" width={BAR.width} height={BAR.height} />
      <rect width={BAR.width * share} height={BAR.height} style={{ fill: `var(${colour})` }} />
    </svg>
  );
}

const WIDE: Range = [4, 396];

/** A summand, from what was added up before to what is then; the line is at 0. */
export function SumBar(props: { readonly from: number; readonly to: number; readonly domain: Range }) {
  const { from, to, domain } = props;
  const { x, width } = barOf(from, to, domain, WIDE);
  const zero = barOf(0, 0, domain, WIDE).x;
  return (
    <svg class="lesson-sum-bar" viewBox="0 0 400 14" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="400" height="14" />
      <line class="axis" x1={zero} x2={zero} y1="0" y2="14" />
      <rect class={to < from ? 'against' : 'for'} x={x} y="2" width={width} height="10" />
    </svg>
  );
}

/** A point on the curve. */
export interface Dot {
  readonly logOdds: number;
  readonly probability: number;
  readonly name: string;
  readonly isHollow?: boolean;
}

/** A probability that an outcome needs. */
export interface Threshold {
  readonly at: number;
  readonly name: string;
  readonly colour: string;
}

export interface CurvePlotProps {
  /** Said instead of the drawing. */
  readonly title: string;
  readonly dots: readonly Dot[];
  readonly thresholds: readonly Threshold[];
  /** Of a Platt scaling. */
  readonly bias?: number;
  readonly slope?: number;
}

/** The logistic curve with points and thresholds, and below it what they are. */
export function CurvePlot({ title, dots, thresholds, bias = 0, slope = 1 }: CurvePlotProps): JSX.Element {
  const { left, right, bottom, top, width, height } = CURVE;
  const { x, y, ticks, points } = curveOf(
    dots.map(({ logOdds }) => logOdds),
    bias,
    slope,
  );
  return (
    <figure class="lesson-curve">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        {[0, 0.5, 1].map((tick) => (
          <g key={tick}>
            <line class="grid" x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
            <text x={left - 5} y={y(tick) + 4} text-anchor="end">
              {tick}
            </text>
          </g>
        ))}
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={x(tick)} x2={x(tick)} y1={top} y2={bottom} />
            <text x={x(tick)} y={bottom + 15} text-anchor="middle">
              {String(tick).replace('-', '−')}
            </text>
          </g>
        ))}
        <text x={left + 4} y={top + 11}>
          probability
        </text>
        <text x={(left + right) / 2} y={bottom + 33} text-anchor="middle">
          log odds
        </text>
        {thresholds.map(({ at, name, colour }) => (
          <line
            key={name}
            class="threshold"
            style={{ '--part': `var(${colour})` }}
            {...{ x1: left, x2: right, y1: y(at), y2: y(at) }}
          />
        ))}
        <path class="curve" d={points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px} ${py}`).join('')} />
        {dots.map(({ logOdds, probability, name, isHollow }) => (
          <circle
            key={name}
            class={isHollow ? 'hollow' : 'dot'}
            cx={x(logOdds)}
            cy={y(probability)}
            r={isHollow ? 6 : 5}
          />
        ))}
      </svg>
      <figcaption>
        <ul>
          {dots.map(({ name, probability, isHollow }) => (
            <li key={name}>
              <span class={isHollow ? 'key hollow' : 'key dot'} /> {name} {two(probability)}
            </li>
          ))}
          {thresholds.map(({ name, colour }) => (
            <li key={name}>
              <span class="key threshold" style={{ '--part': `var(${colour})` }} /> {name}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}
