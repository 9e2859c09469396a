import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn } from '../../src/evaluate/stand-in/server.ts';
import { chatting, question, recorder } from '../chat/world.ts';
import { childrenOf, spotter, startSpotter } from '../cli/spotter.ts';
import { example } from '../detector/photos.ts';
import { until } from '../detector/processes.ts';

/**
 * What the terminal has of the scenarios that the platforms play: there are no threads, no edits and no permissions, each
 * call is a question of its own, and a number chooses in place of a button.
 */
let folder: string;
const world = chatting();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-terminal-'));
  writeFileSync(join(folder, 'notes.jpg'), 'no picture at all');
  writeFileSync(join(folder, 'damaged.jpg'), readFileSync(example('two-dogs.jpg')).subarray(0, 3000));
  writeFileSync(join(folder, 'page.jpg'), '<!DOCTYPE html><html><body>Please log in.</body></html>');
  writeFileSync(join(folder, 'empty.jpg'), '');
  writeFileSync(join(folder, 'huge.jpg'), Buffer.alloc(21 * 2 ** 20, 'x'));
});
afterAll(async () => {
  await world.spotter.close();
  rmSync(folder, { recursive: true });
});

const DOGS = example('two-dogs.jpg');
const file = (name: string) => (name === 'dogs' ? DOGS : join(folder, name));
const inTerminal = (name: string, expression: string, ...args: string[]) =>
  spotter(['find', file(name), expression, ...args], { cwd: folder, env: { SPOTTER_MLLM_MODEL: undefined } });
/** The first line that a chat says to the same. */
async function inChat(name: string, expression: string): Promise<string> {
  const { handle, replies } = recorder({ fetch: async () => readFileSync(file(name)) });
  const picture = { url: name, origin: 'platform', key: name } as const;
  await world.chat.ask(question(expression, { pictures: [picture], conversation: name }), handle);
  return replies[0]!.text.split('\n')[0]!;
}
/** "Found …", without how sure that is. */
const sentenceOf = (said: string): string =>
  said.split('\n')[0]!.replace(/^spotter: | \(presence \d+ %\)$/g, '');

describe('the terminal says what a chat says', () => {
  it.each([
    ['found', 'dogs', 'the upper dog', 0],
    ['plural', 'dogs', 'the dogs', 0],
    ['not present', 'dogs', 'the zebra', 1],
    ['undecided', 'dogs', 'the dog', 2],
    ['not a picture', 'notes.jpg', 'the dog', 65],
    ['HTML instead of a file', 'page.jpg', 'the dog', 65],
    ['a damaged picture', 'damaged.jpg', 'the dog', 65],
    ['an empty file', 'empty.jpg', 'the dog', 65],
    ['too large', 'huge.jpg', 'the dog', 65],
    ['an empty expression', 'dogs', ' ', 64],
    ['an overlong expression', 'dogs', 'x'.repeat(501), 64],
  ])('to %s', async (_, name, expression, exit) => {
    const { code, stdout, stderr } = await inTerminal(name, expression);
    expect({ code, said: stdout + stderr }).toMatchObject({ code: exit });
    const sentence = sentenceOf(exit < 3 ? stdout : stderr);
    expect(sentence.length).toBeGreaterThan(10);
    expect(sentenceOf(await inChat(name, expression))).toContain(sentence);
  });

  it('to a number that chooses', async () => {
    const { code, stdout } = await inTerminal('dogs', 'the dog', '--pick', '2');
    expect([code, sentenceOf(stdout)]).toEqual([0, 'Found: you chose candidate 2, a dog.']);
  });
});

describe('the terminal', () => {
  it('says that a picture is missing', async () => {
    const { code, stderr } = await inTerminal('nothing.jpg', 'the dog');
    expect([code, stderr]).toEqual([66, expect.stringContaining('does not exist')]);
  });

  it('answers without a language model that is down, and says so', async () => {
    const server = await startStandIn({ faults: { rate: 1, of: ['drop'] } });
    const env = {
      SPOTTER_MLLM_MODEL: 'm',
      OPENAI_BASE_URL: server.baseURL,
      SPOTTER_STATE: join(folder, 'state'),
    };
    const asked = await spotter(['find', DOGS, 'the dog that looks tired'], { cwd: folder, env });
    await server.close();
    expect([asked.code, asked.stdout]).toEqual([2, expect.stringContaining('So this is without it.')]);
  });

  it('says that a detector is not there', async () => {
    const { code, stderr } = await inTerminal('dogs', 'the dog', '--specialist', 'grounding-dino-tiny');
    expect(code).toBeGreaterThanOrEqual(64);
    expect(stderr).toContain('spotter models pull grounding-dino-tiny');
  });

  // What a process has started is only known on Linux.
  it.runIf(process.platform === 'linux')(
    'that is told to end in the middle ends, and leaves nothing',
    async () => {
      const { child, ended } = startSpotter(['find', '-', 'the dog', '--out', 'never.jpg'], { cwd: folder });
      await until(() => childrenOf(child.pid).length > 0);
      process.kill(-child.pid!, 'SIGINT');
      expect((await ended).code).toBe(130);
    },
  );
});
