import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Annotation } from '../../../src/evaluate/prediction.ts';
import type { Skipped } from '../../../src/evaluate/read/check.ts';
import type { ReadReport } from '../../../src/evaluate/read/read.ts';
import { type ReadOptions, readAnnotationSet } from '../../../src/evaluate/read/read.ts';

export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

export interface Reading {
  readonly annotations: Annotation[];
  readonly skipped: Skipped[];
  readonly report: ReadReport;
  /** What it threw in the end, if it did. */
  readonly thrown?: unknown;
}

/** Goes through a set, up to its end or to where it fails. */
export async function reading(file: string, options: ReadOptions = {}): Promise<Reading> {
  const skipped: Skipped[] = [];
  const annotations: Annotation[] = [];
  const set = readAnnotationSet(file, { ...options, onSkip: (row) => skipped.push(row) });
  try {
    for await (const annotation of set) annotations.push(annotation);
    return { annotations, skipped, report: set.report };
  } catch (thrown) {
    return { annotations, skipped, report: set.report, thrown };
  }
}

/** Writes files of a test into a folder of its own, which goes when the tests have run. */
export function scratch(): (content: unknown, name?: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'spotter-sets-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (content, name = 'set.json') => {
    const file = join(folder, name);
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(file, raw ? content : JSON.stringify(content));
    return file;
  };
}
