import type { Config } from '../config.ts';
import type { Model } from './model.ts';
import { readRegistry } from './registry/read.ts';
import { resolveReference } from './registry/reference.ts';
import { modelAt, placeOf } from './store/store.ts';

/** The models of the registry, and those of them that lie on this machine. */
export interface Models {
  /**
   * A model that is here, by "id", "id@variant" or the kind of its specialist; without a variant the first one, in
   * the registry's order, that is complete. Reads no more than the sizes of the files.
   * @throws SpotterError unknown-model, model-missing
   */
  open(reference: string): Model;
}

/** @throws SpotterError bad-config when a registry cannot be used */
export function createModels(config: Pick<Config, 'models' | 'registry' | 'hfEndpoint' | 'hfToken'>): Models {
  const entries = readRegistry(config.registry);
  return {
    open(reference) {
      const { entry, variant } = resolveReference(entries, reference);
      return modelAt(placeOf(entry, config.models), entry, variant);
    },
  };
}
