import { bench as detector } from './detector.ts';
import { bench as picture } from './picture.ts';
import { bench as question } from './question.ts';

const BENCHES = { picture, detector, question };

for (const [name, bench] of Object.entries(BENCHES)) {
  console.log(name);
  for (const { what, ms, against, againstMs } of await bench()) {
    const ratio = (ms / againstMs).toFixed(2).padStart(7);
    console.log(`${ratio} x  ${what}: ${ms.toFixed(1)} ms; ${against}: ${againstMs.toFixed(1)} ms`);
  }
}
