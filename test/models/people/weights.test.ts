import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createModels } from '../../../src/models/models.ts';
import { decodeFaces } from '../../../src/observer/people/faces.ts';
import { decodeJoints, type JOINTS } from '../../../src/observer/people/joints.ts';
import { example } from '../../detector/photos.ts';

const models = createModels({
  ...{ models: '/nowhere', registry: undefined, hfEndpoint: 'http://localhost', hfToken: undefined },
});
const SIDE = 256;
const mapping = { left: 0, top: 0, width: SIDE, height: SIDE, picture: { width: SIDE, height: SIDE } };
const area = [0, 0, SIDE, SIDE] as const;

/** The astronaut, squashed: what the published networks were shown in TF.js for the numbers below. */
async function astronaut(): Promise<Tensor> {
  const rgb = await sharp(example('astronaut.jpg'))
    .resize(SIDE, SIDE, { fit: 'fill' })
    .removeAlpha()
    .raw()
    .toBuffer();
  const plane = SIDE * SIDE;
  const data = Float32Array.from(
    { length: 3 * plane },
    (_, i) => rgb[3 * (i % plane) + Math.floor(i / plane)]!,
  );
  return new Tensor('float32', data, [1, 3, SIDE, SIDE]);
}

async function run(id: string, feeds: Record<string, Tensor>) {
  const session = await InferenceSession.create(readFileSync(models.open(id).weights.file), {
    intraOpNumThreads: 1,
  });
  const outputs = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}

describe('the networks that look at people', () => {
  it.each(['blazeface', 'apparent-gender', 'face-api-gender', 'movenet-thunder', 'selfie-segmentation'])(
    '%s is the pinned file',
    (id) => {
      const { file, sha256 } = models.open(id).weights;
      expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(sha256);
    },
  );

  it('BlazeFace gives what it gives in TF.js', async () => {
    const { scores, faces } = await run('blazeface', { image: await astronaut() });
    expect(scores!.indexOf(Math.max(...scores!))).toBe(111);
    expect(scores![111]).toBeCloseTo(2.0148, 1);
    const published = [
      -7.732, 7.52, 53.12, 53.12, -18.665, -4.835, 3.937, -4.231, -7.979, 8.412, -8.287, 19.109,
    ];
    published.forEach((value, i) => {
      expect(Math.abs(faces![111 * 16 + i]! - value), `number ${i}`).toBeLessThan(0.3);
    });
    const found = decodeFaces({ scores: scores!, faces: faces! }, { mapping, area, minScore: 0.7 });
    expect(found).toHaveLength(1);
  });

  it('MoveNet, with kernels of 8 bits, puts joints where it puts them in TF.js', async () => {
    const outputs = await run('movenet-thunder', { image: await astronaut() });
    const joints = decodeJoints(outputs as never, mapping, area);
    // y, x as shares of the side, and the score, as the published graph decodes them itself.
    const published: Record<string, readonly [number, number, number]> = {
      nose: [0.24, 0.4375, 0.5918],
      leftEye: [0.1993, 0.4822, 0.6329],
      rightEye: [0.1979, 0.3988, 0.8474],
      leftEar: [0.2286, 0.5353, 0.7693],
      rightEar: [0.2177, 0.3419, 0.6377],
      leftShoulder: [0.5349, 0.6239, 0.7959],
      rightShoulder: [0.52, 0.2045, 0.7073],
    };
    for (const [name, [y, x, score]] of Object.entries(published)) {
      const { at, score: found } = joints[name as (typeof JOINTS)[number]];
      expect(Math.hypot(at[0] - x * SIDE, at[1] - y * SIDE), name).toBeLessThan(5);
      expect(Math.abs(found - score), name).toBeLessThan(0.15);
    }
    // Below the picture there is nothing to see.
    expect(joints.leftAnkle.score).toBeLessThan(0.1);
  });

  it('selfie segmentation gives the mask that it gives in TF.js', async () => {
    const { mask } = await run('selfie-segmentation', { image: await astronaut() });
    // Row, column, and how likely that pixel is a person's: along the edge, and in the middle of each side of it.
    const published = [
      ...([
        [7, 113, 0.3614],
        [98, 142, 0.2326],
        [142, 17, 0.1727],
        [165, 9, 0.2726],
      ] as const),
      ...([
        [181, 10, 0.3201],
        [210, 10, 0.5485],
        [233, 249, 0.6413],
        [245, 242, 0.8749],
      ] as const),
      ...([
        [128, 128, 1],
        [30, 200, 0],
      ] as const),
    ];
    for (const [row, column, value] of published)
      expect(Math.abs(mask![row * SIDE + column]! - value), `${row}, ${column}`).toBeLessThan(0.01);
    const mean = mask!.reduce((sum, value) => sum + value, 0) / mask!.length;
    expect(mean).toBeCloseTo(0.5454, 3);
  });

  it('the network for looks takes any number of faces and gives probabilities', async () => {
    const images = new Tensor('float32', new Float32Array(2 * 3 * 32 * 32), [2, 3, 32, 32]);
    const { probabilities } = await run('apparent-gender', { images });
    expect(probabilities).toHaveLength(4);
    expect(probabilities![0]! + probabilities![1]!).toBeCloseTo(1, 4);
  });

  it('the network of face-api.js gives what it gives there', async () => {
    const side = 112;
    const face = sharp(example('astronaut.jpg')).extract({ left: 150, top: 50, width: 140, height: 140 });
    const whole = sharp(example('astronaut.jpg'));
    const looks = await Promise.all(
      [whole, face].map((picture) =>
        picture.resize(side, side, { fit: 'fill' }).removeAlpha().raw().toBuffer(),
      ),
    );
    const means = [122.782, 117.001, 104.298];
    const plane = side * side;
    const data = new Float32Array(2 * 3 * plane);
    looks.forEach((rgb, n) => {
      for (let i = 0; i < 3 * plane; i++) {
        const c = Math.floor(i / plane);
        data[n * 3 * plane + i] = (rgb[3 * (i % plane) + c]! - means[c]!) / 255;
      }
    });
    const images = new Tensor('float32', data, [2, 3, side, side]);
    const { probabilities } = await run('face-api-gender', { images });
    // Woman, man: of the whole photo, and of the face.
    [0.32234, 0.67766, 0.68813, 0.31187].forEach((value, i) => {
      expect(Math.abs(probabilities![i]! - value), `number ${i}`).toBeLessThan(0.005);
    });
  });
});
