// Lets a watchdog watch over it, and then hangs for a while, again and again: watchdog-child.ts <for, ms> <times>
import { setTimeout as pause } from 'node:timers/promises';
import { startWatchdog } from '../../src/service/watchdog.ts';

const [ms, times] = process.argv.slice(2).map(Number) as [number, number];
const stop = startWatchdog({ hungMs: 1000, beatMs: 50 });
await pause(500);
console.log('watched');
for (let i = 0; i < times; i++) {
  const until = performance.now() + ms;
  while (performance.now() < until);
  await pause(60);
}
await stop();
console.log('well');
