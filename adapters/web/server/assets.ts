import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { once } from '../../../src/once.ts';
import { fileOf, type WebFile } from './file.ts';

const PAGE = fileURLToPath(new URL('../page/', import.meta.url));

/** A program of the page as one script, and its styles. */
export interface Bundle {
  readonly script: string;
  readonly styles: string;
}

/** The programs of the page: what a browser shows, and the lesson alone, which goes into a file of its own. */
export type Program = 'page' | 'lesson-file';

async function makeBundle(program: Program): Promise<Bundle> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [`${PAGE}${program}.tsx`],
    bundle: true,
    minify: true,
    write: false,
    outdir: PAGE,
    // In a file of its own there is nothing to import from.
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const textOf = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return { script: textOf('.js'), styles: textOf('.css') };
}

const BUNDLES: Readonly<Record<Program, () => Promise<Bundle>>> = {
  page: once(() => makeBundle('page')),
  'lesson-file': once(() => makeBundle('lesson-file')),
};

/** Made from the sources with the first request for it, which takes a tenth of a second, and kept. */
export const bundleOf = (program: Program): Promise<Bundle> => BUNDLES[program]();

export const pageScript = once(async () => fileOf('text/javascript', (await bundleOf('page')).script));
export const pageStyles = once(async () => fileOf('text/css', (await bundleOf('page')).styles));

const EXAMPLES = new URL('../../../examples/', import.meta.url);

/** Photos to try it on, with good first questions; their licences are in examples/README.md. */
export const EXAMPLE_PHOTOS = [
  {
    file: 'two-dogs.jpg',
    alt: 'Two dogs at a window and on a fence',
    questions: ['the upper dog', 'the dog on the right', 'the cat'],
  },
  {
    file: 'wine.jpg',
    alt: 'A drum, and a bottle of wine beside a glass',
    questions: ['the glass to the left of the bottle', 'how many glasses are there?', 'a red bottle'],
  },
  {
    file: 'coffee.jpg',
    alt: 'A cup of coffee on a table',
    questions: ['the cup', 'the spoon', 'what do you see?'],
  },
  {
    file: 'astronaut.jpg',
    alt: 'An astronaut in an orange suit',
    questions: ['the astronaut', 'the woman', 'is there a dog?'],
  },
  {
    file: 'boats.jpg',
    alt: 'Boats in a harbour, an old photograph',
    questions: ['the boat on the left', 'the largest boat', 'the red boat'],
  },
] as const;

const PHOTO_SECONDS = 3600;
const PHOTOS = new Map(
  EXAMPLE_PHOTOS.map(({ file }) => [
    file as string,
    once(async () => fileOf('image/jpeg', await readFile(new URL(file, EXAMPLES)), PHOTO_SECONDS)),
  ]),
);

/** An example; undefined for another name. */
export const exampleOf = async (name: string): Promise<WebFile | undefined> => PHOTOS.get(name)?.();
