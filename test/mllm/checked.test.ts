import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type StandIn, startStandIn } from '../../src/evaluate/stand-in/server.ts';
import type { Policy, Seen } from '../../src/evaluate/stand-in/wire.ts';
import { type CheckedOptions, createCheckedMllm } from '../../src/mllm/checked.ts';
import { profileFor } from '../../src/mllm/profile.ts';
import { encodeJpeg } from '../../src/picture/text.ts';

const folder = mkdtempSync(join(tmpdir(), 'spotter-checked-'));
afterAll(() => rmSync(folder, { recursive: true }));
let server: StandIn;
afterEach(() => server.close());

/** The colours of the left and the right half, as the stand-in sees them. */
const COLOURS: Readonly<Record<string, string>> = {
  '100': 'red',
  '010': 'green',
  '001': 'blue',
  '110': 'yellow',
};
function halves({ images: [image] }: Seen): string {
  const { width, height, data } = image!;
  return [0.25, 0.75]
    .map((share) => {
      const at = ((height >> 1) * width + Math.floor(width * share)) * 3;
      return COLOURS[[0, 1, 2].map((i) => (data[at + i]! > 128 ? 1 : 0)).join('')];
    })
    .join(' and ');
}

const policy =
  (said: { readonly colours?: string; readonly rectangle?: string } = {}): Policy =>
  (seen) => {
    if (seen.prompt.includes('two halves')) return { text: said.colours ?? halves(seen) };
    return { text: seen.prompt.includes('red rectangle') ? (said.rectangle ?? 'I do not know') : 'B' };
  };

async function checked(policyOf: Policy, more: Partial<CheckedOptions> = {}) {
  const model = more.model ?? 'qwen2.5-vl';
  server = await startStandIn({ policy: policyOf });
  const options = { baseURL: server.baseURL, model, profile: profileFor(model), probing: true, ...more };
  return { mllm: createCheckedMllm(options), options };
}

const image = {
  mime: 'image/jpeg' as const,
  bytes: await encodeJpeg({ width: 8, height: 8, data: new Uint8Array(192).fill(90) }),
};
const question = { prompt: 'Which one?', images: [image], maxTokens: 8 };

describe('a model that is asked about a picture', () => {
  it('is shown two colours once, and then believed', async () => {
    const { mllm } = await checked(policy());
    const [first, second] = [await mllm.ask(question), await mllm.ask(question)];
    expect([first.text, second.text, server.calls]).toEqual(['B', 'B', 3]);
  });

  it('is not asked where it does not see', async () => {
    const { mllm } = await checked(policy({ colours: 'a cat and a dog' }));
    const failure = { code: 'mllm-refused', kind: 'blind', hint: expect.stringContaining('a cat and a dog') };
    await expect(mllm.ask(question)).rejects.toMatchObject(failure);
    await expect(mllm.ask(question)).rejects.toMatchObject(failure);
    expect(server.calls).toBe(1);
  });

  it('is shown nothing where there is no picture, or where that is not wanted', async () => {
    const { mllm } = await checked(policy());
    await mllm.ask({ prompt: 'Hello', maxTokens: 8 });
    expect(server.calls).toBe(1);
    await server.close();
    const { mllm: unchecked } = await checked(policy({ colours: 'none' }), { probing: false });
    expect((await unchecked.ask(question)).text).toBe('B');
  });

  it('is remembered by the next process', async () => {
    const file = join(folder, 'state', 'seen.json');
    const { mllm, options } = await checked(policy(), { file });
    await mllm.ask(question);
    await createCheckedMllm({ ...options, file }).ask(question);
    expect(server.calls).toBe(3);
  });
});

describe('a model of which nobody has said how it writes boxes', () => {
  it.each([
    ['relative-1000-xyxy', '[583, 188, 875, 500]'],
    ['relative-1000-yxyx', '[{"box_2d": [188, 583, 500, 875], "label": "red rectangle"}]'],
    ['pixels-resized-xyxy', '{"bbox_2d": [392, 84, 588, 224]}'],
    ['unit-xyxy', '[0.58, 0.19, 0.87, 0.5]'],
  ])('shows that it does so as %s', async (coordinates, rectangle) => {
    const { mllm } = await checked(policy({ rectangle }), { model: 'qwen-vl-max' });
    expect(await mllm.profileForBoxes!({})).toMatchObject({ coordinates });
    await mllm.profileForBoxes!({});
    expect(server.calls).toBe(1);
  });

  it.each(['somewhere', '[1, 2, 3, 4]', 'none'])(
    'is not asked for one where it shows "%s"',
    async (rectangle) => {
      const { mllm } = await checked(policy({ rectangle }), { model: 'qwen-vl-max' });
      await expect(mllm.profileForBoxes!({})).rejects.toMatchObject({
        code: 'mllm-refused',
        kind: 'coordinates',
      });
    },
  );

  it('is not guessed where nothing is shown to it', async () => {
    const { mllm } = await checked(policy(), { model: 'infer_model', probing: false });
    await expect(mllm.profileForBoxes!({})).rejects.toMatchObject({
      kind: 'coordinates',
      hint: expect.stringContaining('SPOTTER_MLLM_PROFILE'),
    });
    expect(server.calls).toBe(0);
  });

  it('is known where a profile says so', async () => {
    const { mllm } = await checked(policy());
    expect(await mllm.profileForBoxes!({})).toBe(mllm.profile);
    expect(server.received).toHaveLength(0);
  });
});
