import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkContract } from '../../../src/detector/grounding-dino/contract.ts';
import { createGroundingDino } from '../../../src/detector/grounding-dino/grounding-dino.ts';
import { createDetectorHost } from '../../../src/detector/worker/host.ts';
import type { TensorInfo } from '../../../src/detector/worker/protocol.ts';
import { matmulModel } from '../matmul-model.ts';
import { STARTER } from '../starter-model.ts';
import { MINI } from './mini.ts';

const host = createDetectorHost({ device: 'cpu' });
const folder = mkdtempSync(join(tmpdir(), 'spotter-contract-'));
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

const SQUARE = { width: 800, height: 800 };
const tensor = (name: string, type: string, ...shape: (number | string)[]): TensorInfo => ({
  name,
  type,
  shape,
});

const inputs = [
  tensor('pixel_values', 'float32', 'batch', 3, 'h', 'w'),
  tensor('input_ids', 'int64', 'batch', 'n'),
  tensor('attention_mask', 'int64', 'batch', 'n'),
];
const outputs = [tensor('logits', 'float32', 'b', 900, 256), tensor('pred_boxes', 'float32', 'b', 900, 4)];
const change = (all: readonly TensorInfo[], ...changed: readonly TensorInfo[]) =>
  all.map((info) => changed.find(({ name }) => name === info.name) ?? info);

describe('the graph of a Grounding DINO', () => {
  it('fits, as the real one says of itself', async () => {
    const loaded = await host.load(MINI.weights);
    const contract = checkContract(loaded, SQUARE, MINI.id);
    expect([...contract.inputs].sort()).toEqual([
      'attention_mask',
      'input_ids',
      'pixel_mask',
      'pixel_values',
      'token_type_ids',
    ]);
    expect(contract).toMatchObject({ maxTokens: 256, sequence: undefined });
  });

  it('may lack masks, and leave any size open', () => {
    expect(checkContract({ inputs, outputs }, undefined, 'x')).toEqual({
      inputs: new Set(['pixel_values', 'input_ids', 'attention_mask']),
      maxTokens: 256,
      sequence: undefined,
    });
  });

  it('may read less text, and only of one length', () => {
    const shorter = change(
      inputs,
      tensor('input_ids', 'int64', 1, 64),
      tensor('attention_mask', 'int64', 1, 64),
    );
    expect(checkContract({ inputs: shorter, outputs }, SQUARE, 'x')).toMatchObject({
      maxTokens: 64,
      sequence: 64,
    });
    const narrower = change(outputs, tensor('logits', 'float32', 'b', 'q', 128));
    expect(checkContract({ inputs, outputs: narrower }, SQUARE, 'x')).toMatchObject({
      maxTokens: 128,
      sequence: undefined,
    });
  });

  it.each([
    [
      'other names',
      [tensor('image', 'float32', 1, 3, 800, 800)],
      outputs,
      'input pixel_values float32[1, 3, 800, 800] is missing; input input_ids int64[1, sequence] is missing; ' +
        'input image float32[1, 3, 800, 800] is not known',
    ],
    [
      'other types',
      change(inputs, tensor('input_ids', 'int32', 'batch', 'n')),
      outputs,
      'input input_ids int32[batch, n] should be int64[1, sequence]',
    ],
    [
      'another rank',
      inputs,
      change(outputs, tensor('pred_boxes', 'float32', 900, 4)),
      'output pred_boxes float32[900, 4] should be float32[1, 900, 4]',
    ],
    [
      'another size of pictures',
      change(inputs, tensor('pixel_values', 'float32', 1, 3, 640, 640)),
      outputs,
      'input pixel_values float32[1, 3, 640, 640] should be float32[1, 3, 800, 800]',
    ],
    [
      'pictures by the dozen',
      change(inputs, tensor('pixel_values', 'float32', 12, 3, 800, 800)),
      outputs,
      'input pixel_values float32[12, 3, 800, 800] should be float32[1, 3, 800, 800]',
    ],
    [
      'boxes for other rows',
      inputs,
      change(outputs, tensor('pred_boxes', 'float32', 'b', 300, 4)),
      'output pred_boxes float32[b, 300, 4] should be float32[1, 900, 4]',
    ],
    [
      'a mask of another length than the text',
      change(inputs, tensor('input_ids', 'int64', 1, 64), tensor('attention_mask', 'int64', 1, 256)),
      outputs,
      'input attention_mask int64[1, 256] should be int64[1, 64]',
    ],
  ])('is refused with %s, saying all that differs', (_, ins, outs, said) => {
    expect(() => checkContract({ inputs: ins, outputs: outs }, SQUARE, 'x')).toThrow(
      expect.objectContaining({
        code: 'model-unfit',
        message: 'The model x is not a Grounding DINO as it can be run here.',
        hint: `What differs: ${said}.`,
      }),
    );
  });

  it('is refused when it takes one size, and pictures are made into many', () => {
    const fixed = change(inputs, tensor('pixel_values', 'float32', 1, 3, 800, 1333));
    expect(() => checkContract({ inputs: fixed, outputs }, undefined, 'x')).toThrow(
      expect.objectContaining({
        hint: 'What differs: it takes pictures of 1333 x 800 only, but its preprocessor_config.json makes other sizes.',
      }),
    );
  });
});

describe('other models under the name of a Grounding DINO', () => {
  it.each([
    ['the starter', STARTER.weights, 'image float32'],
    ['a product of matrices', matmulModel(folder, 2), 'input x float32[n, n] is not known'],
  ])('are refused before they are run: %s', async (_, weights, said) => {
    const detector = createGroundingDino({ host, model: { ...MINI, weights } });
    await expect(detector.warm()).rejects.toMatchObject({
      code: 'model-unfit',
      hint: expect.stringContaining(said),
    });
  });
});
