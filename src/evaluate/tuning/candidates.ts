import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Box } from '../../box.ts';
import { messageOf, SpotterError } from '../../errors.ts';
import type { Annotation } from '../annotations.ts';
import { PredictionLine } from '../prediction.ts';

/** A region that somebody proposes: xyxy, pixels of the oriented picture. */
export interface Proposal {
  readonly box: Box;
  readonly score?: number;
  readonly label?: string;
}

/** Where candidates come from, in one form whatever the file's. */
export interface Proposals {
  /** In no particular order where they have scores, else best first; undefined where the source has none. */
  of(annotation: Annotation): readonly Proposal[] | undefined;
  /** Every label that the source uses; none where its boxes have no labels. */
  readonly labels: ReadonlySet<string>;
  /** What could not be read, with line numbers. */
  readonly problems: readonly string[];
}

const NO_LABELS: ReadonlySet<string> = new Set();
const Corners = z.tuple([z.number(), z.number(), z.number(), z.number()]);

const CandidateLine = z
  .looseObject({
    id: z.string().optional(),
    file_name: z.string().optional(),
    boxes: z.array(Corners),
    scores: z.array(z.number()).optional(),
    labels: z.array(z.string()).optional(),
  })
  .refine(({ id, file_name }) => id !== undefined || file_name !== undefined, 'neither id nor file_name')
  .refine(
    ({ boxes, scores, labels }) => [scores, labels].every((all) => !all || all.length === boxes.length),
    'boxes and scores are not aligned',
  );

const ReferenceBoxes = z.record(
  z.string(),
  z.array(z.looseObject({ category: z.string(), score: z.number().optional(), box: Corners })),
);

/** The candidates that the annotations bring themselves (Ref-Adv). */
export const ownProposals: Proposals = {
  of: ({ candidates }) => candidates?.map(({ box }) => ({ box })),
  labels: NO_LABELS,
  problems: [],
};

/**
 * Reads candidates, by what the file is: JSONL of {id or file_name, boxes, scores}; the predictions of an evaluation
 * run; or a dictionary of file names with {category, score, box} each. All boxes xyxy in pixels.
 * @throws SpotterError not-found; bad-usage, for a file that is none of these
 */
export async function readProposals(file: string): Promise<Proposals> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new SpotterError(
      'not-found',
      `There is no candidate file ${file}.`,
      'Name yours with --candidates.',
    );
  }
  const lines = /\.(?:jsonl|ndjson)$/i.test(file) || isCandidateLine(await firstLine(file));
  return lines ? readLines(file) : readDictionary(file);
}

async function firstLine(file: string): Promise<string> {
  const input = createReadStream(file, 'utf8');
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line.trim()) return line;
    return '';
  } finally {
    input.destroy();
  }
}

function isCandidateLine(line: string): boolean {
  try {
    return CandidateLine.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
}

async function readLines(file: string): Promise<Proposals> {
  const byKey = new Map<string, readonly Proposal[]>();
  const labels = new Set<string>();
  const problems: string[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number++;
    if (!line.trim()) continue;
    try {
      const { key, proposals } = parseLine(line);
      if (byKey.has(key)) throw new Error('stands there already; the first one counts');
      byKey.set(key, proposals);
      for (const { label } of proposals) if (label !== undefined) labels.add(label);
    } catch (thrown) {
      problems.push(`line ${number}: ${thrown instanceof z.ZodError ? issues(thrown) : messageOf(thrown)}`);
    }
  }
  return {
    of: ({ id, file_name }) => byKey.get(keyOf('id', id)) ?? byKey.get(keyOf('file', file_name)),
    labels,
    problems,
  };
}

function parseLine(line: string): { key: string; proposals: readonly Proposal[] } {
  const json: unknown = JSON.parse(line);
  // A prediction without boxes has an outcome that says why; it has to be a whole one.
  const isPrediction = typeof json === 'object' && json !== null && 'outcome' in json;
  if (isPrediction) PredictionLine.parse(json);
  const { id, file_name, boxes, scores, labels } = CandidateLine.parse(json);
  return {
    key: id === undefined ? keyOf('file', file_name!) : keyOf('id', id),
    proposals: boxes.map((box, i) => ({
      box,
      ...(scores && { score: scores[i]! }),
      ...(labels && { label: labels[i]! }),
    })),
  };
}

/** An id may look like a file name. */
const keyOf = (kind: 'id' | 'file', name: string): string => `${kind} ${name}`;

const issues = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');

async function readDictionary(file: string): Promise<Proposals> {
  try {
    const byFile = new Map(Object.entries(ReferenceBoxes.parse(JSON.parse(await readFile(file, 'utf8')))));
    const labels = new Set([...byFile.values()].flatMap((boxes) => boxes.map(({ category }) => category)));
    return {
      of: ({ file_name }) =>
        byFile.get(file_name)?.map(({ box, score, category }) => ({
          box,
          label: category,
          ...(score !== undefined && { score }),
        })),
      labels,
      problems: [],
    };
  } catch (cause) {
    throw new SpotterError(
      'bad-usage',
      `${file} is no file of candidates.`,
      'It has to be JSONL of {id or file_name, boxes, scores}, or a dictionary as in docs/tuning-set.md.',
      cause,
    );
  }
}
