import { describe, expect, it } from 'vitest';
import { read } from './sources.ts';

/** What node is given: "--max-semi-space-size=2 bin/run.js adapters/bot/main.ts". */
const START = /^exec node (.+)$/.exec(JSON.parse(read('package.json')).scripts.start)?.[1];

/** The words of a list in YAML, of which the first one is node, as they are outside the image. */
function argumentsOf(line: RegExp, file: string): string | undefined {
  const [node, ...args] = line
    .exec(read(file))![1]!
    .split(',')
    .map((word) => word.trim().replaceAll('"', ''));
  return node === 'node' ? args.join(' ').replaceAll('/app/', '') : undefined;
}

describe('starting the bot', () => {
  it.each([
    ['compose.yaml', /entrypoint: \[(.+bot\/main\.ts.*)\]/],
    ['deploy/kubernetes/bot.yaml', /command: \[(.+bot\/main\.ts.*)\]/],
  ])('is the same by npm start and by %s', (file, line) => {
    expect(START).toMatch(/bin\/run\.js adapters\/bot\/main\.ts$/);
    expect(argumentsOf(line, file)).toBe(START);
  });
});
