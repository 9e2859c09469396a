import type { Figure, Unit } from '../metrics/figure.ts';
import { sayCount, sayInterval, sayValue } from '../score/words.ts';
import { type Html, html } from './html.ts';

/** What a run is called where nobody named it. */
const UNNAMED = 'a run that was not named';
const SIMULATED = 'language model SIMULATED';

/** How the page speaks of what was scored. */
export interface Run {
  readonly name: string;
  readonly simulated: boolean;
  /** "Precision@k (language model SIMULATED)": a title that says what stood in for what. */
  readonly titled: (title: string) => string;
}

/** @param name as Scores has it: it says so where a language model was simulated */
export function runOf(name: string | undefined = UNNAMED): Run {
  const simulated = /simulated/i.test(name);
  return { name, simulated, titled: (title) => (simulated ? `${title} (${SIMULATED})` : title) };
}

const UNITS: Readonly<Record<Unit, string>> = {
  share: '',
  ms: ' (ms)',
  tokens: '',
  dollars: '',
  presence: '',
};

export const metricWords = ({ metric, unit }: Figure): string => metric + UNITS[unit];

/** Value, interval and counts, each as a part of its own. */
export const figureHtml = ({ value, interval, unit, count }: Figure): Html =>
  html`<b>${sayValue(value, unit)}</b> <span class="interval">${sayInterval(interval, unit)}</span> <span class="count">${sayCount(count)}</span>`;
