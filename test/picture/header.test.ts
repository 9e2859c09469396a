import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeader } from '../../src/picture/inspect.ts';
import { readPicture } from '../../src/picture/read.ts';

const PHOTO = fileURLToPath(new URL('../../examples/coffee.jpg', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-header-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the header of a picture', () => {
  it.each([1, 3, 6, 8])(
    'has the size that the picture has, and says if it is turned: EXIF %d',
    async (orientation) => {
      const file = join(folder, `${orientation}.jpg`);
      writeFileSync(file, await sharp(PHOTO).withMetadata({ orientation }).jpeg().toBuffer());
      const { width, height } = await readPicture(file);
      expect(await readHeader(file)).toEqual({ width, height, turned: orientation !== 1 });
    },
  );

  it('of what is no picture cannot be read', async () => {
    const file = join(folder, 'text.jpg');
    writeFileSync(file, 'no picture');
    await expect(readHeader(file)).rejects.toMatchObject({ code: 'broken-picture' });
  });
});
