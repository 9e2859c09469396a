import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Annotation } from '../../../src/evaluate/prediction.ts';
import { FORMATS } from '../../../src/evaluate/read/read.ts';
import { answer, countOf, scored, WRONG, type Xyxy } from '../score/made.ts';
import { fixture, reading, scratch } from './reading.ts';

const write = scratch();

/** Every fixture: its format, the ids that are read, and why the others are not. */
const SETS = [
  ['spotter.json', 'spotter', ['p1', 'n1', 'n2'], {}],
  ['feedback.jsonl', 'lines', ['c1-a', 'c1-b', 'c3-a'], { 'not-json': 1 }],
  ['finecops.json', 'finecops', ['104', '105', '106'], { 'no-box': 3 }],
  [
    'finecops-coco.json',
    'coco',
    ['101', '102', '104', '105'],
    { 'second-box': 1, 'no-picture': 1, 'no-box': 1, 'box-empty': 1, 'box-outside': 1, 'no-annotation': 1 },
  ],
  ['refcoco-coco.json', 'coco', ['0', '1'], {}],
  ['shared-images-coco.json', 'coco', ['11', '12'], { 'no-expression': 1 }],
  ['refcoco/refs.json', 'refcoco-refs', ['0', '1', '2'], { 'no-picture': 1, 'not-a-row': 1 }],
  ['refcoco/refs-protocol-0.p', 'refcoco-refs', ['0', '1', '2'], { 'no-picture': 1, 'not-a-row': 1 }],
  ['refcoco/refs-protocol-2.p', 'refcoco-refs', ['0', '1', '2'], { 'no-picture': 1, 'not-a-row': 1 }],
  ['refcoco/refs-protocol-5.p', 'refcoco-refs', ['0', '1', '2'], { 'no-picture': 1, 'not-a-row': 1 }],
  ['lmms-lab.parquet', 'parquet', ['469306-1', '469306-2', '82338-1'], {}],
  ['jxu124.parquet', 'parquet', ['0', '1', '2'], {}],
  ['ref-adv.json', 'ref-adv', ['a1'], { 'bad-candidates': 2, 'no-expression': 1, 'no-box': 1 }],
  ['ref-adv-coco.json', 'coco', ['1'], {}],
  ['ref-reasoning.json', 'ref-reasoning', ['n161313_1', '2'], { 'box-not-numbers': 1 }],
] as const;

const byId = async (name: string, options = {}) => {
  const { annotations } = await reading(fixture(name), options);
  return Object.fromEntries(annotations.map((annotation) => [annotation.id, annotation]));
};

describe.each(SETS)('%s', (name, format, ids, skipped) => {
  it(`is told to be ${format} by its content, and read`, async () => {
    const { annotations, report, thrown } = await reading(fixture(name));
    expect(thrown).toBeUndefined();
    expect(report.format).toBe(format);
    expect(annotations.map(({ id }) => id)).toEqual(ids);
    expect(report.kept).toBe(ids.length);
    expect(report.skipped).toEqual(skipped);
  });

  it('becomes annotations as they are defined', async () => {
    const { annotations } = await reading(fixture(name));
    for (const annotation of annotations) expect(Annotation.parse(annotation)).toEqual(annotation);
  });
});

it('every format has a fixture', () => {
  expect(new Set(SETS.map(([, format]) => format))).toEqual(new Set(Object.keys(FORMATS)));
});

describe('the own form', () => {
  it('keeps boxes as floats, levels, and what else a row says; takes the key where there is no id', async () => {
    const { p1, n1, n2 } = await byId('spotter.json');
    expect(p1).toMatchObject({ bbox: [10.25, 20.5, 300.125, 200.75], level: 3, box_source: 'by hand' });
    expect(n1).toMatchObject({ bbox: null, positive_id: 'p1', negative_level: 1, negative_cate: 'text' });
    expect(n2).toEqual({
      ...{ id: 'n2', image_id: 7, file_name: 'dogs.jpg', expression: 'a bicycle', bbox: null, level: 1 },
      tags: [],
    });
  });

  it('may be lines: a torn one is left out by its number, those after it count', async () => {
    const { annotations, skipped } = await reading(fixture('feedback.jsonl'));
    expect(annotations[0]).toMatchObject({ answered: 'found', bbox: [5.5, 6, 70, 80.25] });
    expect(skipped).toEqual([{ row: 4, reason: 'not-json' }]);
  });
});

describe('FineCops-Ref as it comes', () => {
  it('has no boxes by itself: positives are left out, negatives read', async () => {
    const { skipped } = await reading(fixture('finecops.json'));
    expect(skipped).toEqual(['101', '102', '103'].map((id, i) => ({ row: i + 1, id, reason: 'no-box' })));
  });

  it('takes boxes and sizes from scene graphs, of the first object', async () => {
    const options = { sceneGraphs: fixture('scene-graphs.json') };
    const sets = await byId('finecops.json', options);
    expect(sets['101']).toMatchObject({ bbox: [10, 20, 50, 60], width: 500, height: 333, level: 1 });
    expect(sets['102']).toMatchObject({ bbox: [490, 300, 10, 33], level: 3 });
    const { skipped, report } = await reading(fixture('finecops.json'), options);
    expect(skipped).toEqual([{ row: 3, id: '103', reason: 'no-box' }]);
    expect(report.clamped).toBe(1);
  });

  it('takes boxes from the COCO file of the same expressions, by id', async () => {
    const sets = await byId('finecops.json', { coco: fixture('finecops-coco.json') });
    expect(sets['101']).toMatchObject({ bbox: [10.5, 20.25, 50.125, 60.75], file_name: '2370799.jpg' });
    expect(sets['104']).toMatchObject({ bbox: null, width: 500, height: 333 });
    expect(sets['105']).toMatchObject({ bbox: null, file_name: 'neg_3.jpg', negative_level: 2 });
  });

  it('knows a negative by its type alone, and names photos by their id', async () => {
    const { 105: image, 106: order } = await byId('finecops.json');
    expect(order).not.toHaveProperty('positive_id');
    expect(order).toMatchObject({ bbox: null, negative_type: 'order', file_name: '2370799.jpg' });
    expect(image).toMatchObject({ positive_id: '101', negative_level: 2, negative_cate: 'image' });
  });
});

describe('the shape of COCO', () => {
  it('gives a negative no box, though it carries its positive’s', async () => {
    const { 101: positive, 104: negative } = await byId('finecops-coco.json');
    expect(positive).toMatchObject({ bbox: [10.5, 20.25, 50.125, 60.75], level: 1 });
    expect(negative).toMatchObject({ bbox: null, positive_id: '101', negative_type: 'attribute' });
  });

  it('keeps level 3 as 3', async () => {
    expect((await byId('finecops-coco.json'))['102']).toMatchObject({ level: 3 });
  });

  it('names every row that it leaves out', async () => {
    const { skipped } = await reading(fixture('finecops-coco.json'));
    expect(skipped.map(({ row, id, reason }) => [row, id, reason])).toEqual([
      [5, '102', 'second-box'],
      [6, '6', 'no-picture'],
      [7, '106', 'no-box'],
      [8, '107', 'box-empty'],
      [9, '108', 'box-outside'],
      [10, '109', 'no-annotation'],
    ]);
  });

  it('does not mind which list comes first, nor the order in it', async () => {
    const write = scratch();
    const image = (id: number) => ({ id, file_name: 'a.jpg', width: 99, height: 99, caption: `thing ${id}` });
    const box = (id: number) => ({ id: 100 + id, image_id: id, bbox: [id, 1, 5.5, 5] });
    const ids = [1, 2, 3, 4, 5];
    const lists = { images: ids.map(image), annotations: ids.map(box) };
    const back = { annotations: ids.toReversed().map(box), categories: [], images: ids.map(image) };
    const straight = (await reading(write(lists))).annotations;
    const reversed = (await reading(write(back))).annotations;
    expect(straight.map(({ expression }) => expression)).toEqual(ids.map((id) => `thing ${id}`));
    expect(reversed.toReversed()).toEqual(straight);
  });

  it('cuts a box that reaches a little over the edge, and counts it', async () => {
    const { annotations, report } = await reading(fixture('refcoco-coco.json'));
    expect(annotations[0]!.bbox).toEqual([51, 106.5, 180.25, 480]);
    expect(annotations[1]!.bbox).toEqual([220, 120, 207, 519.99]);
    expect(report.clamped).toBe(1);
  });

  it('has one photo for the expressions of one photo', async () => {
    const { annotations } = await reading(fixture('refcoco-coco.json'));
    expect(new Set(annotations.map(({ image_id }) => image_id)).size).toBe(1);
  });

  it('takes the expression from the annotation where images are shared', async () => {
    const { annotations } = await reading(fixture('shared-images-coco.json'));
    expect(annotations.map(({ expression }) => expression)).toEqual(['the tea pot', 'the milk jug']);
  });
});

describe('RefCOCO as it comes', () => {
  it('is a sentence an annotation, with the box and the photo of the instances', async () => {
    const { annotations } = await reading(fixture('refcoco/refs.json'));
    expect(annotations[1]).toEqual({
      id: '1',
      image_id: 581857,
      file_name: 'COCO_train2014_000000581857.jpg',
      expression: 'woman back',
      bbox: [170.2, 10.75, 80.5, 300.25],
      level: 1,
      tags: [],
      width: 640,
      height: 427,
    });
  });

  it('may be read by split', async () => {
    const { annotations, skipped } = await reading(fixture('refcoco/refs.json'), { split: 'testA' });
    expect(annotations.map(({ id }) => id)).toEqual(['2']);
    expect(skipped.map(({ row }) => row)).toEqual([3, 4]);
  });

  it('has two tests where people and other things are apart: "test" means both', async () => {
    const refs = JSON.parse(readFileSync(fixture('refcoco/refs.json'), 'utf8')) as { split: string }[];
    refs[0]!.split = 'testB';
    const file = write(refs);
    const instances = fixture('refcoco/instances.json');
    const ids = async (split: string) =>
      (await reading(file, { split, instances })).annotations.map(({ id }) => id);
    expect([await ids('test'), await ids('testA'), await ids('testB')]).toEqual([
      ['0', '1', '2'],
      ['2'],
      ['0', '1'],
    ]);
  });

  it.each([
    ['refcoco/refs.json', 'It has testA, train.'],
    ['refcoco/refs-protocol-2.p', 'It has testA, train.'],
    ['jxu124.parquet', 'It has testA, val.'],
    ['lmms-lab.parquet', 'Leave out --split.'],
    ['finecops-coco.json', 'Leave out --split.'],
  ])('has no split of another name: %s', async (name, hint) => {
    const { thrown } = await reading(fixture(name), { split: 'minival' });
    expect(thrown).toMatchObject({ code: 'bad-usage', hint });
  });

  it('is the same as JSON, as a pickle and as Parquet', async () => {
    const json = (await reading(fixture('refcoco/refs.json'))).annotations;
    for (const name of ['refs-protocol-0.p', 'refs-protocol-2.p', 'refs-protocol-5.p'])
      expect((await reading(fixture(`refcoco/${name}`))).annotations).toEqual(json);
    const { annotations } = await reading(fixture('jxu124.parquet'), { split: 'validation' });
    expect(annotations[0]).toMatchObject({
      ...{ id: '0', image_id: 581857, file_name: 'COCO_train2014_000000581857.jpg', width: 640, height: 427 },
      ...{ expression: 'the lady', bbox: [103.9, 299.9, 30.3, 100.5] },
    });
    expect(annotations).toHaveLength(2);
  });

  it('of lmms-lab has a row an object, with its expressions, and names the photo with the ref behind', async () => {
    const { annotations } = await reading(fixture('lmms-lab.parquet'));
    expect(annotations[1]).toMatchObject({
      ...{ file_name: 'COCO_train2014_000000581857.jpg', expression: 'woman left' },
      bbox: [103.9, 299.9, 30.3, 133.5],
    });
  });

  it('as Parquet of other columns is refused, with what its columns are and how to convert it', async () => {
    expect((await reading(fixture('other.parquet'))).thrown).toMatchObject({
      code: 'bad-usage',
      message: expect.stringContaining('its columns are problem, answer_text'),
      hint: expect.stringContaining('pandas.read_parquet'),
    });
  });

  it('says what is missing without instances', async () => {
    const file = write([{ ann_id: 1, sentences: [] }]);
    expect((await reading(file)).thrown).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no instances.json beside it'),
    });
    const instances = fixture('refcoco/instances.json');
    expect((await reading(file, { instances })).thrown).toBeUndefined();
  });
});

describe('gRefCOCO as it comes', () => {
  it('has expressions that mean several things, and some that mean none', async () => {
    const sentences = (id: number) => [{ sent_id: id, sent: `what ${id} says` }];
    const about = { image_id: 581857, split: 'testA' };
    const file = write([
      { ...about, ann_id: [1719310, 1719311], sentences: sentences(1) },
      { ...about, ann_id: [-1], no_target: true, sentences: sentences(2) },
      { ...about, ann_id: [1719311], sentences: sentences(3) },
      { ...about, ann_id: [1719311, 99], sentences: sentences(4) },
    ]);
    const { annotations, skipped } = await reading(file, { instances: fixture('refcoco/instances.json') });
    const [several, none, one] = annotations;
    const other = one!.bbox!;
    expect(several).toMatchObject({ bbox: [170.2, 10.75, 80.5, 300.25], more_targets: [other] });
    expect(none).toMatchObject({ bbox: null });
    expect(one).not.toHaveProperty('more_targets');
    expect(skipped).toMatchObject([{ row: 4, id: '4', reason: 'box-not-numbers' }]);

    const box = [other[0], other[1], other[0] + other[2], other[1] + other[3]] as Xyxy;
    const scores = await scored(annotations, [
      answer('1', { boxes: [box] }),
      answer('3', { boxes: [WRONG] }),
    ]);
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('1/2');
  });
});

it('boxes in shares of the picture are noticed, and told', async () => {
  const row = { id: 'a', file_name: 'a.jpg', expression: 'the dog', bbox: [0.1, 0.25, 0.5, 0.5] };
  const { annotations, skipped } = await reading(write([row]));
  expect([annotations, skipped]).toEqual([
    [],
    [{ row: 1, id: 'a', reason: 'box-in-shares', detail: '0.1, 0.25, 0.5, 0.5' }],
  ]);
});

describe('Ref-Adv', () => {
  it.each(['ref-adv.json', 'ref-adv-coco.json'])(
    'has its candidates as boxes from corner to corner: %s',
    async (name) => {
      const { annotations } = await reading(fixture(name));
      expect(annotations[0]).toMatchObject({
        expression: 'a saucer next to a red cup',
        bbox: [10, 20.5, 30.25, 40],
        candidates: [
          { id: '1', box: [10, 20.5, 40.25, 60.5] },
          { id: '2', box: [100, 20.5, 130.25, 60.5] },
        ],
      });
    },
  );
});
