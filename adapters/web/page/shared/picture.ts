import { computed } from '@preact/signals';
import type { Size } from '../picture/geometry.ts';
import { api, Problem } from './api.ts';
import { loadable } from './loadable.ts';

/** The picture that is asked about. */
export interface Shown {
  /** Whatever tells it from another one. */
  readonly key: string;
  readonly alt: string;
  /** Name of the example that it is; others are in no link. */
  readonly example?: string;
  /** What the browser shows: a blob: URL. */
  readonly url: string;
  readonly size: Size;
  /** The id by which the server knows it. @throws Problem */
  id(): Promise<string>;
  /** The same after the server has forgotten it. @throws Problem where it is not here any more */
  sendAgain(): Promise<string>;
}

export const exampleList = loadable(api.examples);
/** The examples, once they are known. */
export const examples = computed(() => exampleList.value.value ?? []);
/** Good first questions about an example. */
export const suggestionsFor = ({ example }: Shown): readonly string[] =>
  examples.value.find(({ file }) => file === example)?.questions ?? [];

let made = 0;

/** A picture of the person's own. @throws Problem where it cannot be read */
export async function ownPicture(file: Blob, name: string): Promise<Shown> {
  const alt = name ? `Your picture, ${name}` : 'Your picture';
  const local = await decoded(file);
  if (local) return shownFrom(local, { alt, original: file });
  // What the browser cannot show (HEIC, TIFF), the server can.
  const id = await api.addPicture(file);
  const converted = await decoded(await api.pictureImage(id));
  if (!converted) throw new Problem('broken-picture', 'The picture cannot be shown.', 'Try another one.');
  return shownFrom(converted, { alt, original: file, id });
}

/** @throws Problem where there is no such example */
export async function examplePicture(file: string): Promise<Shown> {
  const bytes = await api.example(file);
  const local = await decoded(bytes);
  if (!local) throw new Problem('not-found', `There is no example ${file}.`, 'Choose another one.');
  const alt = examples.value.find((example) => example.file === file)?.alt ?? file;
  return { ...shownFrom(local, { alt, original: bytes }), example: file };
}

/** One that was sent before, and of which only the id is known. @throws Problem where it is no longer kept */
export async function sentPicture(id: string, alt: string): Promise<Shown> {
  const local = await decoded(await api.pictureImage(id));
  if (!local) throw new Problem('not-found', 'The picture is no longer kept.', 'Choose it again.');
  return shownFrom(local, { alt, id });
}

interface Origin {
  readonly alt: string;
  readonly original?: Blob;
  readonly id?: string;
}

function shownFrom(local: Pick<Shown, 'url' | 'size'>, { alt, original, id }: Origin): Shown {
  let known = id === undefined ? undefined : Promise.resolve(id);
  const send = (): Promise<string> => {
    if (!original) throw new Problem('not-found', 'The picture is no longer kept.', 'Choose it again.');
    known = api.addPicture(original);
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
  return {
    ...local,
    ...{ key: String(++made), alt },
    id: async () => known ?? send(),
    sendAgain: async () => send(),
  };
}

/** @returns undefined where the browser cannot show it */
async function decoded(bytes: Blob): Promise<Pick<Shown, 'url' | 'size'> | undefined> {
  const url = URL.createObjectURL(bytes);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(url);
    return undefined;
  }
  return { url, size: { width: image.naturalWidth, height: image.naturalHeight } };
}

/** Does something with the picture's id, once more with another one where the server has forgotten it. */
export async function withPicture<T>(picture: Shown, work: (id: string) => Promise<T>): Promise<T> {
  try {
    return await work(await picture.id());
  } catch (thrown) {
    if (!(thrown instanceof Problem && thrown.code === 'not-found')) throw thrown;
    return work(await picture.sendAgain());
  }
}
