import { fileURLToPath } from 'node:url';
import { createSpotter } from '../src/ask.ts';
import { median, type Row, row, time } from './row.ts';

const photo = (name: string): string => fileURLToPath(new URL(`../examples/${name}.jpg`, import.meta.url));
const PHOTOS = ['two-dogs', 'wine', 'coffee', 'astronaut', 'boats'].map(photo);
const EXPRESSIONS = [
  'the upper dog',
  'the glass to the left of the bottle',
  'the black cup',
  'the woman in the orange suit',
  'the second boat from the left',
  'the cat',
];
const ROUNDS = 8;

/** A whole question, from the file to the drawn answer, beside the model's part of it. */
export async function bench(): Promise<Row[]> {
  const warm = createSpotter();
  const [firsts, seconds, models]: [number[], number[], number[]] = [[], [], []];
  const ask = async (spotter: typeof warm, source: string, expression: string) => {
    const answer = await spotter.ask({ source, expression });
    await spotter.draw(answer);
    return answer;
  };
  await ask(warm, PHOTOS[0]!, 'anything');
  for (let round = 0; round < ROUNDS; round++) {
    // A spotter of its own has no picture in memory; its detector process is started ahead.
    const spotter = createSpotter();
    await spotter.warm();
    await ask(spotter, PHOTOS[round % PHOTOS.length]!, 'anything');
    for (const source of PHOTOS.filter((_, i) => i !== round % PHOTOS.length)) {
      firsts.push(
        await time(async () => {
          const { verdict } = await ask(spotter, source, 'the dog');
          models.push(verdict.trace.find((step) => step.name === 'specialist')!.ms);
        }),
      );
      for (const expression of EXPRESSIONS) seconds.push(await time(() => ask(spotter, source, expression)));
    }
    await spotter.close();
  }
  await warm.close();
  const [first, second, model] = [median(firsts), median(seconds), median(models)];
  return [
    row('a question without the model', first - model, 'the model (four looks)', model),
    row('second question on the same picture, all in', second, 'the first', first),
  ];
}
