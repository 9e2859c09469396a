import type { Box } from '../../src/box.ts';
import type { Candidate, Judgement } from '../../src/reasoning/candidate.ts';
import { safe } from '../../src/safe-text.ts';
import type { Answer } from '../../src/spotter.ts';
import type { Outcome } from '../../src/verdict/verdict.ts';
import type { Console } from './console.ts';

type Paint = Console['paint'];

export const COLOURS = {
  found: 'green',
  'not-present': 'yellow',
  undecided: 'cyan',
} as const satisfies Record<Outcome, Parameters<Paint>[0]>;

/** The answer in lines for a person. */
export function answerLines({ verdict }: Answer, paint: Paint): string[] {
  const { outcome, candidates, presence, sentence } = verdict;
  const numbered = outcome === 'undecided';
  return [
    `${paint(['bold', COLOURS[outcome]], safe(sentence))} (presence ${percent(presence)})`,
    ...candidates.map((candidate, i) => `  ${numbered ? `${i + 1}  ` : ''}${candidateLine(candidate)}`),
    ...(numbered && candidates.length > 0
      ? [`To choose: --pick 1${candidates.length > 1 ? ` … ${candidates.length}` : ''}`]
      : []),
  ];
}

/** Everything that was considered, numbered as in the picture. */
export const consideredLines = ({ verdict }: Answer): string[] => [
  'Considered:',
  ...(verdict.considered.length === 0 ? ['  nothing'] : []),
  ...verdict.considered.map((candidate, i) => `  ${i + 1}  ${candidateLine(candidate)}`),
];

/** The steps taken, and what speaks for and against each candidate. */
export const explanationLines = ({ verdict }: Answer): string[] => [
  'Steps:',
  ...verdict.trace.map(
    ({ name, ms, said }) => `  ${name.padEnd(10)} ${ms.toFixed(0).padStart(5)} ms  ${safe(said)}`,
  ),
  'Judgements:',
  ...(verdict.considered.length === 0 ? ['  nothing to judge'] : []),
  ...verdict.considered.flatMap((candidate, i) => [
    `  ${i + 1}  ${candidateLine(candidate)}, detected with ${candidate.detection.toFixed(2)}`,
    ...candidate.judgements.map((judgement) => `       ${judgementLine(judgement)}`),
  ]),
];

const candidateLine = ({ label, box, score }: Candidate): string =>
  `${safe(label)} at ${boxText(box)}, fits ${score.toFixed(2)}`;

const judgementLine = ({ kind, words, score, reason }: Judgement): string =>
  `${score === undefined ? ' ?  ' : score.toFixed(2)}  ${kind} "${safe(words)}": ${safe(reason)}`;

export const boxText = (box: Box): string => `[${box.map(Math.round).join(', ')}]`;
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
