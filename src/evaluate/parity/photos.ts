import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const NAMED = ['', 'images', 'photos', 'examples'];
/** More folders than this in one place are no neighbours but a crowd. */
const MOST_NEIGHBOURS = 200;

/**
 * Where files of a name lie: in the folder that was told, then in and around some others: in them and their
 * subfolders for pictures, and the same one and two levels up, there also in every neighbouring folder.
 */
export function* findFiles(
  name: string,
  told: string | undefined,
  around: readonly string[],
): Generator<string> {
  const places = [
    ...(told === undefined ? [] : [told]),
    ...around.flatMap(withNamed),
    ...around
      .flatMap((root) => [join(root, '..'), join(root, '..', '..')])
      .flatMap((up) => [up, ...subfolders(up)])
      .flatMap(withNamed),
  ];
  const files = new Set(places.map((place) => resolve(place, name)));
  for (const file of files) if (existsSync(file)) yield file;
}

const withNamed = (root: string): string[] => NAMED.map((named) => join(root, named));

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry: Dirent) => entry.isDirectory())
      .slice(0, MOST_NEIGHBOURS)
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}
