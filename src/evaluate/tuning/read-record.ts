import type { Box } from '../../box.ts';
import { readBox } from '../../mllm/coordinates.ts';
import { loadPrompt } from '../../mllm/prompts.ts';
import { squash } from '../../picture/mapping.ts';
import type { Size } from '../../picture/picture.ts';
import type { Offer, Offerable } from '../../strategy/offer.ts';
import { writeOffer } from '../../strategy/offer-text.ts';
import { IMAGE_TOKEN } from './record.ts';

/** What a prompt asks. */
export interface ReadOffer {
  /** As quoted in the prompt. */
  readonly expression: string;
  readonly offer: Offer<Offerable>;
}

/** Private-use characters: `quoted` lets none through, and so no expression holds one. */
const [FIRST, SECOND] = ['\ue000', '\ue001'];

/**
 * Reads a prompt back by the very words that it is written with; undefined for one that `writeOffer` would not write
 * today, to the letter: of another project, of older prompts, or changed by hand.
 * @param content of the user's message, with the image token
 */
export function readOffer(content: string, size: Size): ReadOffer | undefined {
  for (const none of [true, false]) {
    const read = content.startsWith(IMAGE_TOKEN) && parse(content.slice(IMAGE_TOKEN.length), none, size);
    if (read && writeOffer(read.offer, read.expression, size).text === content.slice(IMAGE_TOKEN.length))
      return read;
  }
  return undefined;
}

function parse(text: string, none: boolean, size: Size): ReadOffer | undefined {
  const ask = loadPrompt(none ? 'select-or-none' : 'select');
  const shown = loadPrompt('shown/text').fill({});
  const parts = between(text, ask.fill({ shown, expression: FIRST, options: SECOND }));
  if (!parts) return undefined;
  const [expression, options] = parts;
  const lines = options.split('\n');
  const regions = none ? lines.slice(0, -1) : lines;
  const read = regions.map((line, i) => readOption(line, letterAt(i), size));
  if (read.length === 0 || read.some((box) => box === undefined)) return undefined;
  return {
    expression,
    offer: {
      options: read.map((box, i) => ({ letter: letterAt(i), candidate: { box: box! } })),
      style: 'text',
      seed: 0,
      ...(none && { none: letterAt(regions.length) }),
    },
  };
}

function readOption(line: string, letter: string, size: Size): Box | undefined {
  const [before, after] = loadPrompt('option/text').fill({ letter, box: FIRST }).split(FIRST) as [
    string,
    string,
  ];
  if (!line.startsWith(before) || !line.endsWith(after)) return undefined;
  const text = line.slice(before.length, line.length - after.length);
  const read = readBox({ text, finish: 'stop' }, 'relative-1000-xyxy', squash(size, size));
  return read.kind === 'box' ? read.box : undefined;
}

/** What stands in the two slots of a filled prompt. */
function between(text: string, prompt: string): readonly [string, string] | undefined {
  const [start, middle, end] = prompt.split(/[\ue000\ue001]/) as [string, string, string];
  if (!text.startsWith(start) || !text.endsWith(end)) return undefined;
  const inner = text.slice(start.length, text.length - end.length);
  const at = inner.indexOf(middle);
  return at < 0 ? undefined : [inner.slice(0, at), inner.slice(at + middle.length)];
}

const letterAt = (place: number): string => String.fromCharCode('A'.charCodeAt(0) + place);
