// Writes pictures of which no two are alike: node bin/run.js bench/distinct-pictures.ts <folder> <count>. A program of
// its own, so that making them leaves no trace in the memory of whoever uses them.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const photo = (name: string): string => fileURLToPath(new URL(`../examples/${name}.jpg`, import.meta.url));
const PHOTOS = ['two-dogs', 'wine', 'coffee', 'astronaut', 'boats'].map(photo);

const [folder = '.', count] = process.argv.slice(2);
for (let i = 0; i < Number(count); i += 1) {
  const file = PHOTOS[i % PHOTOS.length]!;
  const { width, height } = await sharp(file).metadata();
  const share = 0.5 + 0.05 * (i % 10);
  const [w, h] = [Math.floor(width * share), Math.floor(height * share)];
  const side = 640 + 4 * (i % 80);
  await sharp(file)
    .extract({
      left: Math.floor(((width - w) * (i % 7)) / 7),
      top: Math.floor(((height - h) * (i % 5)) / 5),
      width: w,
      height: h,
    })
    .resize(side, side, { fit: 'inside' })
    .modulate({ hue: (i * 37) % 360 })
    .jpeg()
    .toFile(join(folder, `${i}.jpg`));
}
