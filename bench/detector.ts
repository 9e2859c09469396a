import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../src/config.ts';
import { createStarter, STARTER_INPUT } from '../src/detector/starter/starter.ts';
import { createDetectorHost } from '../src/detector/worker/host.ts';
import { createModels } from '../src/models/models.ts';
import type { Picture } from '../src/picture/picture.ts';
import { readPicture } from '../src/picture/read.ts';
import { toTensor } from '../src/picture/tensor.ts';
import { median, type Row, row, time } from './row.ts';

const PHOTO = fileURLToPath(new URL('../examples/two-dogs.jpg', import.meta.url));
const ROUNDS = 40;

/** What the detector costs its asker: waiting, transfer, and the delay of everything else it does meanwhile. */
export async function bench({ photo = PHOTO } = {}): Promise<Row[]> {
  const picture = await readPicture(photo);
  const host = createDetectorHost();
  const model = createModels(readConfig()).open('starter');
  const starter = createStarter({ host, model });
  try {
    const { data } = await toTensor(picture, STARTER_INPUT);
    const image = { type: 'float32', data, dims: [1, 3, STARTER_INPUT.height, STARTER_INPUT.width] } as const;
    const first = await time(() => starter.detectAll(fresh(picture)));
    for (let i = 0; i < 5; i += 1) await starter.detectAll(fresh(picture));

    const idle = await loopDelay(() => sleep(1000));
    const [runs, askings, fulls]: [number[], number[], number[]] = [[], [], []];
    // In turns, so that whatever else the machine does meanwhile weighs on all of them alike.
    const busy = await loopDelay(async () => {
      for (let i = 0; i < ROUNDS; i += 1) {
        fulls.push(await time(() => starter.detectAll(fresh(picture))));
        askings.push(
          await time(
            async () => void runs.push((await host.turn((run) => run(model.weights, { image }))).ms),
          ),
        );
      }
    });
    const [run, asked, full] = [median(runs), median(askings), median(fulls)];

    const seen = fresh(picture);
    await starter.detectAll(seen);
    const agains: number[] = [];
    for (let i = 0; i < ROUNDS; i += 1) agains.push(await time(() => starter.detectAll(seen)));
    const again = median(agains);

    return [
      row('event-loop delay of the asker, p99, detecting', busy, 'idle', idle),
      row('asking the detector process', asked, 'the run in it', run),
      row('picture -> regions', full, 'the run in it', run),
      row('first picture of a new process', first, 'a later one', full),
      row('second question on a picture', again, 'the first', full),
    ];
  } finally {
    await host.close();
  }
}

let copies = 0;
/** The same picture as if it had never been seen. */
const fresh = (picture: Picture): Picture => ({ ...picture, sha256: `${picture.sha256}-${++copies}` });

/** The 99th percentile, in milliseconds, of a 1 ms timer's interval during some work. */
async function loopDelay(work: () => Promise<unknown>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await work();
  delays.disable();
  return delays.percentile(99) / 1e6;
}
