import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { optionsOf, POLICIES, seeded } from '../../src/evaluate/stand-in/policies.ts';
import type { StandIn } from '../../src/evaluate/stand-in/server.ts';
import { tokenize } from '../../src/evaluate/stand-in/server.ts';
import type { Said } from '../../src/evaluate/stand-in/wire.ts';
import { quarters } from '../picture/fixtures.ts';
import { ROOT } from '../project/sources.ts';
import { mllmOn, standIn } from './reply/other-options.ts';

const user = (content: unknown) => ({ model: 'x', messages: [{ role: 'user', content }] });
const picture = (url: string) => user([{ type: 'image_url', image_url: { url } }]);

async function post(
  server: StandIn,
  body: unknown,
): Promise<{ status: number; body: { error?: { message: string } } }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${server.baseURL}/chat/completions`, { method: 'POST', body: text });
  return { status: response.status, body: (await response.json()) as { error?: { message: string } } };
}

describe('the stand-in', () => {
  it.each([
    ['{', 'could not parse'],
    [{}, 'Invalid request'],
    [{ model: 'x', messages: [] }, 'Invalid request'],
    [{ model: 'x', messages: [{ role: 'wizard', content: 'hello' }] }, 'Invalid request'],
    [user([{ type: 'picture', url: 'x' }]), 'Invalid request'],
    [picture('https://example.com/a.jpg'), 'not a data URL'],
    [picture('data:image/jpeg;base64,@@@@'), 'not a data URL'],
    [picture('data:image/jpeg;base64,AAAA'), 'cannot be decoded'],
    [{ ...user('hello'), max_tokens: 0 }, 'Invalid request'],
    [{ ...user('hello'), temperature: 3 }, 'Invalid request'],
    [{ ...user('hello'), top_logprobs: 5 }, 'needs logprobs'],
    [{ ...user('hello'), logprobs: true, top_logprobs: 21 }, 'less than or equal to 20'],
    [{ ...user('hello'), response_format: { type: 'xml' } }, 'Invalid request'],
  ])('turns %j down as a real server would', async (body, said) => {
    const server = await standIn();
    const refused = await post(server, body);
    expect(refused.status).toBe(400);
    expect(refused.body.error?.message).toContain(said);
  });

  it('notices a picture that is not what it says', async () => {
    const png = (await quarters().png().toBuffer()).toString('base64');
    const refused = await post(await standIn(), picture(`data:image/jpeg;base64,${png}`));
    expect(refused.body.error?.message).toContain('says jpeg, but is png');
  });

  it('takes what is good, and knows no other place', async () => {
    const server = await standIn();
    expect(await post(server, user('hello'))).toMatchObject({ status: 200 });
    expect((await fetch(`${server.baseURL}/completions`, { method: 'POST' })).status).toBe(404);
  });

  it('fails by chance as often as told, and the same way for the same seed', async () => {
    const outcomes = async (seed: number) => {
      const server = await standIn({ faults: { rate: 0.3, of: ['html', 'status'], seed } });
      const statuses = [];
      for (let i = 0; i < 60; i++) {
        const response = await fetch(`${server.baseURL}/chat/completions`, {
          method: 'POST',
          body: JSON.stringify(user('hello')),
        });
        statuses.push(`${response.status} ${response.headers.get('content-type')}`);
        await response.arrayBuffer();
      }
      return statuses;
    };
    const once = await outcomes(3);
    expect(await outcomes(3)).toEqual(once);
    const failed = once.filter((said) => said !== '200 application/json').length;
    expect(failed).toBeGreaterThan(8);
    expect(failed).toBeLessThan(30);
  });

  it('cuts text into tokens that give the text again', () => {
    for (const text of ['B', ' B.\n', 'I think it is (B): 12,345 é 日本', '', '  ']) {
      expect(tokenize(text).join('')).toBe(text);
    }
    expect(tokenize('B. no')).toEqual(['B', '.', ' no']);
  });

  it('has chance that is spread evenly', () => {
    const random = seeded(5);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) counts[Math.floor(random() * 4)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe('the policies', () => {
  const prompt = 'Which one?\nA. (1,2),(3,4)\nB. (5,6),(7,8)\nC. None\nAnswer with one letter.';

  it('read the options that are offered', () => {
    expect(optionsOf(prompt)).toEqual([
      { letter: 'A', text: '(1,2),(3,4)' },
      { letter: 'B', text: '(5,6),(7,8)' },
      { letter: 'C', text: 'None' },
    ]);
  });

  it('choose the first or None, with probabilities that add up', async () => {
    for (const [name, letter] of [
      ['always-first', 'A'],
      ['always-none', 'C'],
    ] as const) {
      const server = await standIn({ policy: POLICIES[name]! });
      const reply = await mllmOn(server).ask({ prompt, maxTokens: 1, logprobs: true });
      expect(reply.text).toBe(letter);
      expect(reply.first?.[0]?.token).toBe(letter);
      expect(reply.first?.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1);
    }
  });

  it('say something where nothing is offered', async () => {
    const seen = { system: '', prompt: 'Where is it?', images: [], request: { model: 'x', messages: [] } };
    expect(((await POLICIES['always-none']!(seen)) as Said).text).toBe('None');
    expect(((await POLICIES['always-first']!(seen)) as Said).text).toBe('A');
  });
});

describe('the stand-in as a program', () => {
  const run = (...args: readonly string[]) =>
    spawn(process.execPath, ['bin/run.js', 'src/evaluate/stand-in/main.ts', ...args], { cwd: ROOT });

  it('prints where it is, answers, and stops when told', async () => {
    const child = run('--policy', 'always-first', '--key', 'secret');
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const baseURL = line.toString().trim();
      const ask = { prompt: 'A. one\nB. two', maxTokens: 1 };
      expect((await mllmOn({ baseURL }, { apiKey: 'secret' }).ask(ask)).text).toBe('A');
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('ends with whoever started it, where that is asked for', async () => {
    const child = run('--policy', 'always-first', '--until-stdin-ends');
    try {
      await once(child.stdout, 'data');
      const exited = once(child, 'exit');
      child.stdin.end();
      expect(await exited).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('says what policies there are', async () => {
    const child = run('--policy', 'no-such');
    const said: Buffer[] = [];
    child.stderr.on('data', (data: Buffer) => said.push(data));
    expect((await once(child, 'exit'))[0]).not.toBe(0);
    expect(Buffer.concat(said).toString()).toContain('there is always-first');
  });
});
