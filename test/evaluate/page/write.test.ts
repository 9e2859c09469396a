import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReportOptions, writeReport } from '../../../src/evaluate/page/page.ts';
import type { Annotation, Prediction } from '../../../src/evaluate/prediction.ts';
import { provenanceOf } from '../../../src/evaluate/provenance.ts';
import type { ScoreOptions } from '../../../src/evaluate/score/sections.ts';
import { answer, failed, negative, positive, scored, WRONG } from '../score/made.ts';
import { elementsOf, ofClass } from './markup.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spotter-page-'));
  for (const name of ['p0', 'p1', 'p2']) {
    await sharp({ create: { width: 200, height: 150, channels: 3, background: '#406080' } })
      .jpeg()
      .toFile(join(folder, `${name}.jpg`));
  }
});
afterAll(() => rm(folder, { recursive: true }));

const ANNOTATIONS = [
  positive('p0'),
  positive('p1', { level: 2 }),
  positive('p2', { level: 3 }),
  negative('n0', 'p0', { file_name: 'p0.jpg' }),
  negative('n1', 'p1', { file_name: 'p1.jpg' }),
  negative('n2', 'p2', { file_name: 'p2.jpg' }),
];
const PREDICTIONS = [
  answer('p0', { presence: 0.9 }),
  answer('p1', { boxes: [WRONG], presence: 0.8, outcome: 'undecided' }),
  answer('n0', { boxes: [], outcome: 'not-present', presence: 0.1 }),
  answer('n1', { boxes: [WRONG], presence: 0.7 }),
  failed('n2'),
];

async function report(
  annotations: readonly Annotation[],
  predictions: readonly Prediction[] | string,
  { name, ...options }: Partial<ReportOptions> & ScoreOptions = {},
) {
  const out = join(folder, 'page.html');
  const scores = await scored(annotations, predictions, name === undefined ? {} : { name });
  const written = await writeReport({ scores, images: folder, out, ...options });
  const page = await readFile(out, 'utf8');
  return { written, page, elements: elementsOf(page) };
}

type Elements = ReturnType<typeof elementsOf>;
const textOf = (elements: Elements, id: string) =>
  elements.find(({ attributes }) => attributes.id === id)?.text;
const factOf = (elements: Elements, name: string) =>
  elements[elements.findIndex((e) => e.name === 'dt' && e.text === name) + 1]?.text;

/** Nothing in it may load or run. */
function expectSelfContained({ elements }: { elements: Elements }) {
  const names = new Set(elements.map(({ name }) => name));
  for (const name of ['script', 'link', 'iframe', 'object', 'embed', 'form', 'base'])
    expect(names).not.toContain(name);
  for (const { attributes } of elements) {
    expect(Object.keys(attributes).filter((key) => key.startsWith('on') || key === 'style')).toEqual([]);
    if (attributes.src !== undefined)
      expect(attributes.src).toMatch(/^data:image\/jpeg;base64,[A-Za-z0-9+/]+=*$/);
    if (attributes.href !== undefined) expect(attributes.href).toMatch(/^#/);
  }
  const style = elements.find(({ name }) => name === 'style')!.text;
  expect(style).not.toMatch(/url\(|@import|</);
  const [policy] = elements.filter(
    ({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy',
  );
  expect(policy!.attributes.content).toMatch(
    /^default-src 'none'; img-src data:; style-src 'unsafe-inline';/,
  );
  const ids = elements.flatMap(({ attributes }) => (attributes.id === undefined ? [] : [attributes.id]));
  expect(ids).toEqual([...new Set(ids)]);
  const links = elements.flatMap(({ attributes }) =>
    attributes.href === undefined ? [] : [attributes.href.slice(1)],
  );
  expect(ids).toEqual(expect.arrayContaining(links));
}

describe('a report', () => {
  it('says what was run, on how much, and what is missing', async () => {
    const { elements } = await report(ANNOTATIONS, PREDICTIONS, {
      name: 'auto, starter',
      title: 'Monday',
      notes: ['3 rows were skipped'],
    });
    expect(elements.find(({ name }) => name === 'h1')!.text).toBe('Monday');
    expect(ofClass(elements, 'run')[0]!.text).toBe('auto, starter');
    expect(factOf(elements, 'annotations')).toBe('6: 3 positives, 3 negatives');
    expect(factOf(elements, 'images')).toBe('3');
    expect(factOf(elements, 'answered')).toBe('4/6');
    expect(factOf(elements, 'predictions missing')).toBe('1 of 6, counted as misses');
    expect(factOf(elements, 'bad lines')).toBe('0');
    const [remarks] = ofClass(elements, 'remarks');
    expect(remarks!.text).toContain(
      '1 predictions missing (1 positives, 0 negatives), counted as misses: p2',
    );
    expect(remarks!.text).toContain('3 rows were skipped');
    expect(ofClass(elements, 'warning')).toEqual([]);
  });

  it('says where it comes from, and the command that makes it again, where that is known', async () => {
    const file = join(folder, 'answers.jsonl');
    await writeFile(file, PREDICTIONS.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const provenance = await provenanceOf({
      annotations: [file],
      predictions: [{ file, identity: { strategy: 'crs', 'language model': 'qwen', prompts: 'abc' } }],
      settings: { seed: 7, threshold: 'the best on these answers' },
      command: ['eval', 'score', "it's set.json", 'answers.jsonl', '--seed', '7'],
      date: new Date('2026-01-02T03:04:05Z'),
    });
    const { elements } = await report(ANNOTATIONS, PREDICTIONS, { provenance });
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    expect(factOf(elements, 'predictions')).toBe(`${file}, sha256 ${sha256}`);
    expect(factOf(elements, 'language model')).toBe('qwen');
    expect(factOf(elements, 'prompts, sha256 begins')).toBe('abc');
    expect(factOf(elements, 'settings')).toBe('seed 7, threshold the best on these answers');
    expect(factOf(elements, 'date')).toBe('2026-01-02T03:04:05.000Z');
    expect(ofClass(elements, 'command')[0]!.text).toBe(
      "spotter eval score 'it'\\''s set.json' answers.jsonl --seed 7",
    );
    expect((await report(ANNOTATIONS, PREDICTIONS)).elements.map((e) => e.attributes.id)).not.toContain(
      'provenance',
    );
  });

  it('sums up, with intervals and counts', async () => {
    const { elements } = await report(ANNOTATIONS, PREDICTIONS);
    expect(factOf(elements, 'Precision@1')).toMatch(
      /^\.333 \[\.\d{3}, [\d.]+\] 1\/3positives whose first box is right$/,
    );
    expect(factOf(elements, 'Rejection')).toContain('1/3');
    expect(factOf(elements, 'False rejection')).toContain('0/3');
    expect(factOf(elements, 'AUROC of presence')).toContain('2/3');
    expect(factOf(elements, 'Share asked')).toContain('0/4');
  });

  it('has every figure in a table, and plots beside them', async () => {
    const { elements } = await report(ANNOTATIONS, PREDICTIONS);
    const scores = await scored(ANNOTATIONS, PREDICTIONS);
    for (const { id, figures } of scores.sections.filter((section) => section.figures.length > 0)) {
      const section = elements.find((e) => e.name === 'section' && e.attributes.id === id)!;
      const cells = elements.filter((e) => e.name === 'td' && e.parents.includes(section));
      for (const { count } of figures) {
        expect(
          cells.some(({ text }) => text.endsWith(`${count.part}/${count.of}`)),
          `${id}: ${count.part}/${count.of}`,
        ).toBe(true);
      }
    }
    const plots = ofClass(elements, 'plot').map(
      ({ attributes }) => attributes['aria-labelledby']!.split(' ')[0],
    );
    expect(plots).toEqual([
      'plot-precision-title',
      'plot-recall-title',
      ...scores.curves.roc.map((_, i) => `plot-roc-${i}-title`),
      'plot-rejection-title',
      'plot-outcomes-title',
      ...scores.curves.reliability.map((_, i) => `plot-calibration-${i}-title`),
      'plot-latency-title',
    ]);
    expect(textOf(elements, 'presence')).toContain('AUROC 1.000 2/3 pairs');
    expect(textOf(elements, 'calibration')).toContain('expected calibration error');
  });

  it('says with every title that a language model was simulated, where one was', async () => {
    const { elements } = await report(ANNOTATIONS, PREDICTIONS, {
      name: 'crs, SIMULATED language model "oracle"',
    });
    expect(ofClass(elements, 'warning')[0]!.text).toContain('The language model was SIMULATED.');
    const titles = elements.filter(({ name }) => ['h2', 'caption'].includes(name));
    const plots = elements.filter(
      (e) => e.name === 'title' && (e.attributes.id !== undefined || e.parents.at(-1)?.name === 'head'),
    );
    expect(titles.length + plots.length).toBeGreaterThan(30);
    for (const { text } of [...titles, ...plots]) expect(text).toContain('language model SIMULATED');
  });

  it('shows wrong answers by group, with pictures, and what was wrong', async () => {
    const { elements, written } = await report(ANNOTATIONS, PREDICTIONS);
    expect(written.failures).toEqual({ all: 4, shown: 4 });
    expect(elements.filter(({ name }) => name === 'summary').map(({ text }) => text)).toEqual([
      'positives, level 2: 1 of 1 shown',
      'negatives, flip 1 text: 1 of 1 shown',
      'without an answer: error: 1 of 1 shown',
      'without an answer: missing: 1 of 1 shown',
    ]);
    const items = ofClass(elements, 'item');
    expect(items.map(({ attributes }) => attributes.class)).toEqual(
      ['undecided', 'found', 'error', 'missing'].map((outcome) => `item is-${outcome}`),
    );
    expect(items[0]!.text).toContain('the dog p1');
    expect(items[0]!.text).toContain('No box of the answer is right.');
    expect(items[1]!.text).toContain('it should not be found');
    expect(items[2]!.text).toContain('timed-out: The question took too long.');
    const pictures = elements.filter(({ name }) => name === 'img');
    expect(pictures).toHaveLength(4);
    expect(pictures[0]!.attributes.alt).toBe('p1.jpg: reference at 10 10 30 30, box 1 at 100 100 120 120');
    const jpeg = Buffer.from(pictures[0]!.attributes.src!.split(',')[1]!, 'base64');
    const { format, width } = await sharp(jpeg).metadata();
    expect([format, String(width)]).toEqual(['jpeg', pictures[0]!.attributes.width]);
  });

  it('lets outcomes be filtered by the style sheet alone', async () => {
    const { elements } = await report(ANNOTATIONS, PREDICTIONS);
    const choices = elements
      .filter(({ name }) => name === 'input')
      .map(({ attributes }) => attributes.value!);
    expect(choices).toEqual(['all', 'error', 'found', 'missing', 'undecided']);
    const style = elements.find(({ name }) => name === 'style')!.text;
    for (const outcome of choices.slice(1)) {
      expect(style).toContain(`#failures:has(input[value="${outcome}"]:checked) .item:not(.is-${outcome})`);
    }
  });

  it('shows no more than it is told to, and says how many there are', async () => {
    const { elements, written } = await report(ANNOTATIONS, PREDICTIONS, { most: 2 });
    expect(written.failures).toEqual({ all: 4, shown: 2 });
    expect(textOf(elements, 'failures')).toContain('2 of 4 are shown');
    expect(ofClass(elements, 'item')).toHaveLength(2);
  });

  it('needs nothing but itself', async () => {
    expectSelfContained(await report(ANNOTATIONS, PREDICTIONS));
  });

  it('tells pictures that cannot be read', async () => {
    const { elements, written } = await report([positive('gone'), positive('p0')], []);
    expect(written.unreadable).toEqual([{ file: 'gone.jpg', reason: expect.stringContaining('gone.jpg') }]);
    expect(textOf(elements, 'failures')).toContain('1 pictures could not be shown');
    expect(ofClass(elements, 'no-picture')).toHaveLength(1);
    expect(elements.filter(({ name }) => name === 'img')).toHaveLength(1);
  });

  it('of nothing says so', async () => {
    const result = await report([], []);
    expectSelfContained(result);
    expect(factOf(result.elements, 'Precision@1')).toContain('nothing to count');
    expect(textOf(result.elements, 'failures')).toContain('0 of 0 are shown');
    expect(ofClass(result.elements, 'plot')).toEqual([]);
  });

  it('of hostile words is a page of these words', async () => {
    const evil = `"><script>alert(1)</script></style></svg><img src=x onerror=alert(1)>'\u202e`;
    const annotations = [
      positive(`p${evil}`, { expression: evil, file_name: `${evil}.jpg`, tags: [evil] }),
      negative(`n${evil}`, `p${evil}`, { expression: evil, file_name: 'p0.jpg', negative_type: evil }),
    ];
    const error = { code: evil, message: evil };
    const predictions = [{ ...failed(`p${evil}`), error }, answer(`n${evil}`), answer(`other${evil}`)];
    const result = await report(annotations, predictions, {
      name: `SIMULATED ${evil}`,
      title: evil,
      notes: [evil],
    });
    expectSelfContained(result);
    expect(result.elements.filter(({ name }) => name === 'img')).toHaveLength(1);
    expect(ofClass(result.elements, 'expression').map(({ text }) => text)).toEqual([evil, evil]);
    expect(result.elements.find(({ name }) => name === 'h1')!.text).toBe(evil);
    expect(result.page).not.toMatch(/<script|<img src=x/);
  });

  it('of many groups and long words stays small', async () => {
    const long = 'x'.repeat(20_000);
    const annotations = Array.from({ length: 600 }, (_, i) =>
      negative(`${i}`, 'p0', { negative_type: `type${i}`, expression: long, file_name: 'gone.jpg' }),
    );
    const predictions = [answer('p0'), ...annotations.map(({ id }) => answer(id))];
    const { written, elements } = await report([positive('p0'), ...annotations], predictions, { most: 1e9 });
    expect(written.failures).toEqual({ all: 600, shown: 500 });
    expect(written.bytes).toBeLessThan(8e6);
    expect(textOf(elements, 'rejection')).toContain('401 more rows are left out here.');
    expect(textOf(elements, 'presence')).toMatch(/more groups are in the table only/);
  });
});

describe('writeReport', () => {
  it('says so where it cannot write', async () => {
    const scores = await scored([], []);
    const out = join(folder, 'no', 'such', 'page.html');
    await expect(writeReport({ scores, images: folder, out })).rejects.toMatchObject({
      code: 'cannot-write',
    });
  });

  it('writes nothing when it is given up', async () => {
    const scores = await scored(ANNOTATIONS, PREDICTIONS);
    const out = join(folder, 'given-up.html');
    const signal = AbortSignal.abort();
    await expect(writeReport({ scores, images: folder, out, signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await readdir(folder)).not.toContain('given-up.html');
  });
});
