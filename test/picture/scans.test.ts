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
  const scans = Buffer.alloc(4000, Buffer.from([0xff, 0xda]));
  const hostile = Buffer.concat([await photo({ progressive: false }), scans]);
  await expect(readPicture(hostile)).rejects.toMatchObject({
    code: 'unsupported-picture',
    message: expect.stringContaining('at most 100'),
  });
});
