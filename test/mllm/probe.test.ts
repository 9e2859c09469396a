import { describe, expect, it } from 'vitest';
import type { Dialect, Policy } from '../../src/evaluate/stand-in/wire.ts';
import { namesBoth, probe, twoColours } from '../../src/mllm/probe.ts';
import { profileFor } from '../../src/mllm/profile.ts';
import type { Raster } from '../../src/picture/picture.ts';
import { optionsFor, standIn } from './reply/other-options.ts';

/** Names what it really sees. */
const sighted: Policy = ({ images: [image] }) => ({
  text: image ? `${colourAt(image, 0.25)}, ${colourAt(image, 0.75)}.` : 'Hello there!',
});
const blind: Policy = ({ images }) => ({ text: images.length > 0 ? 'Red and blue.' : 'Hello there!' });

function colourAt({ width, height, data }: Raster, share: number): string {
  const at = 3 * (Math.floor(height / 2) * width + Math.floor(width * share));
  const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
  if (r > 150 && g > 150) return 'Yellow';
  return r > g && r > b ? 'Red' : g > b ? 'Green' : 'Blue';
}

async function probed(policy: Policy, dialect: Partial<Dialect> = {}, profile = profileFor('stand-in')) {
  const server = await standIn({ policy, dialect: { models: ['stand-in'], ...dialect } });
  return probe({ ...optionsFor(server, { profile }), probeMs: 20_000, random: () => 0.6 });
}

describe('a probe', () => {
  it('finds all that a server can do, and what the profile does not know', async () => {
    const found = await probed(sighted, { ownedBy: 'vllm' });
    expect(found).toMatchObject({
      ...{ reachable: true, models: ['stand-in'], server: 'vllm', answers: true, seesPictures: true },
      ...{ logprobs: true, schema: true, choices: true },
      fits: { logprobs: true, structured: 'guided-choice', choicesField: 'structured_outputs' },
    });
    expect(found.said).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+ lists 1 models?\.$/),
      'It looks like vllm.',
      expect.stringMatching(/^stand-in answers, in \d+ ms\.$/),
      'It sees pictures: blue and red, as shown.',
      'It does give the alternatives of a token, though the profile says that it does not.',
      'It does keep to a JSON schema, though the profile says that it does not.',
      'It does keep to the choices it is offered, though the profile says that it does not.',
    ]);
  });

  it.each<[Partial<Dialect>, object]>([
    [{ logprobs: 'ignored' }, { logprobs: false, schema: true, choices: true }],
    [{ logprobs: 'refused' }, { logprobs: false, schema: true, choices: true }],
    [
      { schema: 'ignored', choices: 'ignored' },
      { schema: false, choices: false, fits: { structured: 'none' } },
    ],
    [
      { schema: 'refused', choices: 'refused' },
      { schema: false, choices: false, fits: { structured: 'none' } },
    ],
    [{ choices: 'ignored' }, { choices: false, fits: { structured: 'json-schema' } }],
    [{ choices: 'vllm-old' }, { choices: true, fits: { choicesField: 'guided_choice' } }],
    [
      { temperature: 'refused', tokenLimit: 'max_completion_tokens' },
      { answers: true, logprobs: true },
    ],
  ])('finds that of a server with %j', async (dialect, findings) => {
    expect(await probed(sighted, dialect)).toMatchObject({ answers: true, seesPictures: true, ...findings });
  });

  it('says nothing more of a profile that fits', async () => {
    const fitting = profileFor('stand-in', { server: 'vllm' });
    expect((await probed(sighted, {}, fitting)).said.join(' ')).not.toContain('though the profile');
  });

  it('finds that a model is blind, or takes no pictures', async () => {
    const found = await probed(blind);
    expect(found).toMatchObject({ answers: true, seesPictures: false });
    expect(found.said).toContain(
      'It does not seem to see pictures: shown blue and red, it said "Red and blue.".',
    );
    const deaf = await probed(({ images }) =>
      images.length > 0
        ? { fault: 'status', status: 400, message: 'No pictures please.' }
        : { text: 'Hello!' },
    );
    expect(deaf).toMatchObject({ answers: true, seesPictures: false, schema: true });
    expect(deaf.said.join(' ')).toContain('It does not take pictures.');
    expect(deaf.said.join(' ')).toContain('No pictures please.');
  });

  it('finds that the model is another, or not listed', async () => {
    const other = await probed(sighted, { models: ['a', 'b'] });
    expect(other).toMatchObject({ reachable: true, answers: false, models: ['a', 'b'] });
    expect(other.said[0]).toContain('does not list stand-in; it lists a, b.');
    expect(other.said.at(-1)).toContain('does not know the model');
    const unlisted = await probed(sighted, { listsModels: false });
    expect(unlisted).toMatchObject({ reachable: true, answers: true });
    expect(unlisted.said[0]).toContain('does not list its models.');
  });

  it('finds a wrong key, and a server that is not there', async () => {
    const locked = await probed(sighted, { key: 'another' });
    expect(locked).toMatchObject({ reachable: true, answers: false });
    expect(locked.said[0]).toContain('does not accept the key (HTTP 401)');
    const server = await standIn();
    await server.close();
    const gone = await probe(optionsFor(server));
    expect(gone).toMatchObject({ reachable: false, answers: false });
    expect(gone.said).toEqual([expect.stringContaining('cannot be reached')]);
  });

  it('ends in time whatever the server does', async () => {
    const server = await standIn({ policy: () => ({ fault: 'drip' }) });
    const found = await probe({ ...optionsFor(server), probeMs: 300 });
    expect(found).toMatchObject({ reachable: true, answers: false });
    expect(found.said.at(-1)).toMatch(/not enough|in time/);
  });

  it('ends when it is cancelled', async () => {
    const server = await standIn({ policy: () => ({ fault: 'stall' }) });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    expect(await probe({ ...optionsFor(server), signal: stop.signal })).toMatchObject({ answers: false });
  });
});

describe('the picture of two colours', () => {
  it('has all pairs, and is decoded as it was meant', async () => {
    const pairs = new Set<string>();
    const server = await standIn({ policy: sighted });
    for (let i = 0; i < 12; i++) {
      const numbers = [Math.floor(i / 3) / 4, (i % 3) / 3 + 0.01];
      const { image, names } = await twoColours(() => numbers.shift()!);
      pairs.add(names.join());
      const body = {
        model: 'x',
        messages: [
          {
            role: 'user',
            content: [
              {
                type: 'image_url',
                image_url: { url: `data:image/jpeg;base64,${Buffer.from(image.bytes).toString('base64')}` },
              },
            ],
          },
        ],
      };
      const response = await fetch(`${server.baseURL}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      const { choices } = (await response.json()) as { choices: [{ message: { content: string } }] };
      expect(namesBoth(choices[0].message.content, names)).toBe(true);
    }
    expect(pairs.size).toBe(12);
  });

  it.each([
    ['Red, blue.', true],
    ['The left half is **red** and the right half is blue', true],
    ['blue and red', false],
    ['red', false],
    ['red, blue, green or yellow', false],
    ['redder than blue', false],
    ['', false],
  ])('is not seen by saying anything: "%s" is %s', (text, seen) => {
    expect(namesBoth(text, ['red', 'blue'])).toBe(seen);
  });
});
