import { statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { readHeader } from '../../picture/header.ts';
import type { Size } from '../../picture/picture.ts';
import type { Annotation } from '../annotations.ts';

/** A picture that a record can be about. */
export interface Photo {
  /** As LLaMA-Factory is to find it: relative to its media folder, with slashes. */
  readonly path: string;
  readonly size: Size;
}

/** Why there is none. */
export type NoPhoto = 'no-file' | 'unreadable-file' | 'turned-file' | 'other-size';

/** Pictures by annotation; each file is looked at once, and none is decoded. */
export function createPhotos(images: string, mediaDir: string) {
  const known = new Map<string, Promise<Photo | 'no-file' | 'unreadable-file' | 'turned-file'>>();
  return async ({ file_name, width, height }: Annotation): Promise<Photo | NoPhoto> => {
    const looked = known.get(file_name) ?? look(join(images, file_name), mediaDir);
    known.set(file_name, looked);
    const photo = await looked;
    if (typeof photo === 'string') return photo;
    const fits =
      (width ?? photo.size.width) === photo.size.width && (height ?? photo.size.height) === photo.size.height;
    return fits ? photo : 'other-size';
  };
}

async function look(
  file: string,
  mediaDir: string,
): Promise<Photo | 'no-file' | 'unreadable-file' | 'turned-file'> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return 'no-file';
  try {
    const { turned, width, height } = await readHeader(file);
    // LLaMA-Factory opens pictures without turning them, so that the boxes of the prompt would lie elsewhere.
    if (turned) return 'turned-file';
    return { path: mediaPath(file, mediaDir), size: { width, height } };
  } catch {
    return 'unreadable-file';
  }
}

/** Where LLaMA-Factory is to look for a file, with slashes on every system. */
export const mediaPath = (file: string, mediaDir: string): string =>
  relative(resolve(mediaDir), resolve(file)).split(sep).join('/');
