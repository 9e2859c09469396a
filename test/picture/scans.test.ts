import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readPicture } from '../../src/picture/read.ts';

const photo = (options: { progressive: boolean }) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#357' } })
    .jpeg(options)
    .toBuffer();

it('an ordinary progressive JPEG is read', async () => {
  expect((await readPicture(await photo({ progressive: true }))).width).toBe(64);
});

it('a JPEG of thousands of scans, which would keep a core busy for minutes, is refused before decoding', async () => {
  const jpeg = await photo({ progressive: false });
  // A scan of no components, two thousand times, before the end of the picture.
  const scans = Buffer.alloc(2000 * 6, Buffer.from([0xff, 0xda, 0, 4, 0, 0]));
  const hostile = Buffer.concat([jpeg.subarray(0, -2), scans, jpeg.subarray(-2)]);
  await expect(readPicture(hostile)).rejects.toMatchObject({
    code: 'unsupported-picture',
    message: expect.stringContaining('at most 100'),
  });
});

it('what looks like scans in metadata or behind the picture does not count', async () => {
  const jpeg = await photo({ progressive: false });
  const looks = Buffer.alloc(4000, Buffer.from([0xff, 0xda]));
  const comment = Buffer.concat([
    Buffer.from([0xff, 0xfe, (looks.length + 2) >> 8, (looks.length + 2) & 255]),
    looks,
  ]);
  const file = Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2), looks]);
  expect((await readPicture(file)).width).toBe(64);
});
