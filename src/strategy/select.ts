import { sumCosts } from '../mllm/cost.ts';
import { cropFor, imageFor } from '../mllm/image.ts';
import type { Cost, Mllm, MllmImage } from '../mllm/mllm.ts';
import { loadPrompt } from '../mllm/prompts.ts';
import type { Picture } from '../picture/picture.ts';
import { type Choice, readAnswer } from './answer.ts';
import { lettersOf, makeOffer, type Offer, type Offerable, type OfferOptions } from './offer.ts';
import { hashes, type Known, writeOffer } from './offer-text.ts';
import { type Probabilities, presenceOf, probabilities } from './presence.ts';

export interface SelectOptions<C extends Offerable> extends OfferOptions {
  /** Told to the model, where None is offered. */
  readonly known?: Known<C>;
}

export interface Selection<C extends Offerable> {
  readonly choice: Choice<C>;
  /** 1 - P(None), 0..1; undefined where None was not offered or nothing is known. */
  readonly presence: number | undefined;
  readonly probabilities: Probabilities | undefined;
  /** Of all attempts. */
  readonly cost: Cost;
  /** Whether it was asked a second time, because the first answer could not be read. */
  readonly repaired: boolean;
  readonly offer: Offer<C>;
  /** By name, the hashes of the prompts that took part. */
  readonly prompts: Readonly<Record<string, string>>;
}

/** Enough for a model that says a sentence instead of a letter; a letter takes one. */
const MOST_TOKENS = 48;

/**
 * Candidate region selection: asks the model which of the candidates an expression names, if any, and once more where
 * the answer cannot be read. An answer that is still unreadable is the choice `unreadable`, never a guess.
 * @param asked.candidates best first, at least one
 * @throws SpotterError what `mllm.ask` throws, and bad-config for a profile that no picture fits into
 */
export async function select<C extends Offerable>(asked: {
  readonly mllm: Mllm;
  readonly picture: Picture;
  readonly expression: string;
  readonly candidates: readonly C[];
  readonly options?: SelectOptions<C>;
  readonly signal?: AbortSignal;
}): Promise<Selection<C>> {
  const { mllm, picture, expression, candidates, options = {}, signal } = asked;
  const offer = makeOffer(candidates, { sha256: picture.sha256, expression }, options);
  const written = writeOffer(offer, expression, picture, options.known);
  const letters = lettersOf(offer);
  const request = {
    images: await imagesOf(offer, picture, mllm),
    maxTokens: MOST_TOKENS,
    choices: letters,
    logprobs: mllm.profile.logprobs,
    ...(signal ? { signal } : {}),
  };
  const first = await mllm.ask({ ...request, prompt: written.text });
  const choice = readAnswer(first, offer);
  const done = (reply: typeof first, final: Choice<C>) => {
    const known = probabilities(offer, final, reply.first);
    return { choice: final, probabilities: known, presence: presenceOf(offer, known), offer };
  };
  // A filter that refused would refuse again.
  if (choice.kind !== 'unreadable' || first.finish === 'refused') {
    return { ...done(first, choice), cost: first.cost, repaired: false, prompts: written.prompts };
  }
  const repair = loadPrompt('repair/letter');
  const prompt = repair.fill({ question: written.text, answers: letters.join(', ') });
  const second = await mllm.ask({ ...request, prompt });
  return {
    ...done(second, readAnswer(second, offer)),
    cost: sumCosts([first.cost, second.cost]),
    repaired: true,
    prompts: { ...written.prompts, ...hashes(repair) },
  };
}

/** The picture, marked where that is the style; for crops, each option's crop after it, in the order offered. */
async function imagesOf<C extends Offerable>(
  offer: Offer<C>,
  picture: Picture,
  { profile }: Mllm,
): Promise<MllmImage[]> {
  const marked = offer.style === 'marks' || offer.style === 'both';
  const marks = offer.options.map(({ letter, candidate }) => ({ letter, box: candidate.box }));
  const { image } = await imageFor(picture, profile, marked ? marks : []);
  if (offer.style !== 'crops') return [image];
  const crops: MllmImage[] = [];
  // One after the other: several at once would hold all their pixels.
  for (const { box } of marks) crops.push(await cropFor(picture, box, profile));
  return [image, ...crops];
}
