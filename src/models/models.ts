import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { SpotterError } from '../errors.ts';
import type { Patience } from './download.ts';
import { cannotWrite, stopped } from './part.ts';
import type { AcceptLicence, FreeBytes, PullEvent } from './pull.ts';
import {
  checkpointOf,
  type Entry,
  expectedBytes,
  filesOf,
  type Licence,
  type Model,
  type Referred,
  readRegistry,
  resolveReference,
} from './registry.ts';
import {
  type LockFile,
  missingFrom,
  modelAt,
  notMade,
  notPulled,
  type Place,
  pinnedModel,
  placeOf,
  pulledVariants,
  removeModel,
  removeVariant,
  type Verified,
  verifyFiles,
} from './store.ts';

export interface PullOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: PullEvent) => void;
  /** By default no licence is accepted but those that have been accepted before. */
  readonly acceptLicence?: AcceptLicence;
}

export interface Pulled {
  readonly model: Model;
  readonly folder: string;
  /** Its files with their pins; empty for what comes with the project. */
  readonly files: LockFile['files'];
}

/** The models of the registry, and those of them that lie on this machine. */
export interface Models {
  /**
   * A model that is here, by "id", "id@variant" or the kind of its detector; without a variant the first one, in
   * the registry's order, that is complete. Looks at the sizes of the files only: whoever loads them checks the hashes.
   * @throws SpotterError unknown-model, model-missing
   */
  open(reference: string): Model;
  /**
   * A model as `open` gives it, also where its files are on another machine only.
   * @throws SpotterError unknown-model, model-missing (it is not known which bytes they have)
   */
  pinned(reference: string): Model;
  /** Everything in the registry, in its order. */
  list(): ListedModel[];
  /**
   * Downloads what is missing or changed of a variant, or of the default one. What a call that was cancelled or killed
   * has left is continued. Two processes at once do it once.
   * @throws SpotterError unknown-model, model-missing (tools/export has to make it first), licence-not-accepted, download-failed, no-space, cannot-write, cancelled
   */
  pull(reference: string, options?: PullOptions): Promise<Pulled>;
  /**
   * Reads all bytes of what is here of a model, or of all models, and compares them.
   * @throws SpotterError unknown-model, model-missing (a model was named, and is not here)
   */
  verify(reference?: string, signal?: AbortSignal): Promise<Verified[]>;
  /**
   * Removes a variant, or the model with its pins and the accepted licence; resolves to whether anything was there.
   * @throws SpotterError unknown-model, bad-usage (it comes with the project), cannot-write, cancelled
   */
  remove(reference: string, signal?: AbortSignal): Promise<boolean>;
  /** The folder of a model that is here, in the published layout. @throws SpotterError as `open` */
  path(reference: string): string;
}

export type ModelsConfig = Pick<Config, 'models' | 'registry' | 'hfEndpoint' | 'hfToken'>;

export interface ModelsOptions extends Partial<Patience> {
  /** How long a server may send nothing, in milliseconds. */
  readonly stallMs?: number;
  readonly free?: FreeBytes;
  /** How often it is looked whether another process is done, in milliseconds. */
  readonly pollMs?: number;
}

/** @throws SpotterError bad-config when a registry cannot be used */
export function createModels(config: ModelsConfig, options: ModelsOptions = {}): Models {
  const { stallMs = 30_000, free, pollMs = 250 } = options;
  const patience = { attempts: 6, backOffMs: 1000, mostWaitMs: 60_000, ...options };
  const store = resolve(config.models);
  const entries = readRegistry(config.registry);
  const refer = (reference: string): Referred => resolveReference(entries, reference);
  const placeFor = (entry: Entry) => placeOf(entry, store);

  async function alone<T>(
    entry: Entry,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    onWait: () => void = () => {},
  ): Promise<T> {
    const { exclusively } = await import('./exclusive.ts');
    const locks = join(store, '.locks', entry.id);
    await mkdir(locks, { recursive: true }).catch((thrown) => {
      throw cannotWrite(store, thrown);
    });
    return exclusively(locks, work, { signal, onWait, pollMs }).catch((thrown) => {
      throw signal.aborted ? stopped(signal) : thrown;
    });
  }
  return {
    open(reference) {
      const { entry, variant } = refer(reference);
      return modelAt(placeFor(entry), entry, variant);
    },
    pinned(reference) {
      const { entry, variant } = refer(reference);
      return pinnedModel(placeFor(entry), entry, variant);
    },
    list: () => entries.map((entry) => listed(entry, placeFor(entry))),
    async pull(
      reference,
      { signal = new AbortController().signal, onProgress = () => {}, acceptLicence = false } = {},
    ) {
      const { entry, variant = entry.default } = refer(reference);
      const { folder, shipped, lock } = placeFor(entry);
      if (shipped) return { model: modelAt(placeFor(entry), entry, variant), folder, files: {} };
      const checkpoint = checkpointOf(entry);
      if (checkpoint !== undefined) throw notMade(entry, checkpoint);
      // Loaded when needed: whoever only opens a model asks no server.
      const { acceptedLicence, freeBytes, pullVariant } = await import('./pull.ts');
      const licence = await acceptedLicence(entry, variant, reference, lock, acceptLicence);
      await mkdir(folder, { recursive: true }).catch((thrown) => {
        throw cannotWrite(folder, thrown);
      });
      const context = {
        entry,
        variant,
        folder,
        licence,
        config,
        patience,
        stallMs,
        free: free ?? freeBytes,
        onEvent: onProgress,
      };
      const { files } = await alone(
        entry,
        (whileMine) => pullVariant({ ...context, signal: whileMine }),
        signal,
        () => onProgress({ kind: 'note', said: `another process is pulling ${entry.id}; waiting for it` }),
      );
      return { model: modelAt(placeFor(entry), entry, variant), folder, files };
    },
    async verify(reference, signal) {
      const named = reference === undefined ? undefined : refer(reference);
      const found: Verified[] = [];
      for (const entry of named ? [named.entry] : entries) {
        const place = placeFor(entry);
        const variants = pulledVariants(place, entry).filter((v) => v === (named?.variant ?? v));
        if (named && variants.length === 0) throw notPulled(place, entry, named.variant);
        found.push(...(await verifyFiles(entry, place, variants, signal)));
      }
      return found;
    },
    async remove(reference, signal = new AbortController().signal) {
      const { entry, variant } = refer(reference);
      if (placeFor(entry).shipped) {
        throw new SpotterError('bad-usage', `${entry.id} comes with Spotter and cannot be removed.`);
      }
      return alone(
        entry,
        async () => {
          const place = placeFor(entry);
          if (variant === undefined) await removeModel(place);
          else await removeVariant(entry, place, variant);
          return variant === undefined
            ? place.lock !== undefined
            : pulledVariants(place, entry).includes(variant);
        },
        signal,
      );
    },
    path(reference) {
      const { entry, variant } = refer(reference);
      const place = placeFor(entry);
      modelAt(place, entry, variant);
      return place.folder;
    },
  };
}

export interface ListedVariant {
  readonly name: string;
  /** Of all its files; as exact as the registry is, or as what is here. */
  readonly bytes: number;
  readonly exact: boolean;
  /** Whether all of it is here. */
  readonly here: boolean;
  /** Whether it is pulled where none is named. */
  readonly isDefault: boolean;
}

export interface ListedModel extends Pick<Entry, 'id' | 'title' | 'specialist' | 'publisher' | 'contract'> {
  readonly licence: Licence;
  /** It comes with the project: there is nothing to pull. */
  readonly shipped: boolean;
  /** What tools/export makes it of; undefined where it can be pulled. */
  readonly checkpoint: string | undefined;
  readonly folder: string;
  readonly variants: readonly ListedVariant[];
}

export function listed(entry: Entry, place: Place): ListedModel {
  const { id, title, specialist, publisher, contract, licence } = entry;
  const { shipped, folder } = place;
  const variants = Object.entries(entry.variants).map(([name, variant]) => {
    const files = filesOf(entry, variant);
    const here = missingFrom(place, entry, name).length === 0;
    const bytes = files.map(
      (file) => (here ? place.lock?.files[file.path]?.bytes : undefined) ?? expectedBytes(file),
    );
    return {
      name,
      bytes: bytes.reduce((sum, size) => sum + size, 0),
      exact: here || files.every((file) => 'bytes' in file),
      here,
      isDefault: name === entry.default,
    };
  });
  const checkpoint = checkpointOf(entry);
  return { id, title, specialist, publisher, contract, licence, shipped, checkpoint, folder, variants };
}
