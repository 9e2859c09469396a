import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Box } from '../../../src/box.ts';
import { readConfig } from '../../../src/config.ts';
import { vocabularyOfStarter } from '../../../src/detector/starter/starter.ts';
import type { Annotation } from '../../../src/evaluate/prediction.ts';
import type { TuningOptions } from '../../../src/evaluate/tuning/build.ts';
import type { Proposals } from '../../../src/evaluate/tuning/candidates.ts';
import { TuningRecord } from '../../../src/evaluate/tuning/record.ts';
import { createModels } from '../../../src/models/models.ts';
import { annotation } from '../answers.ts';

export const IMAGES = fileURLToPath(new URL('../../../examples', import.meta.url));
/** Photos that come with the project, and their sizes. */
export const PHOTOS = [
  { file_name: 'two-dogs.jpg', width: 852, height: 1280 },
  { file_name: 'wine.jpg', width: 854, height: 1280 },
  { file_name: 'coffee.jpg', width: 600, height: 400 },
  { file_name: 'boats.jpg', width: 1024, height: 819 },
  { file_name: 'astronaut.jpg', width: 512, height: 512 },
] as const;

export const knows = vocabularyOfStarter(createModels(readConfig({ env: {} })).open('starter'));

/** Folders that are gone when the tests of a file are done. */
export function temporaryFolders(): () => string {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'spotter-tuning-'));
    folders.push(folder);
    return folder;
  };
}

export const proposalsOf = (of: Proposals['of'], labels: readonly string[] = []): Proposals => ({
  of,
  labels: new Set(labels),
  problems: [],
});

/** A row of so many boxes of 80 x 80 pixels that do not touch; the photos have place for five, the larger ones for ten. */
export const tiles = (n: number): Box[] =>
  Array.from({ length: n }, (_, i) => {
    const [x, y] = [(i % 5) * 100, Math.floor(i / 5) * 100];
    return [x, y, x + 80, y + 80] as const;
  });

const KINDS = ['dog', 'cup', 'boat', 'chair', 'bicycle'] as const;

/** So many questions about the five photos: of each photo another kind of thing. */
export function questions(n: number, boxes = 5): Annotation[] {
  const all = tiles(boxes);
  return Array.from({ length: n }, (_, i) => {
    const photo = PHOTOS[i % PHOTOS.length]!;
    const [x1, y1, x2, y2] = all[Math.floor(i / PHOTOS.length) % all.length]!;
    const id = String(i).padStart(6, '0');
    const expression = `the ${KINDS[i % KINDS.length]} with number ${id}`;
    return annotation({
      ...photo,
      id,
      image_id: photo.file_name,
      expression,
      bbox: [x1, y1, x2 - x1, y2 - y1],
    });
  });
}

/** Every photo has the same tiles. */
export const tiled = (n: number): Proposals => {
  const all = tiles(n).map((box, i) => ({ box, score: 1 - i / 100 }));
  return proposalsOf(() => all);
};

/** What a set is built of, unless said otherwise: 40 questions with six candidates each. */
export const tuningOptions = (out: string, more: Partial<TuningOptions> = {}): TuningOptions => ({
  annotations: questions(40),
  images: IMAGES,
  proposals: tiled(6),
  knows,
  out,
  ...more,
});

export const readRecords = (file: string): TuningRecord[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => TuningRecord.strict().parse(JSON.parse(line)));

export const promptOf = (record: TuningRecord): string => record.messages[0].content;
export const answerOf = (record: TuningRecord): string => record.messages[1].content;
