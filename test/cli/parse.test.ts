import { describe, expect, it } from 'vitest';
import { parse } from '../../adapters/cli/parse.ts';
import { SpotterError } from '../../src/errors.ts';

const read = (...args: string[]) => parse(args, '1.2.3');
const OFF = { json: false, explain: false, cache: true, candidates: false };

async function refused(...args: string[]): Promise<SpotterError> {
  try {
    await read(...args);
  } catch (thrown) {
    if (thrown instanceof SpotterError) return thrown;
    throw thrown;
  }
  throw new Error(`${args} was accepted`);
}

describe('parse', () => {
  it('reads a question', async () => {
    const request = { command: 'find', file: 'a.jpg', expression: 'the dog', options: OFF };
    expect(await read('find', 'a.jpg', 'the dog')).toEqual(request);
    expect(await read('find', '-', 'the dog')).toEqual({ ...request, file: '-' });
  });

  it('takes words that were not quoted together', async () => {
    expect(await read('find', 'a.jpg', 'the', 'upper', 'dog', '--json')).toMatchObject({
      expression: 'the upper dog',
      options: { json: true },
    });
  });

  it('reads every option, wherever it stands', async () => {
    const switches = [
      '--json',
      '--explain',
      '--candidates',
      '--pick',
      '2',
      '--out',
      'b.jpg',
      '--lesson',
      'why.html',
    ];
    const choices = { specialist: 'other@fp16', device: 'cpu', strategy: 'crs' };
    const files = { out: 'b.jpg', lesson: 'why.html' };
    const options = { ...files, json: true, explain: true, candidates: true, pick: 2, ...choices };
    const flags = [...switches, '--specialist', 'other@fp16', '--device', 'cpu', '--strategy', 'crs'];
    expect(await read('find', ...flags, 'a.jpg', 'the dog')).toMatchObject({
      expression: 'the dog',
      options,
    });
    expect(await read('find', 'a.jpg', 'the dog', ...flags)).toMatchObject({
      expression: 'the dog',
      options,
    });
  });

  it('takes everything after -- as it is', async () => {
    expect(await read('find', '--', '-odd.jpg', '--json')).toMatchObject({
      file: '-odd.jpg',
      expression: '--json',
      options: OFF,
    });
  });

  it('keeps an empty expression for the core to refuse', async () => {
    expect(await read('find', 'a.jpg', '')).toMatchObject({ expression: '' });
  });

  it('shows help with examples, and the version', async () => {
    for (const args of [['--help'], ['find', '--help'], ['help', 'find']]) {
      expect(await read(...args)).toMatchObject({
        command: 'show',
        text: expect.stringMatching(/^Usage: spotter .*[\s\S]*\nExamples:\n {2}spotter find street\.jpg/),
      });
    }
    expect(await read('--version')).toEqual({ command: 'show', text: '1.2.3' });
  });

  it.each([
    [[], 'There is no command.'],
    [['fnd'], "Unknown command 'fnd'."],
    [['find'], "Missing required argument 'file'."],
    [['find', 'a.jpg'], "Missing required argument 'expression'."],
    [['find', 'a.jpg', 'dog', '--jsn'], "Unknown option '--jsn'."],
    [['find', 'a.jpg', 'dog', '--out'], "Option '-o, --out <file>' argument missing."],
    [['doctor', 'now'], "Too many arguments for 'doctor'. Expected 0 arguments but got 1."],
  ])('refuses %j in one sentence', async (args, message) => {
    const error = await refused(...args);
    expect(error).toMatchObject({ code: 'bad-usage', message });
    expect(error.hint).toContain('spotter --help');
  });

  it.each(['0', '-1', '1.5', 'two', '', '1e3', '9999999'])('refuses --pick "%s"', async (number) => {
    expect((await refused('find', 'a.jpg', 'dog', '--pick', number)).message).toMatch(
      /^Option '--pick <n>' .*counts from 1/,
    );
  });

  it('reads which strategies to compare, none of them twice', async () => {
    const compared = async (...args: string[]) => read('find', 'a.jpg', 'dog', ...args);
    expect(await compared('--compare')).toMatchObject({ command: 'compare', options: { compare: true } });
    expect(await compared('--compare', 'crs, auto,crs', '--out', 'b.jpg')).toMatchObject({
      command: 'compare',
      expression: 'dog',
      options: { compare: ['crs', 'auto'], out: 'b.jpg', json: false },
    });
  });

  it.each(['best', 'auto,', '', 'auto;crs', 'AUTO', 'constructor', 'a.jpg'])(
    'refuses --compare "%s"',
    async (names) => {
      expect(await refused('find', 'a.jpg', 'dog', '--compare', names)).toMatchObject({
        code: 'bad-usage',
        message: expect.stringContaining('There is no strategy'),
      });
    },
  );

  it.each([['--pick', '1'], ['--strategy', 'crs'], ['--explain'], ['--candidates'], ['--lesson', 'a.html']])(
    'refuses --compare together with %s',
    async (...args) => {
      expect((await refused('find', 'a.jpg', 'dog', '--compare', 'auto', ...args)).message).toContain(
        'cannot be used with',
      );
    },
  );

  it('suggests what was meant', async () => {
    expect((await refused('find', 'a.jpg', 'dog', '--jsn')).hint).toMatch(/^Did you mean --json\?/);
  });
});
