import { sayCost } from '../../mllm/cost.ts';
import { sayPairing } from '../score/print.ts';
import type { Scores } from '../score/scores.ts';
import { sayCount, sayValue } from '../score/words.ts';
import { clipped, foreign, type Html, html } from './html.ts';
import type { Run } from './words.ts';

/** A name longer than this is nobody's. */
const NAME = 200;

/** What was run on what, how much of it was answered, and what did not pair up. */
export function headHtml(scores: Scores, run: Run, title: string, notes: readonly string[]): Html {
  const { set, answered, pairing, options, cost } = scores;
  const { confidence, resamples, seed } = options.resampling;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['annotations', `${set.annotations}: ${set.positives} positives, ${set.negatives} negatives`],
    ['images', String(set.images)],
    ['answered', sayCount(answered)],
    ['predictions missing', `${pairing.missing.count} of ${set.annotations}, counted as misses`],
    ['bad lines', String(pairing.badLines.count)],
    ['presence threshold', sayThreshold(options)],
    ['intervals', `${confidence * 100} % of ${resamples} resamples of the images, seed ${seed}`],
    ...(cost.calls > 0 ? ([['language model in all', sayCost(cost)]] as const) : []),
  ];
  const remarks = [...sayPairing(pairing).filter(tellsSomething), ...sayUnpaired(set.unpaired), ...notes];
  return html`<header>
<h1>${foreign(title, NAME)}</h1>
<p class="run">${foreign(run.name, NAME)}</p>
${run.simulated ? WARNING : undefined}
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${remarks.length > 0 ? html`<ul class="remarks">${remarks.map((remark) => html`<li>${foreign(remark, 1000)}</li>`)}</ul>` : undefined}
</header>
`;
}

/** What is none is told by the facts. */
const tellsSomething = (remark: string): boolean => !remark.startsWith('0 ');

const WARNING = html`<p class="warning" role="note"><strong>The language model was SIMULATED.</strong> A stand-in answered in its place. Every figure, table and plot below that it took part in says nothing about a real model.</p>`;

function sayThreshold({ threshold, thresholdIsGiven }: Scores['options']): string {
  if (threshold === undefined) return 'none: nothing to choose it by';
  return `${sayValue(threshold, 'presence')}, ${thresholdIsGiven ? 'as given' : 'the best on these answers'}`;
}

function sayUnpaired({ count, first }: Scores['set']['unpaired']): string[] {
  if (count === 0) return [];
  const ids = first.map((id) => clipped(id, 40)).join(', ');
  return [
    `${count} negatives without their positive, left out of pairs: ${ids}${count > first.length ? ', …' : ''}`,
  ];
}
