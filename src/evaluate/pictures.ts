import { join } from 'node:path';
import type { Picture } from '../picture/picture.ts';
import { readPicture } from '../picture/read.ts';
import type { Annotation } from './annotations.ts';

/** Photos of an evaluation by file name, each decoded once. @throws SpotterError for a photo that cannot be read */
export function pictureStore(
  folder: string,
): (annotation: Pick<Annotation, 'file_name'>) => Promise<Picture> {
  const known = new Map<string, Promise<Picture>>();
  return ({ file_name }) => {
    const picture = known.get(file_name) ?? readPicture(join(folder, file_name));
    known.set(file_name, picture);
    return picture;
  };
}
