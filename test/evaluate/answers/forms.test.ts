import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AnswerOptions, BadLine, Note } from '../../../src/evaluate/answers/forms.ts';
import { isBad, readPredictions } from '../../../src/evaluate/answers/read.ts';
import type { Prediction } from '../../../src/evaluate/prediction.ts';
import { scratch } from '../read/reading.ts';
import { countOf, figured, negative, positive, RIGHT, scored, WRONG } from '../score/made.ts';

const write = scratch();
const lines = (...rows: readonly object[]) =>
  write(rows.map((row) => JSON.stringify(row)).join('\n'), 'a.jsonl');
const NPY = fileURLToPath(new URL('mmdetection.npy', import.meta.url));

async function reading(file: string, options: AnswerOptions = {}) {
  const [good, bad, notes]: [Prediction[], BadLine[], Note[]] = [[], [], []];
  for await (const read of readPredictions(file, { ...options, onNote: (note) => notes.push(note) }))
    if (isBad(read)) bad.push(read);
    else good.push(read);
  return { good, bad, notes };
}

describe('answers in lines', () => {
  it('may have ids as numbers, and nothing but boxes and scores', async () => {
    const { good, notes } = await reading(
      lines({ id: 7, boxes: [RIGHT], scores: [0.5] }, { id: '8', boxes: [], scores: [] }),
    );
    expect(good).toMatchObject([
      { id: '7', outcome: 'found' },
      { id: '8', outcome: 'not-present' },
    ]);
    expect(good[0]).not.toHaveProperty('presence');
    expect(notes).toEqual(['outcome', 'outcome']);
  });

  it('are sorted where their scores are not, the last of equal ones first, and that is said', async () => {
    const boxes = [WRONG, RIGHT, [1, 2, 3, 4]];
    const { good, notes } = await reading(
      lines(
        { id: 1, boxes, scores: [0.1, 0.7, 0.7], outcome: 'found' },
        { id: 2, boxes, scores: [30, 20, 20] },
      ),
    );
    expect(good[0]).toMatchObject({ boxes: [[1, 2, 3, 4], RIGHT, WRONG], scores: [0.7, 0.7, 0.1] });
    expect(good[1]).toMatchObject({ boxes, scores: [30, 20, 20] });
    expect(notes).toEqual(['unsorted', 'outcome']);
  });

  it('that Spotter wrote stay in its order', async () => {
    const boxes = [WRONG, RIGHT];
    const file = lines({ id: '1', boxes, scores: [0.1, 0.7], outcome: 'found', strategy: 'auto' });
    expect((await reading(file)).good[0]).toMatchObject({ boxes });
  });

  it('in shares of the picture are noticed, a placeholder of zeros is not', async () => {
    const file = lines(
      { id: 1, boxes: [[0.1, 0.2, 0.5, 0.6]], scores: [1] },
      { id: 2, boxes: [[0, 0, 0, 0]], scores: [0] },
    );
    expect((await reading(file)).notes.filter((note) => note === 'shares')).toHaveLength(1);
  });
});

describe('answers that are not as they should be', () => {
  const reasons = async (text: string) =>
    (await reading(write(text, 'bad.jsonl'))).bad.map(({ reason }) => reason);

  it('have their reason: numbers that are none, ids that are not told apart', async () => {
    const told = await reasons(
      [
        '{"id": 1, "boxes": [[NaN, 1, 2, 3]], "scores": [1]}',
        '{"id": 1, "boxes": [[0, 1, 2, 3]], "scores": [-Infinity]}',
        '{"id": 1, "boxes": [[0, 1, 2, 3]], "scores": [1e999]}',
        '{"id": 9007199254740993, "boxes": [], "scores": []}',
        '{"boxes": [], "scores": []}',
        '{"id": "1", "note": "NaN", "boxes": [',
      ].join('\n'),
    );
    const noId = 'no id, or a number beyond 2^53, which must be text';
    expect(told).toEqual([
      ...Array(2).fill('NaN or Infinity, which JSON does not have'),
      expect.stringMatching(/^scores\.0: /),
      ...[noId, noId, 'not JSON, or cut off'],
    ]);
  });

  it('may have corners in another order, as of x, y, width, height: that is noticed', async () => {
    const file = lines(
      { id: 1, boxes: [[200, 10, 50, 60]], scores: [1], outcome: 'found' },
      { id: 2, boxes: [[0, 0, 0, 0]], scores: [0], outcome: 'found' },
    );
    expect((await reading(file)).notes).toEqual(['corners']);
  });

  it.each([
    ['text in UTF-16', Buffer.from('\ufeff{"id": 1}', 'utf16le')],
    ['compressed', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['a zip archive', Buffer.from('PK\x03\x04')],
    ['a Python pickle', Buffer.from([0x80, 4, 0x5d, 0x2e])],
    ['a Parquet file', Buffer.from('PAR1')],
  ])('are refused as %s', async (what, bytes) => {
    await expect(reading(write(bytes, 'foreign.jsonl'))).rejects.toMatchObject({
      code: 'bad-usage',
      message: expect.stringMatching(new RegExp(`foreign\\.jsonl is ${what}\\.$`)),
    });
  });
});

it('rows in the own keys may stand in a list', async () => {
  const rows = [
    { id: 1, boxes: [RIGHT], scores: [0.5], outcome: 'found' },
    { id: 2, boxes: [], scores: [], outcome: 'not-present' },
  ];
  const { good, bad } = await reading(write(rows, 'list.json'));
  expect(good.map(({ id }) => id)).toEqual(['1', '2']);
  expect(bad).toEqual([]);
});

describe("mmdetection's results", () => {
  it('that say more than they hold are told row by row', async () => {
    const bytes = readFileSync(NPY);
    // The shape of the first boxes: two rows of four.
    const at = bytes.indexOf(Buffer.from([0x4b, 2, 0x4b, 4, 0x86]));
    expect(at).toBeGreaterThan(0);
    bytes[at + 1] = 200;
    const { good, bad } = await reading(write(bytes, 'lying.npy'));
    expect(bad).toEqual([{ line: 1, reason: 'no bboxes and scores that can be read' }]);
    expect(good).toHaveLength(2);
  });

  it('are read as NumPy wrote them', async () => {
    const { good, bad } = await reading(NPY);
    expect(bad).toEqual([]);
    expect(good).toEqual([
      { id: '1', boxes: [RIGHT, WRONG], scores: [0.5, 0.25], outcome: 'found' },
      { id: '2', boxes: [], scores: [], outcome: 'not-present' },
      { id: '3', boxes: [RIGHT], scores: [0.125], outcome: 'found' },
    ]);
  });

  it('that name anything else are refused', async () => {
    const header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
    const head = Buffer.concat([
      Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
      Buffer.from([header.length, 0]),
      Buffer.from(header),
    ]);
    const file = write(Buffer.concat([head, Buffer.from("cposix\nsystem\n(S'touch /tmp/x'\ntR.")]), 'b.npy');
    await expect(reading(file)).rejects.toMatchObject({
      code: 'bad-usage',
      message: expect.stringContaining('posix.system'),
    });
  });
});

it("COCO's results are gathered by question, the best box first, in whatever order they come", async () => {
  const file = write(
    [
      { image_id: 2, category_id: 1, bbox: [10, 10, 20, 20], score: 0.3 },
      { image_id: 1, category_id: 1, bbox: [100, 100, 20, 20], score: 0.2 },
      { image_id: 1, category_id: 1, bbox: [10, 10, 20, 20], score: 0.9 },
      { image_id: 3, category_id: 1, bbox: [10, 10, 20], score: 0.9 },
    ],
    'results.json',
  );
  const { good, bad } = await reading(file);
  expect(good).toMatchObject([
    { id: '2', boxes: [RIGHT], scores: [0.3] },
    { id: '1', boxes: [RIGHT, WRONG], scores: [0.9, 0.2] },
  ]);
  expect(bad).toEqual([{ line: 4, reason: 'no image_id, bbox of four numbers, and score' }]);
});

describe('replies of a language model', () => {
  const sizeOf = () => ({ width: 200, height: 400 });

  it('have boxes in thousandths of the picture, in either way of writing', async () => {
    const { good } = await reading(
      lines(
        { image_id: 1, text: 'the dog [50,25,150,75]. a cat [[0,0,500,500]].', sum_log_prob: [-0.1, -0.2] },
        {
          image_id: 2,
          answer: ['<|box_start|>(50,25),(150,75)<|box_end|>'],
          scores_prob_average: [0.5],
          cost_time: 0.5,
        },
        { image_id: 3, text: 'There is no dog.' },
      ),
      { sizeOf },
    );
    expect(good).toMatchObject([
      { id: '1', boxes: [RIGHT, [0, 0, 100, 200]], scores: [-0.1, -0.2], outcome: 'found' },
      { id: '2', boxes: [RIGHT], scores: [0.5], timings_ms: { total: 500 } },
      { id: '3', boxes: [], outcome: 'not-present' },
    ]);
  });

  it('that cannot be placed are told, and never guessed', async () => {
    const rows = [
      { image_id: 1, text: '[50,25,150,75]' },
      { image_id: 2, text: '[50,25,1500,75]', width: 200, height: 400 },
      { image_id: 3, text: '```json\n[{"bbox_2d": [1, 2, 3, 4]}]```', width: 200, height: 400 },
      { text: 'x' },
    ];
    const { good, bad } = await reading(lines(...rows));
    expect(good).toEqual([]);
    expect(bad.map(({ reason }) => reason.split(/[:,]/)[0])).toEqual([
      'boxes in thousandths',
      'a box beyond 0..1000',
      '"bbox_2d" is in pixels for one model and in thousandths for another',
      'no id',
    ]);
  });

  it('may be a letter with what the letters stand for', async () => {
    const gt = { A: RIGHT, B: WRONG, C: 'None' };
    const { good, bad } = await reading(
      lines(
        { image_id: 1, answer: ['A'], gt, answer_prob_norm: Math.log(0.5), none_prob_norm: Math.log(0.25) },
        { image_id: 2, answer: ['C.'], gt, answer_prob_norm: Math.log(0.75) },
        { image_id: 3, answer: ['F'], gt },
      ),
    );
    expect(good[0]).toMatchObject({ boxes: [RIGHT], outcome: 'found', route: 'mllm' });
    expect([good[0]!.scores[0], good[0]!.presence, good[1]!.presence]).toEqual(
      [0.5, 0.75, 0.25].map((n) => expect.closeTo(n)),
    );
    expect(good[1]).toMatchObject({ boxes: [], outcome: 'not-present' });
    expect(bad).toEqual([{ line: 3, reason: 'its answer is none of its letters' }]);
  });
});

describe('what answers do not say', () => {
  const set = [positive('1'), negative('2', '1'), positive('3')];

  it('presence is the highest score where no answer states one, and that is told', async () => {
    const scores = await scored(set, NPY);
    expect(scores.pairing).toMatchObject({ presenceFromScores: true, badLines: { count: 0 } });
    expect(figured(scores, 'AUROC', 'overall')).toBe(1);
    expect(countOf(scores, 'precision@1', 'all positives')).toBe('2/2');
  });

  it('scores beyond 1 are no probabilities: no calibration of them, and the order counts', async () => {
    const file = lines({ id: 1, boxes: [RIGHT], scores: [31] }, { id: 2, boxes: [WRONG], scores: [12] });
    const scores = await scored(set, file);
    expect(figured(scores, 'AUROC', 'overall')).toBe(1);
    expect(scores.curves.reliability).toEqual([]);
  });

  it('a time that nobody states is no time', async () => {
    const scores = await scored(set, lines({ id: 1, boxes: [RIGHT], scores: [0.5] }));
    expect(countOf(scores, 'latency p50', 'all routes')).toBeUndefined();
  });
});
