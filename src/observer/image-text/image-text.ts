import type { Box } from '../../box.ts';
import type { Query } from '../../expression/query.ts';
import type { Model } from '../../models/registry.ts';
import { readModelJson } from '../../models/store.ts';
import type { Picture } from '../../picture/picture.ts';
import type { Likeness, Observer, ObserverDeps, ObserverTask } from '../observer.ts';
import {
  createTokeniser,
  type Preprocessor,
  PreprocessorFile,
  pixelsOf,
  type Tokeniser,
  textTensors,
} from './inputs.ts';

/** The likeliest candidates, each looked at with so much of its size around it. */
const MAX_CANDIDATES = 10;
const MARGIN = 0.1;

interface Opened {
  readonly model: Model;
  readonly preprocessor: Preprocessor;
  readonly tokeniser: Tokeniser;
}

/**
 * Compares candidates with words that nothing else can judge ("striped", "jumping"), by a model of pictures and texts as in
 * "Learning Transferable Visual Models From Natural Language Supervision" (CLIP, arXiv 2103.00020). Off unless
 * `imageText` names a model of the registry. Untried with published weights; docs/observers.md says what it needs.
 */
export function createImageText({ models, settings }: ObserverDeps): Observer | undefined {
  const id = settings.imageText;
  if (id === undefined) return undefined;
  let opening: Promise<Opened> | undefined;

  async function open(reference: string): Promise<Opened> {
    const model = models.open(reference);
    return {
      model,
      preprocessor: readModelJson(model, 'preprocessor_config.json', PreprocessorFile),
      tokeniser: await createTokeniser(model),
    };
  }

  return {
    id: 'image-text',
    models: [id],
    wants: (query) => wordsLeft(query).length > 0,
    async observe(task) {
      opening ??= open(id);
      opening.catch(() => {
        opening = undefined;
      });
      const regions = task.regions.slice(0, MAX_CANDIDATES);
      if (regions.length === 0) return {};
      return { likenesses: await compare(task, regions, await opening) };
    },
  };
}

/**
 * Words of the target that nothing else can judge, and those before its noun, of which it is not known yet whether they are a
 * part of its name ("smiling" of "smiling dog"). What denies something is left out.
 */
function wordsLeft({ target: { constraints, nouns } }: Query): string[] {
  const [longest = ''] = nouns;
  const before = longest.slice(0, longest.length - (nouns.at(-1) ?? '').length).trim();
  const unresolved = constraints.flatMap((k) => (k.kind === 'unresolved' && !k.negated ? [k.words] : []));
  return before === '' ? unresolved : [before, ...unresolved];
}

/** How likely each region is what the words say rather than just its kind. */
async function compare(
  { picture, query, run, signal }: ObserverTask,
  regions: readonly Box[],
  { model, preprocessor, tokeniser }: Opened,
): Promise<Likeness[]> {
  const words = wordsLeft(query);
  const noun = query.target.nouns.at(-1) ?? 'thing';
  const texts = [`a photo of a ${noun}`, ...words.map((each) => `a photo of a ${noun} ${each}`)];
  const text = textTensors(texts.map(tokeniser.tokenise), tokeniser.pad);
  const { height, width } = preprocessor.crop_size;
  const found: Likeness[] = [];
  for (const box of regions) {
    signal?.throwIfAborted();
    const data = await pixelsOf(picture, squareAround(box, picture), preprocessor);
    const pixel_values = { type: 'float32', data, dims: [1, 3, height, width] } as const;
    const { outputs } = await run(model.weights, { ...text, pixel_values });
    const logits = outputs.logits_per_image;
    if (logits?.type !== 'float32' || logits.data.length !== texts.length)
      throw new RangeError('logits_per_image does not fit the texts');
    const [without = 0, ...withWords] = logits.data;
    for (const [i, logit] of withWords.entries())
      found.push({ box, words: words[i]!, likely: 1 / (1 + Math.exp(without - logit)) });
  }
  return found;
}

/** As much as is needed for nothing of the region to be cut away: only the middle is looked at. */
function squareAround([x1, y1, x2, y2]: Box, { width, height }: Picture): Box {
  const side = Math.min(width, height, (1 + 2 * MARGIN) * Math.max(x2 - x1, y2 - y1));
  const left = Math.max(0, Math.min((x1 + x2 - side) / 2, width - side));
  const top = Math.max(0, Math.min((y1 + y2 - side) / 2, height - side));
  return [left, top, left + side, top + side];
}
