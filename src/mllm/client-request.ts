import type { MllmRequest } from './mllm.ts';
import type { Profile } from './profile.ts';

/** What is sent, as JSON. */
export type Body = Readonly<Record<string, unknown>>;

/** Any would do; that it is always the same makes answers repeatable where the server honours it. */
const SEED = 1;
const MOST_ALTERNATIVES = 20;

/** A request in OpenAI's words, with nothing in it that the profile does not allow. */
export function toBody(model: string, profile: Profile, request: MllmRequest): Body {
  const { tokenLimit = 'max_tokens', temperature = true, seed = false, thinking } = profile;
  return {
    model,
    messages: messages(profile, request),
    [tokenLimit]: request.maxTokens + (thinking?.tokens ?? 0),
    ...(temperature && { temperature: 0 }),
    ...(seed && { seed: SEED }),
    ...(thinking?.effort !== undefined && { reasoning_effort: thinking.effort }),
    ...(request.logprobs && profile.logprobs && alternatives(profile)),
    ...form(profile, request),
  };
}

/** The pictures come before the words: so models were trained. Without pictures the words alone, for old servers. */
function messages({ image }: Profile, { system, prompt, images = [] }: MllmRequest): object[] {
  const detail = image.detail && { detail: image.detail };
  const shown = images.map(({ mime, bytes }) => ({
    type: 'image_url',
    image_url: { url: `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`, ...detail },
  }));
  const content = shown.length === 0 ? prompt : [...shown, { type: 'text', text: prompt }];
  return [...(system === undefined ? [] : [{ role: 'system', content: system }]), { role: 'user', content }];
}

const alternatives = ({ topLogprobs = MOST_ALTERNATIVES }: Profile) => ({
  logprobs: true,
  top_logprobs: Math.min(MOST_ALTERNATIVES, topLogprobs),
});

function form({ structured, choicesField = 'structured_outputs' }: Profile, request: MllmRequest): object {
  const { choices, schema } = request;
  if (structured === 'none') return {};
  if (choices && structured === 'guided-choice')
    return choicesField === 'guided_choice'
      ? { guided_choice: choices }
      : { structured_outputs: { choice: choices } };
  if (!schema) return {};
  const { name, json } = schema;
  return { response_format: { type: 'json_schema', json_schema: { name, schema: json, strict: true } } };
}
