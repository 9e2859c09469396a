import { type Finding, worstOf } from './finding.ts';
import type { HostilePicture } from './hostile-pictures.ts';
import { photo, type Target } from './target.ts';

const LOOK_EVERY_MS = 20;

/** Hostile pictures, one after the other: until each is answered, the memory meanwhile, and how long the next person waits. */
export async function attackByPictures(
  target: Target,
  pictures: readonly HostilePicture[],
): Promise<Finding[]> {
  const { discord } = target;
  const [mallory, bob] = [discord.person('mallory'), discord.person('bob')];
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
  const of = (key: 'ms' | 'next' | 'mb') => each.map((one) => ({ name: one.name, measured: one[key] }));
  return [
    worstOf('pictures: until the answer', 'ms', 15_000, of('ms')),
    worstOf('pictures: memory of all processes', 'MB', 900, of('mb')),
    worstOf('pictures: until the next person’s answer', 'ms', 3000, of('next')),
  ];
}
