import { setTimeout as pause } from 'node:timers/promises';
import { createLog } from '../../src/service/log.ts';
import { onShutdown, type Stage } from '../../src/service/shutdown.ts';

/** A process that is to be ended: its stages, and what it does, are given as arguments. */
const CLOSES: Readonly<Record<string, Stage['close']>> = {
  quick: () => {},
  slow: () => pause(300),
  polite: (ms) => pause(ms / 2),
  stuck: () => new Promise(() => {}),
  throwing: () => {
    throw new Error('cannot be closed');
  },
  rejecting: () => Promise.reject(new Error('cannot be closed')),
};
const DOES: Readonly<Record<string, () => void>> = {
  waits: () => {},
  throws: () => {
    setTimeout(() => {
      throw new Error('unforeseen');
    }, 10);
  },
  rejects() {
    void Promise.reject(new Error('unforeseen'));
    setTimeout(() => console.log('went on after it'), 100);
  },
  ends: () => void shutdown.end('work is done', 7),
  'is busy': () => {
    setInterval(() => {}, 1);
  },
};

const [does = 'waits', withinMs = '10000', ...names] = process.argv.slice(2);
const stages = names.map((name, i) => ({
  name: `${i}-${name}`,
  close: async (ms: number) => {
    console.log(`closing ${i}-${name}`);
    await CLOSES[name]!(ms);
    console.log(`closed ${i}-${name}`);
  },
}));
const log = createLog({ secrets: ['unforeseen-secret'] });
const shutdown = onShutdown({ stages, log, withinMs: Number(withinMs), reserveMs: 500 });
// Something that would keep it alive for ever, as a server does.
setInterval(() => {}, 60_000);
console.log('started');
DOES[does]!();
