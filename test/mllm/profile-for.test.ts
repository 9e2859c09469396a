import { describe, expect, it } from 'vitest';
import {
  type ProfileOverrides,
  profileFor,
  profiles,
  serverAt,
  serverOwning,
} from '../../src/mllm/profile.ts';

/** Model names as they are really written, the profile that each gets, and how it writes coordinates. */
const NAMES = [
  ['gpt-4o', 'gpt-4o', 'relative-1000-xyxy'],
  ['gpt-4o-2024-08-06', 'gpt-4o', 'relative-1000-xyxy'],
  ['chatgpt-4o-latest', 'gpt-4o', 'relative-1000-xyxy'],
  ['openai/gpt-4o-mini', 'gpt-4o-mini', 'relative-1000-xyxy'],
  ['gpt-4.1', 'gpt-4.1', 'relative-1000-xyxy'],
  ['gpt-4.1-nano-2025-04-14', 'gpt-4.1-nano', 'relative-1000-xyxy'],
  ['gpt-5', 'gpt-5', 'relative-1000-xyxy'],
  ['gpt-5-2025-08-07', 'gpt-5', 'relative-1000-xyxy'],
  ['gpt-5-mini', 'gpt-5-mini', 'relative-1000-xyxy'],
  ['gpt-5.2', 'gpt-thinking', 'relative-1000-xyxy'],
  ['gpt-5-chat-latest', 'gpt', 'relative-1000-xyxy'],
  ['o4-mini', 'gpt-thinking', 'relative-1000-xyxy'],
  ['Qwen/Qwen2-VL-7B-Instruct', 'qwen2-vl', 'relative-1000-xyxy'],
  ['Qwen/Qwen2.5-VL-72B-Instruct-AWQ', 'qwen2.5-vl', 'pixels-resized-xyxy'],
  ['qwen2.5vl:7b', 'qwen2.5-vl', 'pixels-resized-xyxy'],
  ['qwen2.5-vl-7b-instruct', 'qwen2.5-vl', 'pixels-resized-xyxy'],
  ['Qwen/Qwen3-VL-8B-Instruct', 'qwen3-vl', 'relative-1000-xyxy'],
  ['Qwen/Qwen3-VL-8B-Thinking', 'qwen3-vl-thinking', 'relative-1000-xyxy'],
  ['qwen3-vl:8b', 'qwen3-vl', 'relative-1000-xyxy'],
  ['OpenGVLab/InternVL2_5-8B', 'internvl', 'relative-1000-xyxy'],
  ['OpenGVLab/InternVL3-14B', 'internvl', 'relative-1000-xyxy'],
  ['THUDM/cogvlm-grounding-generalist-hf', 'cogvlm', 'relative-1000-xyxy'],
  ['zai-org/GLM-4.5V', 'glm-v', 'relative-1000-xyxy'],
  ['gemini-2.5-flash', 'gemini-thinking', 'relative-1000-yxyx'],
  ['gemini-2.0-flash', 'gemini', 'relative-1000-yxyx'],
  ['moondream:latest', 'moondream', 'unit-xyxy'],
  ['vikhyatk/moondream2', 'moondream', 'unit-xyxy'],
  ['llava:13b', 'llava', 'unit-xyxy'],
  ['llava-hf/llava-1.5-7b-hf', 'llava', 'unit-xyxy'],
  ['gpt-4-turbo', 'unknown', 'relative-1000-xyxy'],
  ['Qwen/Qwen3-8B', 'unknown', 'relative-1000-xyxy'],
  ['my-own-thing', 'unknown', 'relative-1000-xyxy'],
] as const;

describe('a profile', () => {
  it.each(NAMES)('of %s is %s', (model, name, coordinates) => {
    expect(profileFor(model)).toMatchObject({ name, coordinates });
  });

  it('is careful with what is not known', () => {
    expect(profileFor('my-own-thing')).toEqual({
      name: 'unknown',
      coordinatesGuessed: true,
      coordinates: 'relative-1000-xyxy',
      image: { maxSide: 1344, maxPixels: 1003520, multipleOf: 1, maxBytes: 4194304 },
      logprobs: false,
      structured: 'none',
    });
  });

  it('is whole for every model on every server, and within what it says itself', () => {
    const servers = [undefined, ...Object.keys(profiles().servers)];
    for (const [model] of NAMES) {
      for (const server of servers) {
        const { image, ...profile } = profileFor(model, server ? { server } : {});
        expect(typeof profile.logprobs).toBe('boolean');
        expect(['json-schema', 'guided-choice', 'none']).toContain(profile.structured);
        expect(image.maxSide % image.multipleOf, model).toBe(0);
        expect(image.maxSide ** 2).toBeGreaterThanOrEqual(image.maxPixels);
        expect(image.maxBytes).toBeGreaterThan(100_000);
      }
    }
  });

  it('takes what the server can do from the server, unless the model cannot', () => {
    const model = 'Qwen/Qwen2.5-VL-7B-Instruct';
    expect(profileFor(model)).toMatchObject({ logprobs: false, structured: 'none' });
    expect(profileFor(model, { server: 'vllm' })).toMatchObject({
      ...{ name: 'qwen2.5-vl on vllm', logprobs: true, structured: 'guided-choice' },
      coordinates: 'pixels-resized-xyxy',
    });
    expect(profileFor(model, { server: 'lm-studio' })).toMatchObject({
      logprobs: false,
      structured: 'json-schema',
    });
    const thinking = profileFor('gpt-5', { server: 'openai' });
    expect(thinking).toMatchObject({
      logprobs: false,
      temperature: false,
      tokenLimit: 'max_completion_tokens',
    });
    expect(thinking.thinking?.tokens).toBeGreaterThan(0);
  });

  it('gives way to what somebody knows better, part by part', () => {
    const overrides: ProfileOverrides = {
      image: { maxSide: 512 },
      logprobs: true,
      price: { prompt: 1, answer: 2 },
    };
    const before = profileFor('gemini-2.5-flash');
    expect(profileFor('gemini-2.5-flash', overrides)).toEqual({
      ...before,
      ...overrides,
      image: { ...before.image, maxSide: 512 },
    });
    expect(profileFor('gemini-2.5-flash')).toEqual(before);
  });

  it('can be that of another name', () => {
    const azure = profileFor('prod-vision-3', { like: 'gpt-4o', server: 'azure' });
    expect(azure).toMatchObject({ name: 'gpt-4o on azure', logprobs: true, price: { prompt: 2.5 } });
  });

  it.each([
    [{ server: 'vlm' }, 'There is no server "vlm"; there is openai, azure'],
    [{ like: 'nothing-known' }, 'No profile is known for "nothing-known".'],
    [{ logprob: true }, 'logprob'],
    [{ coordinates: 'relative-100' }, 'coordinates'],
    [{ image: { maxSide: 0 } }, 'maxSide'],
    [{ topLogprobs: 21 }, 'topLogprobs'],
    [{ price: { prompt: -1, answer: 0 } }, 'price'],
  ])('refuses %j', (overrides, said) => {
    const refused = expect.objectContaining({ code: 'bad-config', hint: expect.stringContaining(said) });
    expect(() => profileFor('x', overrides as ProfileOverrides)).toThrow(refused);
  });
});

describe('a server', () => {
  it.each([
    ['https://api.openai.com/v1', 'openai'],
    ['https://mine.openai.azure.com/openai/v1/', 'azure'],
    ['https://generativelanguage.googleapis.com/v1beta/openai/', 'gemini'],
    ['http://localhost:11434/v1', 'ollama'],
    ['http://192.168.1.9:1234/v1', 'lm-studio'],
    ['https://api.openai.com.evil.example/v1', undefined],
    ['http://localhost:8000/v1', undefined],
    ['nonsense', undefined],
  ])('at %s is %s', (baseURL, server) => {
    expect(serverAt(baseURL)).toBe(server);
  });

  it('is known by what it says of its models', () => {
    expect(['vllm', 'library', 'organization_owner', 'me'].map(serverOwning)).toEqual([
      ...['vllm', 'ollama', 'lm-studio', undefined],
    ]);
  });
});
