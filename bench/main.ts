import type { Row } from './row.ts';

/** Loaded when they are run: what one of them needs is none of the others' business. */
const BENCHES: Readonly<Record<string, () => Promise<Row[]>>> = {
  picture: async () => (await import('./picture.ts')).bench(),
  detector: async () => (await import('./detector.ts')).bench(),
  start: async () => (await import('./start.ts')).bench(),
  observers: async () => (await import('./observers.ts')).bench(),
  question: async () => (await import('./question.ts')).bench(),
  page: async () => (await import('./page.ts')).bench(),
  memory: async () => (await import('./memory.ts')).bench(),
  'bot-discord': async () => (await import('./bot.ts')).benchOf('discord')(),
  'bot-slack-socket': async () => (await import('./bot.ts')).benchOf('slack-socket')(),
  'bot-slack-http': async () => (await import('./bot.ts')).benchOf('slack-http')(),
  'annotation-sets': async () => (await import('./annotation-sets.ts')).bench(),
  web: async () => (await import('./web.ts')).bench(),
  scoring: async () => (await import('./scoring.ts')).bench(),
  soak: async () => (await import('./soak.ts')).bench(),
  'queue-cost': async () => (await import('./queue.ts')).bench(),
  'queue-memory': async () => (await import('./queue-memory.ts')).bench(),
  'queue-flat': async () => (await import('./queue-flat.ts')).bench(),
  'queue-simulation': async () => (await import('./queue-simulation.ts')).bench(),
  'grounding-dino': async () => (await import('./grounding-dino.ts')).bench(),
};

const names = Object.keys(BENCHES);
/** "bot" stands for all of which the name begins with it. */
const meant = (asked: string): string[] =>
  names.filter((name) => name === asked || name.startsWith(`${asked}-`));

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => meant(name).length === 0);
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${names.join(', ')}.`);
  process.exit(64);
}

for (const name of asked.length > 0 ? asked.flatMap(meant) : names) {
  console.log(name);
  for (const { what, ms, against, againstMs, unit = 'ms' } of await BENCHES[name]!()) {
    const ratio = (ms / againstMs).toFixed(2).padStart(7);
    console.log(`${ratio} x  ${what}: ${ms.toFixed(1)} ${unit}; ${against}: ${againstMs.toFixed(1)} ${unit}`);
  }
}
