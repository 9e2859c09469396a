import { type BoxReply, readBox } from '../mllm/coordinates.ts';
import { sumCosts } from '../mllm/cost.ts';
import { imageFor } from '../mllm/image.ts';
import type { Cost, Mllm } from '../mllm/mllm.ts';
import { loadPrompt } from '../mllm/prompts.ts';
import { quoted } from '../mllm/quote.ts';
import type { Picture } from '../picture/picture.ts';
import { hashes } from './offer-text.ts';
import { presenceOfBox } from './presence.ts';

export interface AskForBoxOptions {
  /** The target phrase to look at above all (focus enhancement). */
  readonly focus?: string;
  /** Whether the model may say that nothing fits; yes unless told. The published method has no such answer. */
  readonly none?: boolean;
}

export interface BoxAnswer {
  readonly reply: BoxReply;
  /** 1 - P(None), 0..1; undefined where None was not allowed, or the server tells no alternatives. */
  readonly presence: number | undefined;
  /** Of all attempts. */
  readonly cost: Cost;
  readonly repaired: boolean;
  /** By name, the hashes of the prompts that took part. */
  readonly prompts: Readonly<Record<string, string>>;
}

const MOST_TOKENS = 128;

/**
 * Direct grounding: asks the model where something is, in the coordinates of its profile, and once more where the
 * answer cannot be read. Where None was not allowed, it is unreadable.
 * @throws SpotterError what `mllm.ask` throws, and bad-config for a profile that no picture fits into
 */
export async function askForBox(asked: {
  readonly mllm: Mllm;
  readonly picture: Picture;
  readonly expression: string;
  readonly options?: AskForBoxOptions;
  readonly signal?: AbortSignal;
}): Promise<BoxAnswer> {
  const { mllm, picture, expression, signal } = asked;
  const { focus, none = true } = asked.options ?? {};
  const { image, mapping } = await imageFor(picture, mllm.profile);
  const ask = loadPrompt(`ground/${mllm.profile.coordinates}`);
  const [focusing, absence] = [loadPrompt('ground-focus'), loadPrompt('ground-absence')];
  const values: Record<string, string> = {
    expression: quoted(expression),
    focus: focus === undefined ? '' : ` ${focusing.fill({ target: quoted(focus) })}`,
    absence: none ? ` ${absence.fill({})}` : '',
    width: String(mapping.width),
    height: String(mapping.height),
  };
  const question = ask.fill(Object.fromEntries(ask.slots.map((slot) => [slot, values[slot]!])));
  const prompts = hashes(ask, ...(focus === undefined ? [] : [focusing]), ...(none ? [absence] : []));
  const attempt = async (prompt: string) => {
    const { logprobs, coordinates } = mllm.profile;
    const request = { images: [image], maxTokens: MOST_TOKENS, logprobs, ...(signal ? { signal } : {}) };
    const said = await mllm.ask({ ...request, prompt });
    const read = readBox(said, coordinates, mapping);
    const reply: BoxReply =
      read.kind === 'none' && !none ? { kind: 'unreadable', why: 'None was not allowed' } : read;
    return { said, reply, presence: none ? presenceOfBox(reply, said.first) : undefined };
  };
  const first = await attempt(question);
  if (first.reply.kind !== 'unreadable' || first.said.finish === 'refused') {
    const { reply, presence } = first;
    return { reply, presence, cost: first.said.cost, repaired: false, prompts };
  }
  const repair = loadPrompt('repair/box');
  const second = await attempt(repair.fill({ question, answers: none ? ', or None' : '' }));
  return {
    reply: second.reply,
    presence: second.presence,
    cost: sumCosts([first.said.cost, second.said.cost]),
    repaired: true,
    prompts: { ...prompts, ...hashes(repair) },
  };
}
