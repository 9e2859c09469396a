// Asks the questions of questions.txt, and prints how many are answered rightly: npm run questions [-- --wrong]
import { createSpotter } from '../../src/ask.ts';
import { formatMarks, LIST, type Marked, mark } from './list.ts';

const wrong = process.argv.includes('--wrong');
const spotter = createSpotter();
const marked: Marked[] = [];
for (const listed of LIST) {
  if (listed.path === undefined) continue;
  const answer = await spotter.ask({ source: listed.path, expression: listed.question });
  const how = mark(listed, answer);
  marked.push({ listed, how, bound: answer.verdict.question?.atLeast === true });
  if (wrong && how !== 'right')
    console.log(
      `${how}: ${listed.photo}, "${listed.question}" (${listed.right}): ${answer.verdict.sentence}`,
    );
}
await spotter.close();
console.log(`First:    ${formatMarks(marked.filter(({ listed }) => !listed.later))}`);
console.log(`Later:    ${formatMarks(marked.filter(({ listed }) => listed.later))}`);
console.log(`Together: ${formatMarks(marked)}`);
if (marked.length < LIST.length)
  console.log(`${LIST.length - marked.length} were not asked: their photos are not here.`);
