import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Annotation } from '../evaluate/annotations.ts';
import { writeWhole } from '../write-whole.ts';
import type { Said } from './feedback.ts';

export interface Exported {
  /** Answers that people called right, as annotations. */
  readonly annotations: number;
  /** Answers that they called wrong: for a person to annotate. */
  readonly wrong: number;
  /** Pictures that were kept, and are copied. */
  readonly pictures: number;
}

/**
 * Writes what people said as an evaluation set: annotations.jsonl from what they called right (the box that was found;
 * none for what is not present), wrong.jsonl from what they called wrong, and images/ with the pictures that were kept.
 * Of the same question about the same picture the last word counts.
 * @throws SpotterError cannot-write
 */
export async function exportFeedback(
  all: readonly Said[],
  { out, pictures }: { readonly out: string; readonly pictures: string },
): Promise<Exported> {
  const last = new Map(all.map((said) => [`${said.sha256}:${said.expressionHash}`, said]));
  const told = [...last.values()];
  const right = told.filter((said) => said.right && said.outcome !== 'undecided');
  const wrong = told.filter((said) => !said.right);
  await mkdir(join(out, 'images'), { recursive: true });
  await writeWhole(join(out, 'annotations.jsonl'), linesOf(right.map(annotationOf)));
  await writeWhole(
    join(out, 'wrong.jsonl'),
    linesOf(
      wrong.map((said) => ({ ...annotationOf(said), bbox: null, answered: said.outcome, boxes: said.boxes })),
    ),
  );
  let copied = 0;
  for (const sha256 of new Set([...right, ...wrong].map((said) => said.sha256))) {
    const there = await copyFile(join(pictures, sha256), join(out, 'images', sha256)).then(
      () => true,
      () => false,
    );
    if (there) copied += 1;
  }
  return { annotations: right.length, wrong: wrong.length, pictures: copied };
}

const linesOf = (all: readonly object[]): string[] => all.map((one) => `${JSON.stringify(one)}\n`);

function annotationOf({ sha256, expressionHash, expression, outcome, boxes: [box] }: Said): Annotation {
  return {
    id: `${sha256.slice(0, 12)}-${expressionHash.slice(0, 12)}`,
    image_id: sha256,
    file_name: sha256,
    expression,
    bbox: outcome === 'found' && box ? [box[0], box[1], box[2] - box[0], box[3] - box[1]] : null,
    level: 1,
    tags: [],
  };
}
