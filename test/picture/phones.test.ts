import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readPicture } from '../../src/picture/read.ts';

const photo = readFileSync(new URL('../../examples/two-dogs.jpg', import.meta.url));
const file = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));
/** Mean of the raster's channels at a place, given in shares of the sides. */
async function colourAt(bytes: Buffer, x: number, y: number): Promise<number[]> {
  const { raster } = await readPicture(bytes);
  const at = (Math.floor(y * raster.height) * raster.width + Math.floor(x * raster.width)) * 3;
  return [...raster.data.subarray(at, at + 3)];
}

it('a JPEG of 50.3 megapixels is made smaller while it is decoded', async () => {
  const bytes = await sharp(photo).resize(6144, 8192, { fit: 'fill' }).jpeg({ quality: 30 }).toBuffer();
  expect(await readPicture(bytes)).toMatchObject({
    width: 6144,
    height: 8192,
    raster: { width: 1200, height: 1600 },
  });
});

it('a JPEG without its end mark is read, and half of one is not', async () => {
  const end = photo.lastIndexOf(Buffer.from([0xff, 0xd9]));
  const { raster } = await readPicture(photo.subarray(0, end));
  expect(raster.data).toEqual((await readPicture(photo)).raster.data);
  await expect(readPicture(photo.subarray(0, end >> 1))).rejects.toMatchObject({ code: 'broken-picture' });
});

it('a JPEG with a film behind it is read as it is', async () => {
  const film = Buffer.alloc(1e6, 0x5a);
  for (let at = 0; at + 1 < film.length; at += 5000) film.set([0xff, 0xda], at);
  const { sha256: _, ...picture } = await readPicture(Buffer.concat([photo, film]));
  expect(picture).toMatchObject({ width: 852, height: 1280 });
});

it('a HEIC is read, turned as it says', async () => {
  const heic = await readPicture(file('two-dogs.heic'));
  expect(heic).toMatchObject({ format: 'heic', width: 852, height: 1280 });
  const { raster } = await readPicture(photo);
  const difference = heic.raster.data.reduce((sum, v, i) => sum + Math.abs(v - raster.data[i]!), 0);
  expect(difference / raster.data.length).toBeLessThan(6);
});

it.each([
  ['animated AVIF', () => file('animated.avif'), /animated AVIF/],
  ["an app's PNG", () => appPng(), /CgBI/],
])('%s is refused by what it is', async (_, make, says) => {
  await expect(readPicture(await make())).rejects.toMatchObject({
    code: 'unsupported-picture',
    message: expect.stringMatching(says),
  });
});

async function appPng(): Promise<Buffer> {
  const png = await sharp({ create: { width: 40, height: 40, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const chunk = Buffer.from([
    0, 0, 0, 4, 0x43, 0x67, 0x42, 0x49, 0x50, 0, 0x20, 0x02, 0x2b, 0xd5, 0xb3, 0x7f,
  ]);
  return Buffer.concat([png.subarray(0, 8), chunk, png.subarray(8)]);
}

it('an animation that begins with nothing shows the first frame with something', async () => {
  const frame = (background: string) =>
    sharp({ create: { width: 60, height: 60, channels: 3, background } })
      .png()
      .toBuffer();
  const dog = await sharp(photo).resize(60, 60, { fit: 'fill' }).png().toBuffer();
  const frames = [await frame('#000'), await frame('#000'), dog, dog, dog];
  const gif = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  const { raster } = await readPicture(gif);
  expect(Math.max(...raster.data)).toBeGreaterThan(150);
});

it('a light drawing without a ground gets a dark one, and others a white one', async () => {
  const drawing = (colour: string) =>
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><circle cx="50" cy="50" r="30" fill="${colour}"/></svg>`,
      ),
    )
      .png()
      .toBuffer();
  expect(await colourAt(await drawing('#fff'), 0.02, 0.02)).toEqual([34, 34, 34]);
  expect(await colourAt(await drawing('#fff'), 0.5, 0.5)).toEqual([255, 255, 255]);
  expect(await colourAt(await drawing('#036'), 0.02, 0.02)).toEqual([255, 255, 255]);
});
