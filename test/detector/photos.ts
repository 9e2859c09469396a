import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A photo that comes with the project. */
export const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

/** Reference photos with verified expressions; they lie beside the project, where there are any. */
const RECSET = fileURLToPath(new URL('../../../shared/recset/', import.meta.url));
export const recset = existsSync(RECSET) ? RECSET : undefined;
