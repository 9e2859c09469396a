const FOLDS = 10;

interface OfPhoto {
  readonly photo: string;
}

/** The fold of each photo, in the order in which they first come. */
export function foldsOf(all: readonly OfPhoto[]): ReadonlyMap<string, number> {
  const photos = [...new Set(all.map(({ photo }) => photo))];
  return new Map(photos.map((photo, i) => [photo, i % FOLDS]));
}

/**
 * What is made of each part of the data by something that was fitted to the rest: ten folds, all questions about one
 * photo in the same one.
 * @param use fits to the first and is used on the second
 */
export function heldOut<T extends OfPhoto, R>(
  all: readonly T[],
  use: (training: readonly T[], held: readonly T[]) => readonly R[],
): R[] {
  const folds = foldsOf(all);
  return Array.from({ length: FOLDS }, (_, fold) => {
    const isHeld = ({ photo }: T) => folds.get(photo) === fold;
    const held = all.filter(isHeld);
    return held.length > 0
      ? use(
          all.filter((item) => !isHeld(item)),
          held,
        )
      : [];
  }).flat();
}
