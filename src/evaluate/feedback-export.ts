import { copyFile, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SpotterError } from '../errors.ts';
import { writeFileAtomic } from '../files.ts';
import { sniffFormat } from '../picture/inspect.ts';
import { answerHash, type Said } from '../store/feedback.ts';
import type { Annotation } from './prediction.ts';

export interface Exported {
  /** Questions whose answer people called right, as annotations. */
  readonly annotations: number;
  /** Questions that are left for a person to annotate. */
  readonly toAnnotate: number;
  /** Pictures that were kept, and are copied. */
  readonly pictures: number;
  /** Pictures that were not kept. */
  readonly missing: number;
}

export interface ExportOptions {
  /** The folder to write; it is made. */
  readonly out: string;
  /** The folder where pictures were kept. */
  readonly pictures: string;
}

/**
 * Writes what people said as an evaluation set, which src/evaluate/read/ reads: annotations.jsonl with the answers that
 * they called right (the box that was found; none for what is not present), to-annotate.jsonl with all other questions,
 * without a box, and images/ with the pictures that were kept. Nothing in it says who asked.
 * @throws SpotterError cannot-write
 */
export async function exportFeedback(
  all: readonly Said[],
  { out, pictures }: ExportOptions,
): Promise<Exported> {
  const images = join(out, 'images');
  await mkdir(images, { recursive: true }).catch((thrown) => {
    throw cannotWrite(images, thrown);
  });
  const names = new Map<string, string>();
  let copied = 0;
  for (const sha256 of new Set(all.map((said) => said.sha256))) {
    const from = join(pictures, sha256);
    const extension = await extensionOf(from);
    names.set(sha256, sha256 + (extension ?? ''));
    if (extension === undefined) continue;
    const to = join(images, names.get(sha256)!);
    await copyFile(from, to).catch((thrown) => {
      throw cannotWrite(to, thrown);
    });
    copied += 1;
  }

  const annotations: Annotation[] = [];
  const toAnnotate: object[] = [];
  for (const said of questionsOf(all)) {
    const [any] = said;
    const common = { ...questionOf(any!), file_name: names.get(any!.sha256)! };
    const truth = truthOf(said);
    if (truth) annotations.push({ ...common, bbox: boxOf(truth), answered: truth.outcome });
    // Without a box it is left out wherever annotations are read, until somebody gives it one.
    else toAnnotate.push({ ...common, answers: said.map(answerOf) });
  }
  await writeFileAtomic(join(out, 'annotations.jsonl'), linesOf(annotations));
  await writeFileAtomic(join(out, 'to-annotate.jsonl'), linesOf(toAnnotate));
  return {
    annotations: annotations.length,
    toAnnotate: toAnnotate.length,
    pictures: copied,
    missing: names.size - copied,
  };
}

/** What was said, by question. */
function questionsOf(all: readonly Said[]): readonly (readonly Said[])[] {
  const questions = new Map<string, Said[]>();
  for (const said of all) {
    const key = `${said.sha256}:${said.expressionHash}`;
    questions.set(key, [...(questions.get(key) ?? []), said]);
  }
  return [...questions.values()];
}

/** The one answer that people called right, if nobody called it wrong, and one box says it. */
function truthOf(said: readonly Said[]): Said | undefined {
  const right = said.filter((one) => one.right);
  const [truth] = right;
  if (!truth || truth.outcome === 'undecided' || truth.boxes.length > 1) return undefined;
  const answer = answerHash(truth);
  const disputed = said.some((one) => one.right !== (answerHash(one) === answer));
  return disputed ? undefined : truth;
}

const questionOf = ({ sha256, expressionHash, expression }: Said) => ({
  id: `${sha256.slice(0, 12)}-${expressionHash.slice(0, 12)}`,
  image_id: sha256,
  expression,
  level: 1,
  tags: ['feedback'],
});

const answerOf = ({ right, outcome, boxes, strategy, route }: Said) => ({
  called: right ? 'right' : 'wrong',
  ...{ outcome, boxes, strategy, route },
});

function boxOf({ outcome, boxes: [box] }: Said): Annotation['bbox'] {
  return outcome === 'found' && box ? [box[0], box[1], box[2] - box[0], box[3] - box[1]] : null;
}

const linesOf = (all: readonly object[]): string[] => all.map((one) => `${JSON.stringify(one)}\n`);

/** By what a file holds; undefined where there is none, or no picture. */
async function extensionOf(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4100), 0, 4100, 0);
    return `.${await sniffFormat(buffer.subarray(0, bytesRead))}`;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

const cannotWrite = (path: string, thrown: unknown): SpotterError =>
  new SpotterError(
    'cannot-write',
    `"${path}" cannot be written: ${messageOf(thrown)}.`,
    'Choose another place.',
    thrown,
  );
