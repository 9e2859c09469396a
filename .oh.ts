import { setTimeout as sleep } from 'node:timers/promises';
import { createRig, EVERYTHING, makePictures, quantile } from './bench/queue-setup.ts';
const N = 160;
const pictures = await makePictures(N);
const rig = await createRig();
const ev: any[] = [];
const client = rig.client((e) => ev.push(e));
await rig.worker('waiting');
const here: number[] = [], there: number[] = []; let bytes = 0;
for (let i = 0; i < N; i++) {
  const p = await pictures.decoded(i); bytes += p.encoded!.length;
  let s = performance.now(); await sleep(100); if (i > 9) here.push(performance.now() - s);
  s = performance.now(); await client.ask(EVERYTHING, p); if (i > 9) there.push(performance.now() - s);
}
const m = (v: number[]) => [0.5, 0.9, 0.99].map((q) => quantile(v, q).toFixed(1)).join(' ');
console.log('own', m(here), 'queue', m(there), 'bytes', bytes / N);
const e = ev.slice(10);
console.log('waited', m(e.map((x) => x.result.waitedMs)), 'ran', m(e.map((x) => x.result.ranMs)), 'rest', m(e.map((x) => x.ms - x.result.waitedMs - x.result.ranMs)));
await rig.close(); await pictures.remove(); process.exit(0);
