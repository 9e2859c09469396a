// Asks as a bot does: asker-program.ts <redis url> <queue> <first> <count> <at once> <ms a question takes>. It says
// [number, "answered", whether it is the answer to this question] or [number, "refused", code, sentence] for each one.

import { asSpotterError } from '../../src/errors.ts';
import { createQueueClient } from '../../src/queue/client.ts';
import { createConnections } from '../../src/queue/redis.ts';
import { phrases, pictureOf } from './setup.ts';

const [url = '', queue = '', ...numbers] = process.argv.slice(2);
const [first = 0, count = 0, atOnce = 1, ms = 0] = numbers.map(Number);
const client = createQueueClient({ connections: createConnections(url), queue });
const say = (...line: readonly unknown[]): void => console.log(JSON.stringify(line));

let next = first;
async function askOn(): Promise<void> {
  while (next < first + count) {
    const number = next++;
    const phrase = `sleep ${ms} ${number}`;
    try {
      const picture = await pictureOf(`${number}`);
      const answer = await client.ask(phrases(phrase), picture, { asker: `person ${number % 7}` });
      say(number, 'answered', answer.kind === 'detect' && answer.regions[0]?.[0]?.label === phrase);
    } catch (thrown) {
      const { code, message } = asSpotterError(thrown);
      say(number, 'refused', code, message);
    }
  }
}
await Promise.all(Array.from({ length: atOnce }, askOn));
await client.close();
process.exit(0);
