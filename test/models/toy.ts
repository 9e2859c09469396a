import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createModels, type Models, type ModelsConfig, type ModelsOptions } from '../../src/models/models.ts';
import type { PullEvent } from '../../src/models/pull.ts';
import { noise, sha256 } from './server.ts';

/** A model of two files, as small as can be. */
export const CONFIG = Buffer.from('{"kind":"toy"}\n');
export const WEIGHTS = noise(1_500_000);

type Json = Record<string, unknown>;

export const pinned = (path: string, bytes: Buffer): Json => ({
  path,
  bytes: bytes.length,
  sha256: sha256(bytes),
});
export const unpinned = (path: string, bytes: Buffer): Json => ({ path, about: bytes.length, sha256: null });

/** An entry of a registry; `change` replaces fields. */
export const toy = (sources: readonly Json[], change: Json = {}): Json => ({
  id: 'toy',
  title: 'A toy',
  role: 'specialist',
  specialist: 'toys',
  publisher: { name: 'Nobody', url: 'https://example.org/' },
  licence: { id: 'MIT', url: 'https://example.org/licence' },
  contract: {
    inputs: [{ name: 'in', type: 'float32', shape: ['batch', 3] }],
    outputs: [{ name: 'out', type: 'float32', shape: ['batch', 1] }],
  },
  files: [pinned('config.json', CONFIG)],
  variants: { fp32: { weights: pinned('onnx/model.onnx', WEIGHTS) } },
  default: 'fp32',
  sources,
  ...change,
});

/** A folder of its own, with a registry of its own in it. */
export interface Place {
  readonly folder: string;
  readonly config: ModelsConfig;
  /** Where a file of the toy is pulled to. */
  file(path: string): string;
  write(path: string, bytes: string | Uint8Array): string;
  models(entries: readonly Json[], options?: ModelsOptions, config?: Partial<ModelsConfig>): Models;
  remove(): void;
}

/** Impatient, so that no test waits. */
const QUICK: ModelsOptions = { stallMs: 300, attempts: 3, backOffMs: 1, mostWaitMs: 20, pollMs: 10 };

export function createPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'spotter-models-'));
  const write = (path: string, bytes: string | Uint8Array): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return file;
  };
  const config: ModelsConfig = {
    models: join(folder, 'store'),
    registry: join(folder, 'registry.json'),
    hfEndpoint: 'http://127.0.0.1:9',
    hfToken: undefined,
  };
  return {
    folder,
    config,
    write,
    file: (path) => join(folder, 'store', 'toy', path),
    models(entries, options = {}, changed = {}) {
      write('registry.json', JSON.stringify({ models: entries }));
      return createModels({ ...config, ...changed }, { ...QUICK, ...options });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Pulls, and keeps what was told on the way. */
export async function pull(models: Models, reference = 'toy', signal?: AbortSignal) {
  const events: PullEvent[] = [];
  const options = { acceptLicence: true, onProgress: (event: PullEvent) => void events.push(event) };
  const pulled = await models.pull(reference, signal ? { ...options, signal } : options);
  const notes = events.flatMap((event) => (event.kind === 'note' ? [event.said] : []));
  return { ...pulled, events, notes };
}
