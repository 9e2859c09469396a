import { z } from 'zod';
import type { Offer, Offerable } from '../../strategy/offer.ts';
import { writeOffer } from '../../strategy/offer-text.ts';
import type { Photo } from './photo.ts';

/** Where LLaMA-Factory puts the picture: once for each of them. */
export const IMAGE_TOKEN = '<image>';

/** One line of a set: LLaMA-Factory's "sharegpt" format with the keys of the OpenAI one. */
export const TuningRecord = z.object({
  messages: z.tuple([
    z.object({ role: z.literal('user'), content: z.string() }),
    z.object({ role: z.literal('assistant'), content: z.string() }),
  ]),
  images: z.array(z.string()).min(1),
});

export type TuningRecord = z.infer<typeof TuningRecord>;

/** The very prompt that the CRS strategy sends, and the letter that answers it. */
export function toRecord<C extends Offerable>(
  offer: Offer<C>,
  expression: string,
  { path, size }: Photo,
  answer: string,
): TuningRecord {
  return {
    messages: [
      { role: 'user', content: IMAGE_TOKEN + writeOffer(offer, expression, size).text },
      { role: 'assistant', content: answer },
    ],
    images: [path],
  };
}
