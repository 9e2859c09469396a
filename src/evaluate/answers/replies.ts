import { idOf } from '../read/check.ts';
import type { Size, Told } from './forms.ts';

/**
 * Lines of the scripts that ask a language model (Qwen-VL's, CogVLM's, and the published ones for SFA and CRS): the reply
 * as text with boxes in thousandths of the picture, or the letter that was chosen with what the letters stand for.
 */
type Fields = Readonly<Record<string, unknown>>;

const TEXTS = ['text', 'answer', 'response', 'output', 'prediction'] as const;
const IDS = ['id', 'image_id', 'img_id', 'question_id'] as const;

/** By which score boxes are ranked, the first that there is; the published script takes the first. */
const SCORES = [
  'sum_log_prob',
  'scores_prob_average',
  'scores_prob_multi',
  'scores_logits_average',
  'scores',
  'score',
];

const textOf = (fields: Fields): string | undefined => {
  const said = TEXTS.map((key) => fields[key]).find((value) => value !== undefined && value !== null);
  const text = Array.isArray(said) ? said[0] : said;
  return typeof text === 'string' ? text : undefined;
};

export const isReplyLine = (fields: Fields): boolean => !('boxes' in fields) && textOf(fields) !== undefined;

export function replyLine(fields: Fields, sizeOf: (id: string) => Size | undefined): Told {
  const id = IDS.map((key) => idOf(fields[key])).find((found) => found !== undefined);
  if (id === undefined) return { reason: `no id: none of ${IDS.join(', ')}` };
  const timings =
    typeof fields.cost_time === 'number' ? { timings_ms: { total: fields.cost_time * 1000 } } : {};
  const told = letterOf(fields) ?? boxesOf(fields, sizeIn(fields) ?? sizeOf(id));
  return 'reason' in told ? told : { id, ...told, ...timings };
}

/** A letter with `gt`, what the letters stand for: a box in pixels each, or "None". */
function letterOf(fields: Fields): Told | undefined {
  const { gt } = fields;
  if (typeof gt !== 'object' || gt === null || Array.isArray(gt)) return undefined;
  const letter = /\b[A-Z]\b/.exec(textOf(fields)!)?.[0];
  const chosen = letter === undefined ? undefined : (gt as Fields)[letter];
  if (chosen === undefined) return { reason: 'its answer is none of its letters' };
  const [likely, none] = [probability(fields.answer_prob_norm), probability(fields.none_prob_norm)];
  const isNone = chosen === 'None';
  const absent = none ?? (isNone ? likely : undefined);
  return {
    boxes: isNone ? [] : [chosen],
    scores: isNone ? [] : [likely ?? 1],
    ...(absent !== undefined && { presence: 1 - absent }),
    outcome: isNone ? 'not-present' : 'found',
    route: 'mllm',
  };
}

const probability = (log: unknown): number | undefined =>
  typeof log === 'number' ? Math.min(1, Math.exp(log)) : undefined;

const NUMBER = '\\s*(-?\\d{1,6}(?:\\.\\d{1,9})?)\\s*';
/** "[x1,y1,x2,y2]", also in double brackets, or "(x1,y1),(x2,y2)". */
const BOX = new RegExp(
  `\\[${NUMBER},${NUMBER},${NUMBER},${NUMBER}\\]|\\(${NUMBER},${NUMBER}\\)\\s?,?\\s?\\(${NUMBER},${NUMBER}\\)`,
  'g',
);
const THOUSANDTHS = 1000;

function boxesOf(fields: Fields, size: Size | undefined): Told {
  const text = textOf(fields)!;
  if (/"bbox_2d"/.test(text)) {
    return {
      reason: '"bbox_2d" is in pixels for one model and in thousandths for another: write boxes in pixels',
    };
  }
  const found = [...text.matchAll(BOX)].map((match) => match.slice(1).filter(Boolean).map(Number));
  if (found.length === 0) return { boxes: [], scores: [], outcome: 'not-present' };
  if (!size) return { reason: 'boxes in thousandths, and the size of the picture is not known' };
  if (found.flat().some((edge) => edge > THOUSANDTHS || edge < 0))
    return { reason: `a box beyond 0..${THOUSANDTHS}: boxes in text are read as thousandths of the picture` };
  // In this order, as the published script does it: cut to whole pixels, both come to the same.
  const [across, down] = [size.width / THOUSANDTHS, size.height / THOUSANDTHS];
  const boxes = found.map(([x1, y1, x2, y2]) => [x1! * across, y1! * down, x2! * across, y2! * down]);
  const scores = SCORES.map((key) => fields[key])
    .map((value) => (typeof value === 'number' ? [value] : value))
    .find((value) => Array.isArray(value) && value.length > 0);
  if (scores === undefined) return { boxes, outcome: 'found' };
  return { boxes, scores, outcome: 'found' };
}

function sizeIn({ width, height }: Fields): Size | undefined {
  const known = (value: unknown): value is number => typeof value === 'number' && value > 0;
  return known(width) && known(height) ? { width, height } : undefined;
}
