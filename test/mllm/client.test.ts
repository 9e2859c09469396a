import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/evaluate/stand-in/wire.ts';
import { createMllm } from '../../src/mllm/client.ts';
import { profileFor } from '../../src/mllm/profile.ts';
import { quarters } from '../picture/fixtures.ts';
import { CANARY, mllmOn, rejection, standIn } from './reply/other-options.ts';

const hello = { prompt: 'hello', maxTokens: 20 };

describe('a question', () => {
  it('arrives with system, words and pictures, and comes back with what it took', async () => {
    const colours: number[][] = [];
    const policy: Policy = ({ system, prompt, images }) => {
      const [image] = images;
      colours.push([...image!.data.subarray(0, 3)], [...image!.data.subarray(-3)]);
      return { text: `${system}|${prompt}|${image!.width}x${image!.height}` };
    };
    const server = await standIn({ policy });
    const profile = profileFor('gpt-4o', { server: 'vllm', price: { prompt: 1_000_000, answer: 1 } });
    const png = await quarters().png().toBuffer();
    const reply = await mllmOn(server, { profile }).ask({
      system: 'You see.',
      prompt: 'what?',
      images: [{ mime: 'image/png', bytes: png }],
      maxTokens: 50,
    });
    expect(reply.text).toBe('You see.|what?|64x48');
    expect(colours).toEqual([
      [220, 30, 40],
      [255, 255, 255],
    ]);
    expect(reply).toMatchObject({ finish: 'stop', cost: { calls: 1, promptTokens: 10 } });
    expect(reply.cost.dollars).toBeCloseTo(10 + reply.cost.answerTokens / 1e6);
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${CANARY}` },
      body: { model: 'stand-in', temperature: 0, seed: 1 },
    });
  });

  it('gets the alternatives of the first token when it asks for them, and only then', async () => {
    const first = [
      { token: 'B', logprob: Math.log(0.3) },
      { token: ' A', logprob: Math.log(0.6) },
      { token: 'C', logprob: Math.log(0.1) },
    ];
    const server = await standIn({ policy: () => ({ text: ' A', first }) });
    const mllm = mllmOn(server);
    const reply = await mllm.ask({ ...hello, logprobs: true });
    expect(reply.first?.map(({ token }) => token)).toEqual([' A', 'B', 'C']);
    expect(reply.first?.[0]?.logprob).toBeCloseTo(Math.log(0.6));
    expect((await mllm.ask(hello)).first).toBeUndefined();
  });

  it('gets as many alternatives as the profile says, and the token that was taken in any case', async () => {
    const first = [
      { token: 'B', logprob: -0.2 },
      { token: 'C', logprob: -1.9 },
      { token: 'A', logprob: -3.5 },
    ];
    const server = await standIn({ policy: () => ({ text: 'A', first }) });
    const profile = profileFor('x', { server: 'vllm', topLogprobs: 1 });
    const reply = await mllmOn(server, { profile }).ask({ ...hello, logprobs: true });
    expect(reply.first).toEqual([
      { token: 'B', logprob: -0.2 },
      { token: 'A', logprob: -3.5 },
    ]);
    expect(server.received[0]?.body).toMatchObject({ logprobs: true, top_logprobs: 1 });
  });

  it('is held to choices and to a schema by a server that can', async () => {
    const server = await standIn({ policy: () => ({ text: 'I think it is B.' }) });
    const mllm = mllmOn(server);
    expect((await mllm.ask({ ...hello, choices: ['A', 'B'] })).text).toBe('A');
    const json = { type: 'object', properties: { box: { type: 'array' } }, required: ['box'] };
    expect((await mllm.ask({ ...hello, schema: { name: 'box', json } })).text).toBe('{"box":[]}');
    const careful = mllmOn(server, { profile: profileFor('unknown-thing') });
    expect((await careful.ask({ ...hello, choices: ['A', 'B'] })).text).toBe('I think it is B.');
  });

  it('is held to choices by a schema where the server knows nothing else, and tells how likely each is', async () => {
    const first = [
      { token: 'A', logprob: -2 },
      { token: 'B', logprob: -0.2 },
    ];
    const server = await standIn({ policy: () => ({ text: 'The second one.', first }) });
    const profile = profileFor('x', { server: 'llama.cpp' });
    const reply = await mllmOn(server, { profile }).ask({ ...hello, choices: ['A', 'B'], logprobs: true });
    expect(reply).toMatchObject({ text: '{"answer":"B"}', first: [{ token: 'B' }, { token: 'A' }] });
    const schema = { properties: { answer: { enum: ['A', 'B'] } } };
    expect(server.received[0]?.body).toMatchObject({
      response_format: { json_schema: { schema, strict: true } },
    });
  });

  it('is asked without a schema where the server refuses it, which is learnt once', async () => {
    const server = await standIn({ policy: () => ({ text: 'B' }), dialect: { schema: 'refused' } });
    const mllm = mllmOn(server, { profile: profileFor('x', { server: 'lm-studio' }) });
    for (const _ of [1, 2]) expect((await mllm.ask({ ...hello, choices: ['A', 'B'] })).text).toBe('B');
    expect(server.received).toHaveLength(3);
  });

  it('says that it was cut off', async () => {
    const server = await standIn({ policy: () => ({ text: 'one two three four five' }) });
    const reply = await mllmOn(server).ask({ prompt: 'count', maxTokens: 2 });
    expect(reply).toMatchObject({ text: 'one two', finish: 'length', cost: { answerTokens: 2 } });
  });

  it('leaves room for thinking', async () => {
    const server = await standIn({ policy: () => ({ text: 'B' }), dialect: { thinking: 100 } });
    const failed = await rejection(mllmOn(server).ask({ prompt: 'choose', maxTokens: 1 }));
    expect(failed).toMatchObject({ code: 'mllm-down', kind: 'empty' });
    const profile = profileFor('x', { thinking: { tokens: 200 } });
    expect((await mllmOn(server, { profile }).ask({ prompt: 'choose', maxTokens: 1 })).text).toBe('B');
  });
});

describe('servers', () => {
  it('without keys get no Authorization', async () => {
    const server = await standIn();
    await createMllm({ baseURL: server.baseURL, model: 'm', profile: profileFor('m') }).ask(hello);
    expect(server.received[0]?.headers.authorization).toBeUndefined();
    expect(server.received[0]?.headers['api-key']).toBeUndefined();
  });

  it('get neither organisation nor key of the environment', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      ...{
        OPENAI_API_KEY: CANARY,
        OPENAI_ADMIN_KEY: CANARY,
        OPENAI_ORG_ID: CANARY,
        OPENAI_PROJECT_ID: CANARY,
      },
    });
    try {
      const server = await standIn();
      await createMllm({ baseURL: server.baseURL, model: 'm', profile: profileFor('m') }).ask(hello);
      expect(JSON.stringify(server.received[0]?.headers)).not.toContain(CANARY);
    } finally {
      process.env = before;
    }
  });

  it('of Azure get the key in their own header, and the version with every request', async () => {
    const azure = 'https://thing.openai.azure.com';
    const seen: { url: string; headers: Headers }[] = [];
    const server = await standIn({ dialect: { key: CANARY, keyHeader: 'api-key' } });
    const mllm = createMllm({
      baseURL: `${azure}/openai/deployments/mine/?api-version=2024-10-21`,
      apiKey: CANARY,
      model: 'mine',
      profile: profileFor('mine', { like: 'gpt-4o', server: 'azure' }),
      fetch: (input, init) => {
        seen.push({ url: String(input), headers: new Headers(init?.headers) });
        return fetch(String(input).replace(azure, new URL(server.baseURL).origin), init);
      },
    });
    expect((await mllm.ask(hello)).text).toBe('hello');
    expect(seen[0]?.url).toBe(`${azure}/openai/deployments/mine/chat/completions?api-version=2024-10-21`);
    expect(seen[0]?.headers.get('authorization')).toBeNull();
  });

  it('are told apart by what they refuse', async () => {
    const server = await standIn({ dialect: { key: 'another', models: ['only-this'] } });
    expect(await rejection(mllmOn(server).ask(hello))).toMatchObject({ code: 'mllm-refused', kind: 'key' });
    const other = await rejection(mllmOn(server, { apiKey: 'another' }).ask(hello));
    expect(other).toMatchObject({ code: 'mllm-refused', kind: 'unknown-model' });
    const picture = { mime: 'image/jpeg' as const, bytes: Buffer.from('no picture') };
    const lenient = await standIn();
    const bad = await rejection(mllmOn(lenient).ask({ ...hello, images: [picture] }));
    expect(bad).toMatchObject({ code: 'mllm-refused', kind: 'request' });
    expect((bad as { hint: string }).hint).toContain('cannot be decoded');
  });

  it('may write errors in their own way', async () => {
    for (const errors of ['openai', 'detail', 'plain'] as const) {
      const server = await standIn({ dialect: { models: ['only-this'], errors } });
      const thrown = (await rejection(mllmOn(server).ask(hello))) as { hint: string };
      expect(thrown.hint, errors).toContain("The model 'stand-in' does not exist.");
    }
  });
});
