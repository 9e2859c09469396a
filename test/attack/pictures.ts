import sharp from 'sharp';
import { example } from '../detector/photos.ts';
import { type Finding, worstOf } from './finding.ts';
import { HOSTILE_PICTURES, type HostilePicture } from './hostile-pictures.ts';
import { photo, type Target } from './target.ts';

const LOOK_EVERY_MS = 20;

/** Hostile pictures, one after the other: until each is answered, the memory meanwhile, and how long the next person waits. */
export async function attackByPictures(
  target: Target,
  pictures: readonly HostilePicture[],
): Promise<Finding[]> {
  const { platform } = target;
  const [mallory, bob] = [platform.person('mallory'), platform.person('bob')];
  await fillCaches(target);
  const each: { name: string; ms: number; next: number; mb: number }[] = [];
  for (const { name, bytes } of pictures) {
    const image = { name: 'picture.png', bytes: await bytes(), type: 'image/png' };
    let mb = 0;
    const looking = setInterval(() => {
      mb = Math.max(mb, target.memory());
    }, LOOK_EVERY_MS);
    const { ms } = await target.ask(mallory, { text: 'the dog', images: [image] });
    const { ms: next } = await target.ask(bob, { text: 'the upper dog', images: [photo('two-dogs.jpg')] });
    clearInterval(looking);
    each.push({ name, ms, next, mb });
  }
  return [
    worstOf('pictures: until the answer', 'ms', 15_000, each, 'ms'),
    worstOf('pictures: memory of all processes', 'MB', 900, each, 'mb'),
    worstOf('pictures: until the next person’s answer', 'ms', 3000, each, 'next'),
  ];
}

/** What the bot remembers of ordinary pictures counts, too. */
async function fillCaches({ platform, ask }: Target): Promise<void> {
  const carol = platform.person('carol');
  for (let i = 0; i < 12; i++) {
    const bytes = await sharp(example('two-dogs.jpg'))
      .resize(1600, 1600, { fit: 'fill' })
      .modulate({ hue: 30 * i })
      .jpeg()
      .toBuffer();
    await ask(carol, { text: 'the upper dog', images: [{ name: `${i}.jpg`, bytes, type: 'image/jpeg' }] });
  }
}

/** One person asks much at once that is costly: how long somebody else waits meanwhile. */
export async function attackByFlood(target: Target): Promise<Finding[]> {
  const { platform } = target;
  const [mallory, bob] = [platform.person('mallory'), platform.person('bob')];
  const costly = HOSTILE_PICTURES.find(({ name }) => name.includes('four inks'))!;
  const bytes = await costly.bytes();
  const easy = { text: 'the upper dog', images: [photo('two-dogs.jpg')] };
  await target.ask(bob, easy);
  const hostile = Array.from({ length: 6 }, (_, i) =>
    target.ask(mallory, {
      text: 'the dog',
      // Each is another picture, so that none is answered from what is remembered.
      images: [{ name: 'p.tiff', bytes: Buffer.concat([bytes, Buffer.from([i])]), type: 'image/tiff' }],
    }),
  );
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) waits.push((await target.ask(bob, easy)).ms);
  await Promise.all(hostile);
  const each = waits.map((measured, i) => ({ name: `his question ${i + 1}`, measured }));
  return [
    worstOf(
      'flood: six costly pictures of one person at once: until another’s answer',
      'ms',
      3000,
      each,
      'measured',
    ),
  ];
}
