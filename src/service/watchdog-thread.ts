import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { Watch } from './watchdog.ts';

parentPort!.once('message', ({ beats, everyMs, patience }: Watch) => {
  const heart = new Int32Array(beats);
  let known = -1;
  let still = 0;
  setInterval(() => {
    const now = Atomics.load(heart, 0);
    still = now === known ? still + 1 : 0;
    known = now;
    if (still < patience) return;
    // The log is written by the thread that hangs.
    writeSync(
      2,
      `{"level":"fatal","msg":"the event loop hangs: the process is ended","ms":${still * everyMs}}\n`,
    );
    process.kill(process.pid, 'SIGKILL');
  }, everyMs);
});
