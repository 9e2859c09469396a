// Scores a prediction file and prints, as JSON, what it took in seconds and megabytes, and the tables on stderr:
// node bin/run.js bench/scoring-run.ts <annotations> <predictions>
import { readAnnotationSet } from '../src/evaluate/read/read.ts';
import { printScores } from '../src/evaluate/score/print.ts';
import { score } from '../src/evaluate/score/score.ts';

const [annotations = '', predictions = ''] = process.argv.slice(2);
const start = performance.now();
const scores = await score(readAnnotationSet(annotations), predictions);
const text = printScores(scores);
const seconds = (performance.now() - start) / 1000;
console.error(text);
const { answered } = scores;
console.log(
  JSON.stringify({ seconds, rows: answered.part, mb: (process.resourceUsage().maxRSS * 1024) / 1e6 }),
);
