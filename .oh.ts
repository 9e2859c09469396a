import { readConfig } from './src/config.ts';
import { createStarter } from './src/detector/starter/starter.ts';
import { createDetectorHost } from './src/detector/worker/host.ts';
import { createModels } from './src/models/models.ts';
import { createRig, EVERYTHING, makePictures, quantile } from './bench/queue-setup.ts';
const N = 50;
const pictures = await makePictures(N);
const rig = await createRig();
const host = createDetectorHost({ threads: 1, device: 'cpu' });
const own = createStarter({ host, model: createModels(readConfig()).open('starter') });
const ev: any[] = [];
const client = rig.client((e) => ev.push(e));
await Promise.all([rig.worker('starter'), own.warm()]);
const here: number[] = [], there: number[] = [];
for (let i = 0; i < N; i++) {
  const p = await pictures.decoded(i);
  for (const k of i % 2 ? [0, 1] : [1, 0]) {
    const s = performance.now();
    if (k) { await own.detectAll(p); if (i > 7) here.push(performance.now() - s); } else { await client.ask(EVERYTHING, p); if (i > 7) there.push(performance.now() - s); }
  }
}
const e = ev.slice(8);
const m = (v: number[]) => [0.5, 0.9, 0.99].map((q) => quantile(v, q).toFixed(1)).join(' ');
console.log('own', m(here), 'queue', m(there), 'diff', m(here.map((x, i) => there[i]! - x)));
console.log('waited', m(e.map((x) => x.result.waitedMs)), 'ran', m(e.map((x) => x.result.ranMs)), 'rest', m(e.map((x) => x.ms - x.result.waitedMs - x.result.ranMs)));
await own.close(); await host.close(); await rig.close(); await pictures.remove(); process.exit(0);
