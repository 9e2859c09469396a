import type { Count, Figure, Unit } from '../metrics/figure.ts';

const DIGITS: Readonly<Record<Unit, number>> = { share: 3, ms: 0, tokens: 1, dollars: 6, presence: 4 };

/** A value with the digits that its unit deserves, ".712" of a share; "-" where there is none. */
export function sayValue(value: number | null, unit: Unit): string {
  if (value === null) return '-';
  const text = value.toFixed(DIGITS[unit]).replace(/^-(0(\.0*)?)$/, '$1');
  return unit === 'share' ? text.replace(/^(-?)0\./, '$1.') : text;
}

export const sayCount = ({ part, of }: Count): string => `${part}/${of}`;

export const sayInterval = (interval: Figure['interval'], unit: Unit): string =>
  interval ? `[${sayValue(interval[0], unit)}, ${sayValue(interval[1], unit)}]` : '';

/** ".712 [.660, .763] 208/292" */
export const sayFigure = ({ value, interval, unit, count }: Figure): string =>
  [sayValue(value, unit), sayInterval(interval, unit), sayCount(count)].filter(Boolean).join(' ');

/** ".712 208/292" */
export const sayBriefly = ({ value, unit, count }: Figure): string =>
  `${sayValue(value, unit)} ${sayCount(count)}`;
