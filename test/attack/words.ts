import { randomFrom, shuffled } from '../../src/mllm/multiple-choice.ts';
import { type Finding, worstOf } from './finding.ts';
import { hardTexts } from './readers.ts';
import { photo, type Target } from './target.ts';

/** Texts that once did not end, or are near to such. */
const KNOWN: readonly string[] = [
  `the dog //0.A${'PP.P'.repeat(25)} !`,
  'the dog //cdn.images.example.photos.album.summer2024.holiday.pictures.of.the.dog_1',
  `the dog ${'a.a'.repeat(160)}`,
  'the '.repeat(58),
  'all the '.repeat(58),
  '-'.repeat(500),
  `the ${'red '.repeat(120)}dog`,
  `the dog ${'left of the dog '.repeat(30)}`,
  `the dog ${'and the cat '.repeat(40)}`,
  `the dog ${'that is not '.repeat(40)}red`,
  '@'.repeat(500),
  'ﷺ'.repeat(166),
];

/**
 * Words that are hard to read, as an expression and as a reply to an answer: how long the bot's event loop is
 * busy with one, and how long somebody waits for the answer.
 */
export async function attackByWords(target: Target, count: number, seed = 1): Promise<Finding[]> {
  const { platform } = target;
  const mallory = platform.person('mallory');
  const image = photo('two-dogs.jpg');
  const fuzz = shuffled([...hardTexts(500, 10_000, randomFrom(seed))], seed);
  const texts = [...KNOWN, ...fuzz].slice(0, count);
  const { said: before } = await target.ask(mallory, { text: 'the upper dog', images: [image] });
  await target.busy();
  const each: { name: string; ms: number; busy: number }[] = [];
  const ask = async (name: string, question: Parameters<Target['ask']>[1]): Promise<void> => {
    const { ms } = await target.ask(mallory, question);
    each.push({ name, ms, busy: await target.busy() });
  };
  for (const text of texts) {
    const shown = `${JSON.stringify(text.slice(0, 40))}, ${text.length} characters`;
    await ask(shown, { text, images: [image] });
    await ask(`${shown}, as a reply`, { text, replyTo: before });
  }
  return [
    worstOf('words: the event loop is busy with one', 'ms', 100, each, 'busy'),
    worstOf('words: until the answer', 'ms', 5000, each, 'ms'),
  ];
}
