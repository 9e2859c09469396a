import { expectedBytes } from './pull/wanted.ts';
import { type Entry, filesOf, type Licence } from './registry/schema.ts';
import { missingFrom, type Place } from './store/store.ts';

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
  return { id, title, specialist, publisher, contract, licence, shipped, folder, variants };
}
