import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Box } from '../../src/box.ts';
import { exportFeedback } from '../../src/evaluate/feedback-export.ts';
import { referenceBox } from '../../src/evaluate/prediction.ts';
import { readAnnotationSet, readAnnotations } from '../../src/evaluate/read/read.ts';
import { createFeedback, type Judged } from '../../src/store/feedback.ts';
import { openStore } from '../../src/store/open.ts';
import type { OpenStore } from '../../src/store/store.ts';
import type { Outcome } from '../../src/verdict.ts';
import { example } from '../detector/photos.ts';
import { verdict } from '../evaluate/answers.ts';

const DAY = 86_400_000;
const BOX: Box = [10, 20, 30.5, 50];
const OTHER: Box = [1, 2, 3, 4];

let folder: string;
let photo: Uint8Array;
let sha256: string;
let store: OpenStore;
let run = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spotter-feedback-'));
  photo = await readFile(example('two-dogs.jpg'));
  sha256 = createHash('sha256').update(photo).digest('hex');
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  store = await openStore({ path: join(folder, `${++run}.db`) });
});
afterEach(() => store.close());

const placeOf = (asker: string) => ({ platform: 'test', conversation: 'c', channel: 'ch', asker });

/** Somebody says something of an answer: found with some boxes, or what is given. */
function judged(
  asker: string,
  right: boolean,
  expression: string,
  answer: Outcome | readonly Box[] = [BOX],
): Judged {
  const given = typeof answer === 'string' ? verdict(answer) : verdict('found', ...answer);
  const picture = { url: 'x', origin: 'platform' } as const;
  return { right, place: placeOf(asker), expression, sha256, picture, verdict: given };
}

const bytes = async () => photo;
const expired = () => Promise.reject(new Error('The link has expired.'));

const pictures = () => join(folder, `pictures-${run}`);
const keeping = () => createFeedback(store, { folder: pictures(), pictures: true });
const there = () => readdir(pictures()).catch(() => []);

describe('what people say of answers', () => {
  it('is kept without their names: the same asker has the same hash, another installation another', async () => {
    const feedback = createFeedback(store);
    await feedback.add(judged('CANARY', true, ' the  dog '), bytes);
    await createFeedback(store).add(judged('CANARY', false, 'the cat', 'not-present'), bytes);
    await feedback.add(judged('somebody', false, 'the cat', 'undecided'), bytes);
    const all = await feedback.all();
    expect(all).toHaveLength(3);
    expect(all[0]).toMatchObject({
      ...{ right: true, platform: 'test', sha256, expression: ' the  dog ', outcome: 'found', boxes: [BOX] },
      expressionHash: createHash('sha256').update('the dog').digest('hex'),
    });
    const [a, b, c] = all.map(({ asker }) => asker);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
    expect(JSON.stringify(all)).not.toContain('CANARY');
    const elsewhere = await openStore({ path: join(folder, `elsewhere-${run}.db`) });
    await createFeedback(elsewhere).add(judged('CANARY', true, 'the dog'), bytes);
    expect((await createFeedback(elsewhere).all())[0]!.asker).not.toBe(a);
    await elsewhere.close();
  });

  it('may be changed by who said it', async () => {
    const feedback = createFeedback(store);
    for (const right of [true, true, false]) await feedback.add(judged('u1', right, 'the dog'), bytes);
    expect((await feedback.all()).map(({ right }) => right)).toEqual([false]);
  });

  it('keeps no picture unless told', async () => {
    const feedback = createFeedback(store, { folder: pictures() });
    await feedback.add(judged('u1', true, 'the dog'), () => expect.fail('fetched'));
    expect(await there()).toEqual([]);
  });

  it('keeps pictures for their owner only, each once', async () => {
    const feedback = keeping();
    await feedback.add(judged('u1', true, 'the dog'), bytes);
    await feedback.add(judged('u2', true, 'the dog'), () => expect.fail('fetched again'));
    expect(await there()).toEqual([sha256]);
    expect(new Uint8Array(await readFile(join(pictures(), sha256)))).toEqual(new Uint8Array(photo));
    expect((await stat(join(pictures(), sha256))).mode & 0o777).toBe(0o600);
    expect((await stat(pictures())).mode & 0o777).toBe(0o700);
  });

  it('is kept without its picture, when that is gone, another one by now, or cannot be written', async () => {
    const feedback = keeping();
    await feedback.add(judged('u1', true, 'a'), expired);
    await feedback.add(judged('u1', true, 'b'), async () => new Uint8Array([1]));
    await feedback.add({ ...judged('u1', true, 'c'), sha256: '../../evil' }, bytes);
    expect(await there()).toEqual([]);
    await writeFile(pictures(), 'in the way');
    await feedback.add(judged('u1', true, 'd'), bytes);
    expect(await feedback.all()).toHaveLength(4);
  });
});

describe('forgetting', () => {
  it('erases all that somebody said, and only that', async () => {
    const feedback = createFeedback(store);
    await feedback.add(judged('u1', true, 'a'), bytes);
    await feedback.add(judged('u1', false, 'b'), bytes);
    await feedback.add(judged('u12', true, 'c'), bytes);
    await feedback.add({ ...judged('u1', true, 'd'), place: { ...placeOf('u1'), platform: 'other' } }, bytes);
    expect(await createFeedback(store).forget(placeOf('u1'))).toBe(2);
    expect((await feedback.all()).map(({ expression }) => expression).sort()).toEqual(['c', 'd']);
    expect(await feedback.forget(placeOf('u1'))).toBe(0);
  });

  it('leaves nothing of it in the file', async () => {
    await createFeedback(store).add(judged('u1', true, 'the CANARY'), bytes);
    await createFeedback(store).forget(placeOf('u1'));
    await store.close();
    const file = await readFile(join(folder, `${run}.db`));
    expect(file.includes('CANARY')).toBe(false);
    store = await openStore({ path: join(folder, `${run}.db`) });
  });

  it('erases pictures that nobody else said something of, even if none are kept any more', async () => {
    await keeping().add(judged('u1', true, 'a'), bytes);
    await keeping().add(judged('u2', true, 'a'), bytes);
    const later = createFeedback(store, { folder: pictures() });
    await later.forget(placeOf('u1'));
    expect(await there()).toEqual([sha256]);
    await later.forget(placeOf('u2'));
    expect(await there()).toEqual([]);
  });

  it('of pictures comes with the expiry of what was said', async () => {
    const [old, draft, recent] = ['a'.repeat(64), '.left.tmp', 'b'.repeat(64)] as const;
    await mkdir(pictures());
    for (const name of [old, draft, recent, sha256, 'NOTES.txt']) {
      await writeFile(join(pictures(), name), photo);
      const at = new Date(Date.now() - (name === recent ? 0 : 2 * DAY));
      await utimes(join(pictures(), name), at, at);
    }
    await keeping().add(judged('u1', true, 'a'), bytes);
    expect((await there()).sort()).toEqual(['NOTES.txt', recent, sha256].sort());
  });
});

describe('the exported set', () => {
  const exported = async () => {
    const out = join(folder, `out-${run}`);
    const counts = await exportFeedback(await keeping().all(), { out, pictures: pictures() });
    return { out, counts, annotations: join(out, 'annotations.jsonl'), open: join(out, 'to-annotate.jsonl') };
  };

  it('has what was called right: positives with their box, negatives without', async () => {
    await keeping().add(judged('CANARY', true, 'the dog on the left'), bytes);
    await keeping().add(judged('CANARY', true, 'a giraffe', 'not-present'), bytes);
    const { out, counts, annotations } = await exported();
    expect(counts).toEqual({ annotations: 2, toAnnotate: 0, pictures: 1, missing: 0 });
    const read = await readAnnotations(annotations);
    expect(read.map((row) => [row.expression, referenceBox(row)])).toEqual([
      ['the dog on the left', BOX],
      ['a giraffe', undefined],
    ]);
    expect(read[0]!.bbox).toEqual([10, 20, 20.5, 30]);
    for (const { file_name } of read) {
      expect(file_name).toBe(`${sha256}.jpeg`);
      expect(new Uint8Array(await readFile(join(out, 'images', file_name)))).toEqual(new Uint8Array(photo));
    }
    expect(await readFile(annotations, 'utf8')).not.toContain('CANARY');
  });

  it('leaves to a person what is wrong, disputed, undecided or plural, and is no annotation until then', async () => {
    await keeping().add(judged('u1', false, 'wrong'), bytes);
    await keeping().add(judged('u1', false, 'wrong negative', 'not-present'), bytes);
    await keeping().add(judged('u1', true, 'disputed'), bytes);
    await keeping().add(judged('u2', false, 'disputed'), bytes);
    await keeping().add(judged('u1', true, 'two truths'), bytes);
    await keeping().add(judged('u2', true, 'two truths', [OTHER]), bytes);
    await keeping().add(judged('u1', true, 'undecided', 'undecided'), bytes);
    await keeping().add(judged('u1', true, 'plural', [BOX, OTHER]), bytes);
    const { counts, annotations, open } = await exported();
    expect(counts).toMatchObject({ annotations: 0, toAnnotate: 6 });
    expect(await readFile(annotations, 'utf8')).toBe('');
    const set = readAnnotationSet(open);
    for await (const row of set) expect.fail(`read as an annotation: ${row.expression}`);
    expect(set.report.skipped).toEqual({ 'no-box': 6 });
    const rows = (await readFile(open, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.find((row) => row.expression === 'disputed').answers).toMatchObject([
      { called: 'right', outcome: 'found', boxes: [BOX] },
      { called: 'wrong', outcome: 'found', boxes: [BOX] },
    ]);
  });

  it('believes what was called right although another answer was wrong, once however many agree', async () => {
    await keeping().add(judged('u1', false, 'the dog', [OTHER]), bytes);
    await keeping().add(judged('u1', true, 'the dog'), bytes);
    await keeping().add(judged('u2', true, ' the  dog'), bytes);
    const { counts, annotations } = await exported();
    expect(counts).toMatchObject({ annotations: 1, toAnnotate: 0 });
    expect((await readAnnotations(annotations)).map((row) => referenceBox(row))).toEqual([BOX]);
  });

  it('counts the pictures that were not kept', async () => {
    await createFeedback(store).add(judged('u1', true, 'the dog'), bytes);
    const { counts, annotations } = await exported();
    expect(counts).toEqual({ annotations: 1, toAnnotate: 0, pictures: 0, missing: 1 });
    expect((await readAnnotations(annotations))[0]!.file_name).toBe(sha256);
  });

  it('says where it cannot be written', async () => {
    const out = join(folder, `${run}.db`);
    await expect(exportFeedback([], { out, pictures: pictures() })).rejects.toMatchObject({
      code: 'cannot-write',
    });
  });
});
