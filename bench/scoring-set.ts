import { type FileHandle, open } from 'node:fs/promises';
import type { Annotation } from '../src/evaluate/prediction.ts';
import { lineOf, type Prediction } from '../src/evaluate/prediction.ts';
import { randomFrom } from '../src/mllm/multiple-choice.ts';
import { NO_COST } from '../src/verdict.ts';

/** Rows of the FineCops-Ref test split: positives by level, and negatives whose text or picture was changed. */
const POSITIVES = [5730, 3404, 471] as const;
const NEGATIVES = { text: 9814, image: 8507 } as const;
const TYPES = ['object', 'attribute', 'relation', 'order', 'flip', 'swap_attr'] as const;
const POSITIVES_AN_IMAGE = 1.6;
const BOXES = 10;

/** Writes a set of that size, with made-up answers: a dictionary of annotations, and a prediction a line. */
export async function writeSet(annotationsFile: string, predictionsFile: string): Promise<number> {
  const random = randomFrom(7);
  const positives = POSITIVES.flatMap((count, i) => Array.from({ length: count }, () => i + 1)).map(
    (level, i) => positive(String(i), level, random),
  );
  const negatives = Object.entries(NEGATIVES).flatMap(([cate, count]) =>
    Array.from({ length: count }, (_, i) => {
      const of = positives[Math.floor(random() * positives.length)]!;
      return negative(`${cate}-${i}`, of, cate as keyof typeof NEGATIVES, random);
    }),
  );
  const all = [...positives, ...negatives];
  await lines(annotationsFile, async (write) => {
    await write('{');
    for (const [i, annotation] of all.entries()) {
      await write(`${i > 0 ? ',' : ''}${JSON.stringify(annotation.id)}:${JSON.stringify(annotation)}`);
    }
    await write('}');
  });
  await lines(predictionsFile, async (write) => {
    for (const annotation of all) await write(lineOf(prediction(annotation, random)));
  });
  return all.length;
}

async function lines(file: string, fill: (write: (line: string) => Promise<void>) => Promise<void>) {
  const handle: FileHandle = await open(file, 'w');
  const stream = handle.createWriteStream();
  await fill(async (line) => {
    if (!stream.write(`${line}\n`))
      await new Promise((resolve) => stream.once('drain', () => resolve(undefined)));
  });
  await new Promise<void>((resolve) => stream.end(resolve));
}

function positive(id: string, level: number, random: () => number): Annotation {
  const image = Math.floor((random() * POSITIVES.reduce<number>((a, b) => a + b, 0)) / POSITIVES_AN_IMAGE);
  return {
    id,
    image_id: image,
    file_name: `n${image}.jpg`,
    expression: 'the small brown dog that is to the left of the man who wears a red jacket',
    bbox: [random() * 300, random() * 200, 50 + random() * 100, 50 + random() * 100],
    level,
    tags: [],
  };
}

const negative = (
  id: string,
  of: Annotation,
  cate: keyof typeof NEGATIVES,
  random: () => number,
): Annotation => ({
  ...of,
  id,
  positive_id: of.id,
  negative_type: TYPES[Math.floor(random() * TYPES.length)]!,
  negative_level: random() < 0.7 ? 1 : 2,
  negative_cate: cate,
});

/** Right more often than not; presence tells positives from negatives somewhat; rounded, so that there are ties. */
function prediction({ id, bbox, positive_id }: Annotation, random: () => number): Prediction {
  const [x, y, w, h] = bbox!;
  const scores = Array.from({ length: BOXES }, () => random()).sort((a, b) => b - a);
  const boxes = scores.map((): [number, number, number, number] => {
    const off = random() < 0.5 ? random() * 8 : random() * 200;
    return [x + off, y + off, x + off + w, y + off + h];
  });
  const presence = Math.min(1, Math.max(0, random() * 0.8 + (positive_id ? 0 : 0.2)));
  const asked = random() < 0.5;
  return {
    id,
    boxes,
    scores,
    presence: Math.round(presence * 1e3) / 1e3,
    outcome: presence > 0.6 ? 'found' : presence > 0.3 ? 'undecided' : 'not-present',
    route: asked ? 'mllm' : 'reasoning',
    strategy: 'auto',
    timings_ms: { language: 1.2, specialist: 80 * random(), total: 100 + 900 * random() },
    cost: asked ? { calls: 1, promptTokens: 800, answerTokens: 1, ms: 300 } : NO_COST,
  };
}
