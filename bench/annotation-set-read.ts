// Goes through an annotation set once, or parses it whole, and prints how much was resident at most, in MB, and how
// long it took: node bin/run.js bench/annotation-set-read.ts read|parse <file>
import { readFileSync } from 'node:fs';

const [how, file = ''] = process.argv.slice(2);
const start = performance.now();
const count = how === 'read' ? await read() : parse();
const ms = performance.now() - start;
console.log(JSON.stringify({ mb: (process.resourceUsage().maxRSS * 1024) / 1e6, ms, count }));

async function read(): Promise<number> {
  const { readAnnotationSet } = await import('../src/evaluate/read/read.ts');
  let passed = 0;
  for await (const _ of readAnnotationSet(file)) passed += 1;
  return passed;
}

function parse(): number {
  return Object.keys(JSON.parse(readFileSync(file, 'utf8'))).length;
}
