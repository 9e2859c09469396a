// Asks the questions of questions.txt, and prints how many are answered rightly: npm run questions [-- --wrong]
import { createSpotter } from '../../src/ask.ts';
import { LIST, type Mark, mark } from './list.ts';

const wrong = process.argv.includes('--wrong');
const spotter = createSpotter();
const marks: Mark[] = [];
let bounds = 0;
for (const listed of LIST) {
  if (listed.path === undefined) continue;
  const answer = await spotter.ask({ source: listed.path, expression: listed.question });
  const how = mark(listed, answer);
  marks.push(how);
  if (how === 'right' && answer.verdict.question?.atLeast) bounds += 1;
  if (wrong && how !== 'right')
    console.log(
      `${how}: ${listed.photo}, "${listed.question}" (${listed.right}): ${answer.verdict.sentence}`,
    );
}
await spotter.close();

const share = (how: Mark): string => {
  const n = marks.filter((k) => k === how).length;
  return `${n} (${((100 * n) / marks.length).toFixed(1)} %)`;
};
console.log(
  `${marks.length} questions: ${share('right')} right, ${share('wrong')} wrong, ${share('undecided')} undecided`,
);
console.log(`Of those right, ${bounds} are "at least" a number.`);
if (marks.length < LIST.length)
  console.log(`${LIST.length - marks.length} were not asked: their photos are not here.`);
