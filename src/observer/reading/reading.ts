import { createBounded } from '../../bounded.ts';
import { area, type Box, containment, intersection } from '../../box.ts';
import { asksForWriting } from '../../expression/writing.ts';
import type { Models } from '../../models/models.ts';
import { readText } from '../../models/store.ts';
import type { Picture } from '../../picture/picture.ts';
import type { Observer, ObserverTask, WrittenLine } from '../observer.ts';
import { type Reader, readLines } from './look.ts';

/** The models of the registry that it runs. */
const READING_MODELS = ['pp-ocr-v4-detection', 'pp-ocr-v4-recognition'] as const;

/** The likeliest candidates are looked at one by one, since what is small in the picture is large in them. */
const MAX_CANDIDATES = 6;
/** A candidate with so much of its size around it. */
const MARGIN = 0.08;
/** What fills more of the picture than this is seen as well in the whole. */
const NEARLY_ALL = 0.6;
/** Two lines that share so much of the smaller one are the same line. */
const SAME_LINE = 0.5;
const LOOKS_KEPT = 500;

/**
 * Reads writing: first in the candidates, then in the whole picture. What it has read in a part of a picture is kept.
 * Networks: PP-OCRv4 of PaddleOCR (arXiv 2009.09941 and later), detection and recognition.
 */
export function createReading({ models }: { readonly models: Pick<Models, 'open'> }): Observer {
  const kept = createBounded<readonly WrittenLine[]>(LOOKS_KEPT);
  let reader: Reader | undefined;

  /** @throws SpotterError model-missing */
  function open(): Reader {
    const recognition = models.open(READING_MODELS[1]);
    reader ??= {
      detection: models.open(READING_MODELS[0]),
      recognition,
      alphabet: alphabetOf(
        readText(recognition.files['ppocr_keys_v1.txt']!, {
          sentence: 'What reads writing has lost its alphabet.',
          hint: recognition.restore,
        }),
      ),
    };
    return reader;
  }

  async function look(task: ObserverTask, part: Box): Promise<readonly WrittenLine[]> {
    task.signal?.throwIfAborted();
    const key = [task.picture.sha256, ...part].join(' ');
    const lines = kept.get(key) ?? (await readLines(task.picture, part, open(), task));
    kept.set(key, lines);
    return lines;
  }

  return {
    id: 'reading',
    models: READING_MODELS,
    wants: asksForWriting,
    async observe(task) {
      const { picture, regions } = task;
      const whole: Box = [0, 0, picture.width, picture.height];
      const parts = regions
        .map((region) => around(region, picture))
        .filter((part) => area(part) < NEARLY_ALL * area(whole))
        .slice(0, MAX_CANDIDATES);
      const looks: (readonly WrittenLine[])[] = [];
      for (const part of [...parts, whole]) looks.push(await look(task, part));
      return { lines: distinct(looks.flat()) };
    },
  };
}

/** The characters of a recogniser, one a line, and the space, which stands last. */
export const alphabetOf = (keys: string): string[] => [...keys.replace(/\r?\n$/, '').split(/\r?\n/), ' '];

function around([x1, y1, x2, y2]: Box, { width, height }: Picture): Box {
  const dx = MARGIN * (x2 - x1);
  const dy = MARGIN * (y2 - y1);
  return [
    Math.max(0, Math.floor(x1 - dx)),
    Math.max(0, Math.floor(y1 - dy)),
    Math.min(width, Math.ceil(x2 + dx)),
    Math.min(height, Math.ceil(y2 + dy)),
  ];
}

/** Of the same line read twice, the surer reading. */
function distinct(lines: readonly WrittenLine[]): WrittenLine[] {
  const isSame = (a: Box, b: Box): boolean =>
    Math.max(containment(a, b), containment(b, a)) > SAME_LINE && intersection(a, b) > 0;
  const found: WrittenLine[] = [];
  for (const line of lines.toSorted((a, b) => b.score * b.text.length - a.score * a.text.length)) {
    if (!found.some((other) => isSame(other.box, line.box))) found.push(line);
  }
  return found;
}
