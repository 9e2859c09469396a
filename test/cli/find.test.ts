import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Box, iou } from '../../src/box.ts';
import { example } from '../detector/photos.ts';
import { AnswerSchema, ErrorSchema, oneLine, spotter } from './spotter.ts';

const DOGS = example('two-dogs.jpg');
const WINE = example('wine.jpg');
/** Drawn by hand around what is seen of them. */
const UPPER_DOG: Box = [258, 296, 455, 600];
const LOWER_DOG: Box = [395, 565, 572, 850];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-find-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const find = (...args: string[]) => spotter(['find', ...args], { cwd: folder });
const answer = async (...args: string[]) => oneLine(AnswerSchema, (await find(...args, '--json')).stdout);

describe('spotter find', () => {
  it('finds, says so, and draws the answer into the current folder', async () => {
    const { code, stdout, stderr } = await find(DOGS, 'the upper dog');
    expect(stdout).toMatch(/^Found the upper dog\..* \(presence \d+ %\)\n {2}dog at \[/);
    expect(stdout).toMatch(/\nPicture: spotter-two-dogs\.jpg\n$/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const drawn = await sharp(join(folder, 'spotter-two-dogs.jpg')).metadata();
    expect(drawn).toMatchObject({ format: 'jpeg', width: 852 });
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('points at the right one', async () => {
    const upper = await answer(DOGS, 'the upper dog');
    expect(upper).toMatchObject({ outcome: 'found', output: null, unresolved: [] });
    expect(upper.boxes).toHaveLength(1);
    expect(iou(upper.boxes[0]!, UPPER_DOG)).toBeGreaterThan(0.5);
    const lower = await answer(DOGS, 'the lower dog');
    expect(iou(lower.boxes[0]!, LOWER_DOG)).toBeGreaterThan(0.5);
  });

  it('says that something is not there, and what is', async () => {
    const { code, stdout } = await find(DOGS, 'the cat', '--json', '--out', 'cat.jpg');
    const said = oneLine(AnswerSchema, stdout);
    expect(code).toBe(1);
    expect(said).toMatchObject({ outcome: 'not-present', boxes: [], scores: [], output: 'cat.jpg' });
    expect(said.sentence).toMatch(/dog/);
    expect(said.presence).toBeLessThan(0.5);
    expect((await sharp(join(folder, 'cat.jpg')).metadata()).format).toBe('jpeg');
  });

  it('answers a question, with what it counted', async () => {
    const { code, stdout } = await find(DOGS, 'how many dogs are there?');
    expect(stdout).toMatch(
      /^There are (?:at least )?2 dogs \(\d+ % sure\)\.\n {2}1 {2}dog at \[.*\n {2}2 {2}dog at \[/,
    );
    expect(code).toBe(0);
    const cats = await find(DOGS, 'is there a cat?', '--json');
    expect(cats.code).toBe(1);
    const said = oneLine(AnswerSchema, cats.stdout);
    expect(said).toMatchObject({
      outcome: 'not-present',
      boxes: [],
      question: { kind: 'exists', value: false },
    });
    const unseen = await find(DOGS, 'who won the cup?', '--json');
    expect([unseen.code, oneLine(AnswerSchema, unseen.stdout).question]).toEqual([2, undefined]);
    const { question } = await answer(DOGS, 'the upper dog');
    expect(question).toBeUndefined();
  });

  it('numbers the candidates when it is undecided, and lets choose one', async () => {
    const undecided = await find(DOGS, 'the dog', '--json');
    expect(undecided.code).toBe(2);
    const open = oneLine(AnswerSchema, undecided.stdout);
    expect(open.boxes.length).toBeGreaterThanOrEqual(2);
    const lines = (await find(DOGS, 'the dog')).stdout.split('\n');
    expect(lines.filter((line) => /^ {2}\d+ {2}dog at \[/.test(line))).toHaveLength(open.boxes.length);

    const picked = await find(DOGS, 'the dog', '--pick', '2', '--json');
    expect(picked.code).toBe(0);
    const said = oneLine(AnswerSchema, picked.stdout);
    expect(said).toMatchObject({ outcome: 'found', route: 'picked', boxes: [open.boxes[1]] });

    const beyond = await find(DOGS, 'the dog', '--pick', '99', '--json');
    expect(beyond.code).toBe(64);
    expect(oneLine(ErrorSchema, beyond.stdout).error.code).toBe('bad-pick');
  });

  it('says that a choice was not needed, and answers', async () => {
    const { code, stdout, stderr } = await find(DOGS, 'the cat', '--pick', '1', '--json');
    expect(code).toBe(1);
    expect(oneLine(AnswerSchema, stdout).outcome).toBe('not-present');
    expect(stderr).toBe('--pick 1 was not needed: the answer is not undecided.\n');
  });

  it('reads the picture from standard input', async () => {
    const bytes = readFileSync(DOGS);
    const { code, stdout } = await spotter(['find', '-', 'the upper dog'], { cwd: folder, stdin: bytes });
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nPicture: spotter-stdin\.jpg\n$/);
    expect((await sharp(join(folder, 'spotter-stdin.jpg')).metadata()).format).toBe('jpeg');
  });

  it('keeps its promise of --json: one line, pixels of the picture, the same each time', async () => {
    const first = await answer(DOGS, 'the', 'upper', 'dog');
    const sha256 = createHash('sha256').update(readFileSync(DOGS)).digest('hex');
    expect(first.image).toEqual({ width: 852, height: 1280, sha256 });
    expect(first.scores).toHaveLength(first.boxes.length);
    expect(Object.keys(first.timings_ms)).toEqual([
      'language',
      'specialist',
      'reasoning',
      'verdict',
      'total',
    ]);
    const { timings_ms: _, ...again } = await answer(DOGS, 'the upper dog');
    expect(first).toMatchObject(again);
  });

  it('gives boxes of a turned picture the right way up', async () => {
    const turned = join(folder, 'turned.jpg');
    await sharp(DOGS).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toFile(turned);
    const stored = await sharp(turned).metadata();
    expect([stored.width, stored.height]).toEqual([1280, 852]);
    const said = await answer(turned, 'the upper dog');
    expect(said.image).toMatchObject({ width: 852, height: 1280 });
    expect(iou(said.boxes[0]!, UPPER_DOG)).toBeGreaterThan(0.5);
  });

  it('writes a lesson beside the answer and the JSON, and names it where there is no JSON', async () => {
    const args = [DOGS, 'the upper dog', '--lesson', 'why.html'];
    const plain = await find(...args, '--out', 'drawn.jpg');
    expect(plain.stdout).toMatch(/\nPicture: drawn\.jpg\nLesson: why\.html\n$/);
    const first = readFileSync(join(folder, 'why.html'), 'utf8');
    const data = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(first)![1]!);
    expect(data).toMatchObject({
      answer: { expression: 'the upper dog', detector: 'starter', outcome: 'found' },
      size: { width: 852, height: 1280 },
    });
    expect(data.answer.explanation.nouns[0].noun).toBe('dog');
    expect(data.answer.considered.length).toBeGreaterThan(1);
    const { width } = await sharp(Buffer.from(data.picture.split(',')[1], 'base64')).metadata();
    expect(width).toBe(852);
    const { code, stdout, stderr } = await find(...args, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(oneLine(AnswerSchema, stdout).boxes).toEqual(data.answer.boxes);
  });

  it('refuses a lesson that is not HTML before anything is looked at', async () => {
    const { code, stdout } = await find(DOGS, 'the dog', '--lesson', 'why.pdf', '--json');
    expect(code).toBe(64);
    expect(oneLine(ErrorSchema, stdout).error.code).toBe('bad-usage');
  });

  it('explains itself step by step, beside the JSON on stderr', async () => {
    const args = [WINE, 'the glass to the left of the bottle', '--explain', '--candidates'];
    const { stdout } = await find(...args);
    expect(stdout).toMatch(/\nConsidered:\n {2}1 {2}wine glass at /);
    expect(stdout).toMatch(/\nSteps:\n {2}language +\d+ ms {2}looking for "the glass"/);
    expect(stdout).toMatch(
      /\nJudgements:\n {2}1 {2}wine glass at .*\n +(\d\.\d\d| \? ) .*left of the bottle/,
    );
    const json = await find(...args, '--json');
    expect(oneLine(AnswerSchema, json.stdout).outcome).toMatch(/^(found|undecided)$/);
    expect(json.stderr).toMatch(/^Considered:\n[\s\S]+\nSteps:\n[\s\S]+\nJudgements:\n/);
  });

  it('never writes over the picture it was asked about', async () => {
    const copy = join(folder, 'copy.jpg');
    const bytes = readFileSync(WINE);
    await sharp(bytes).toFile(copy);
    const before = readFileSync(copy);
    const { code, stderr } = await find(copy, 'the bottle', '--out', './copy.jpg');
    expect(code).toBe(73);
    expect(stderr).toContain('it is the picture that was asked about');
    expect(readFileSync(copy).equals(before)).toBe(true);
  });

  it('leaves nothing in the home folder: no telemetry of the libraries', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    // Unset, as on the machine of a user; where tests run, CI alone would switch it off.
    const env = { HOME: home, XDG_CACHE_HOME: undefined, ORT_DISABLE_TELEMETRY: undefined, CI: undefined };
    await spotter(['find', DOGS, 'the cat', '--json'], { cwd: home, env });
    await spotter(['doctor'], { cwd: home, env });
    expect(
      readdirSync(home, { recursive: true }).filter((name) => !/fontconfig|^\.cache$/.test(String(name))),
    ).toEqual([]);
  });

  it('speaks in colours to terminals only', async () => {
    const { stdout } = await spotter(['find', DOGS, 'the cat'], { cwd: folder, env: { FORCE_COLOR: '1' } });
    expect(stdout).not.toContain('\x1b');
  });
});
