import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PredictionLine } from '../../src/evaluate/prediction.ts';
import { type Ended, ErrorSchema, oneLine, spotter, startSpotter } from './spotter.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const QUALITY = fileURLToPath(new URL('../../bin/quality.js', import.meta.url));
const UPPER = [257, 297, 193, 316] as const;
const LOWER = [390, 569, 207, 292] as const;
const entry = (id: string, expression: string, bbox: readonly number[] | null, more: object = {}) => ({
  ...{ id, image_id: 1, file_name: 'two-dogs.jpg', expression, bbox, level: 1, tags: ['category'] },
  ...more,
});
const LEVEL_2 = { level: 2, tags: ['category', 'position'] };
const ANNOTATIONS = [
  entry('upper', 'the upper dog', UPPER, LEVEL_2),
  entry('wrong', 'the upper dog', LOWER, LEVEL_2),
  entry('cat', 'the cat', null, { negative_type: 'object', negative_level: 1, positive_id: 'upper' }),
  entry('missing', 'the dog <on> a photo that is not there', UPPER, { file_name: 'missing.jpg' }),
];
const corner = ([x, y, w, h]: readonly [number, number, number, number]) => [x, y, x + w, y + h];
const BOXES = {
  'two-dogs.jpg': [
    { category: 'dog', score: 0.9, box: corner(UPPER) },
    { category: 'dog', score: 0.9, box: corner(LOWER) },
  ],
};

let folder: string;
const file = (name: string) => join(folder, name);
const writeSet = (name: string, annotations: readonly { readonly id: string }[]) =>
  writeFileSync(file(name), JSON.stringify(Object.fromEntries(annotations.map((a) => [a.id, a]))));
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-eval-'));
  writeSet('set.json', ANNOTATIONS);
  writeFileSync(file('boxes.json'), JSON.stringify(BOXES));
});
afterAll(() => rmSync(folder, { recursive: true }));

const evaluate = (...args: string[]) => spotter(['eval', ...args], { cwd: folder });
const run = (...args: string[]) => evaluate('run', 'set.json', '--images', EXAMPLES, ...args);
const predictions = (name: string) =>
  readFileSync(file(name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => PredictionLine.parse(JSON.parse(line)));
const well = ({ code, stdout, stderr }: Ended): string => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe('spotter eval run', () => {
  it('answers with the detector: one line an id, errors too, and scores them', async () => {
    const stdout = well(await run('--out', 'detected.jsonl', '--wrong'));
    const byId = new Map(predictions('detected.jsonl').map((p) => [p.id, p]));
    expect([...byId.keys()].toSorted()).toEqual(['cat', 'missing', 'upper', 'wrong']);
    expect(byId.get('upper')).toMatchObject({ outcome: 'found', route: 'reasoning', strategy: 'auto' });
    expect(byId.get('wrong')!.boxes).toEqual(byId.get('upper')!.boxes);
    expect(byId.get('cat')).toMatchObject({ outcome: 'not-present', boxes: [] });
    expect(byId.get('missing')).toMatchObject({ outcome: 'error', error: { code: 'not-found' } });
    expect(stdout).toMatch(/all positives +\.333 (\[.*\] )?1\/3/);
    expect(stdout).toContain('wrong two-dogs.jpg positive found: the upper dog');
    expect(stdout).toContain('missing missing.jpg error not-found');
    expect(stdout).toContain('auto, starter@default, no language model');
  });

  it('reasons about given boxes, and prints all as one object where that is wanted', async () => {
    const { scores } = JSON.parse(well(await run('--boxes', 'boxes.json', '--json')));
    const figures = scores.sections.flatMap((s: { figures: object[] }) => s.figures);
    expect(figures).toContainEqual(
      expect.objectContaining({ metric: 'precision@1', group: 'all positives', count: { part: 1, of: 3 } }),
    );
  });

  it('is taken up again after it was killed: nothing is lost, nothing twice', async () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      entry(`q${i}`, `the ${['upper', 'lower'][i % 2]} dog`, UPPER, { image_id: i }),
    );
    writeSet('many.json', many);
    const args = ['eval', 'run', 'many.json', '--images', EXAMPLES, '--out', 'killed.jsonl'];
    const { child, ended } = startSpotter(args, { cwd: folder });
    const lines = () => (existsSync(file('killed.jsonl')) ? readFileSync(file('killed.jsonl'), 'utf8') : '');
    while (lines().split('\n').length < 20 && child.exitCode === null) await sleep(5);
    process.kill(-child.pid!, 'SIGKILL');
    expect((await ended).code).toBe(null);
    const before = lines().split('\n').length - 1;
    expect(before).toBeLessThan(many.length);
    const { code, stderr } = await spotter(args, { cwd: folder });
    expect([code, stderr]).toEqual([0, `${before} of 400 were answered before.\n`]);
    const ids = predictions('killed.jsonl').map(({ id }) => id);
    expect(ids.toSorted()).toEqual(many.map(({ id }) => id).toSorted());
  });

  it('falls into parts that are merged to the whole', async () => {
    for (const part of ['1/2', '2/2'])
      well(await run('--boxes', 'boxes.json', '--shard', part, '--out', `part${part[0]}.jsonl`));
    expect(well(await evaluate('merge', 'part1.jsonl', 'part2.jsonl', '--out', 'merged.jsonl'))).toContain(
      '4 predictions of 2 files',
    );
    well(await run('--boxes', 'boxes.json', '--out', 'whole.jsonl'));
    const sorted = (name: string) =>
      predictions(name)
        .map(({ timings_ms: _, ...rest }) => rest)
        .toSorted((a, b) => a.id.localeCompare(b.id));
    expect(sorted('merged.jsonl')).toEqual(sorted('whole.jsonl'));
  });

  it('does not mix systems in one file', async () => {
    well(await run('--boxes', 'boxes.json', '--out', 'mixed.jsonl'));
    const { code, stderr } = await run(
      '--boxes',
      'boxes.json',
      '--out',
      'mixed.jsonl',
      '--strategy',
      'specialist',
    );
    expect(code).toBe(64);
    expect(stderr).toContain('strategy was auto and is specialist');
    expect(stderr).toContain('--fresh');
  });

  it.each([
    [['run', 'nothing.json'], 'not-found'],
    [['run', 'set.json', '--shard', '3/2'], 'bad-usage'],
    [['run', 'set.json', '--mllm', 'clairvoyant', '--strategy', 'crs'], 'bad-usage'],
    [['run', 'set.json', '--strategy', 'crs'], 'bad-config'],
    [['score', 'set.json', 'nothing.jsonl'], 'not-found'],
    [['merge', 'nothing.jsonl', '--out', 'x.jsonl'], 'not-found'],
    [['score', 'set.json'], 'bad-usage'],
    [[], 'bad-usage'],
  ])('%j is %s', async (args, code) => {
    const { stdout } = await evaluate(...args, '--json');
    expect(oneLine(ErrorSchema, stdout).error.code).toBe(code);
  });
});

describe('what was predicted', () => {
  beforeAll(async () => {
    well(await run('--boxes', 'boxes.json', '--out', 'auto.jsonl'));
    well(await run('--boxes', 'boxes.json', '--strategy', 'specialist', '--out', 'specialist.jsonl'));
  });

  it('is scored again, into tables, a table file and an object', async () => {
    const stdout = well(await evaluate('score', 'set.json', 'auto.jsonl', '--csv', 'scores.csv'));
    expect(stdout).toContain('auto, given-boxes, no language model');
    expect(stdout).toMatch(/all positives +\.333 (\[.*\] )?1\/3/);
    const [head, ...rows] = readFileSync(file('scores.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('section,metric,group,unit,value,low,high,part,of');
    expect(rows.find((row) => row.startsWith('precision,precision@1,all positives'))).toMatch(/,1,3$/);
    const scored = JSON.parse(well(await evaluate('score', 'set.json', 'auto.jsonl', '--json', '--items')));
    expect(scored.items.map(({ id, wrong }: { id: string; wrong: boolean }) => [id, wrong])).toEqual([
      ['upper', false],
      ['wrong', true],
      ['cat', false],
      ['missing', true],
    ]);
  });

  it('of anybody is scored against annotations in two files, beside what the published scripts print', async () => {
    writeSet('positives.json', [ANNOTATIONS[0]!]);
    writeSet('negatives.json', [ANNOTATIONS[2]!]);
    const box = corner(UPPER);
    const rows = [
      { id: 'upper', boxes: [box], scores: [7] },
      { id: 'cat', boxes: [box], scores: [3] },
    ];
    writeFileSync(file('theirs.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    const files = ['positives.json', 'negatives.json', 'theirs.jsonl'];
    const stdout = well(
      await evaluate('score', ...files, '--as-published', 'figures.json', '--as-published-crs'),
    );
    expect(stdout).toContain('2 annotations (1 positives, 1 negatives)');
    expect(stdout).toContain('No answer states a presence');
    expect(stdout).toContain('Precision@k: ours | eval_metric_mmdet.py');
    expect(stdout).toContain('Precision@1: ours | evaluation_CRS_neg.py');
    expect(JSON.parse(readFileSync(file('figures.json'), 'utf8'))).toMatchObject({
      precision: { 2: { 1: 100 } },
      recall: { 'object 1': { 1: 100, positives: 1 } },
      separation: { 'object 1': { AUROC: 100, FPR95: 0, AUPR: 100, negatives: 1 } },
    });
  });

  it.each([
    ['no row is a prediction', 'hello\nworld\n', 'No row of bad.jsonl is a prediction.'],
    ['it is empty', '', 'No row of bad.jsonl is a prediction.'],
    [
      'it is about another set',
      '{"id": 99, "boxes": [], "scores": []}',
      'No prediction of bad.jsonl is about an annotation of the set.',
    ],
  ])('exits with 65 where %s', async (_, text, message) => {
    writeFileSync(file('bad.jsonl'), text);
    const { code, stderr } = await evaluate('score', 'set.json', 'bad.jsonl');
    expect([code, stderr]).toEqual([65, expect.stringContaining(message)]);
  });

  it('of a split that is not there is an error', async () => {
    const { code, stderr } = await evaluate('score', 'set.json', 'auto.jsonl', '--split', 'testC');
    expect([code, stderr]).toEqual([64, expect.stringContaining('no splits, so that there is no "testC"')]);
  });

  it('is shown with its failures on one page', async () => {
    const args = ['--html', 'report.html', '--images', EXAMPLES];
    expect(well(await evaluate('score', 'set.json', 'auto.jsonl', ...args))).toContain('Report: report.html');
    const page = readFileSync(file('report.html'), 'utf8');
    expect(page).toContain('data:image/jpeg;base64,');
    expect(page).toContain('the upper dog');
    expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
    expect(page).toMatch(/<dt>detector<\/dt><dd><bdi>given-boxes/);
    expect(page).toMatch(/<dt>detector files, sha256 begins<\/dt><dd><bdi>[0-9a-f]{12}</);
    expect(page).toContain('spotter eval score set.json auto.jsonl --html report.html');
  });

  it('of two systems is shown on one page', async () => {
    const files = ['set.json', 'auto.jsonl', 'specialist.jsonl'];
    expect(well(await evaluate('compare', ...files, '--html', 'two.html'))).toContain('Report: two.html');
    const page = readFileSync(file('two.html'), 'utf8');
    expect(page).toContain('Two systems compared');
    expect(page).toMatch(/precision@1, all positives<\/bdi><\/th><td><b>\.333<\/b>/);
    expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
  });

  it('of two systems is compared', async () => {
    const stdout = well(await evaluate('compare', 'set.json', 'auto.jsonl', 'specialist.jsonl'));
    expect(stdout).toContain('a: auto, given-boxes, no language model');
    expect(stdout).toContain('b: specialist, given-boxes, no language model');
    expect(stdout).toMatch(/precision@1, all positives +\.333 1\/3/);
  });
});

describe('spotter eval card', () => {
  it('puts all strategies side by side, says what was not run, and goes on where it was left', async () => {
    const card = ['card', 'set.json', '--images', EXAMPLES, '--out', 'card'];
    const { code, stdout, stderr } = await evaluate(...card);
    expect([code, stderr]).toEqual([0, 'auto: 4 questions\nspecialist: 4 questions\n']);
    expect(stdout).toMatch(/^precision@1 +\.333 \[.*\] 1\/3 +\.\d+ \[.*\] \d\/3$/m);
    expect(stdout).toContain('crs: not run, it asks a language model, and none is configured');
    const made = JSON.parse(readFileSync(file('card/card.json'), 'utf8'));
    expect(made).toMatchObject({
      card: 1,
      set: { annotations: 4, positives: 3, negatives: 1 },
      systems: [
        { strategy: 'auto', simulated: false, identity: { strategy: 'auto' } },
        { strategy: 'specialist', simulated: false },
      ],
      notRun: [{ strategy: 'crs' }, { strategy: 'sfa' }, { strategy: 'mllm' }],
    });
    const names = made.systems[0].figures.map(({ name }: { name: string }) => name);
    for (const name of ['precision@1', 'rejection of negatives', 'asked a language model', 'latency p95'])
      expect(names).toContain(name);
    const page = readFileSync(file('card/card.html'), 'utf8');
    expect(page).toContain(`${made.set.questions.slice(0, 12)}…`);
    expect(page).not.toMatch(/(src|href)="(?!data:|#)/);

    const again = await evaluate(...card, '--json', '--strategies', 'auto');
    expect(again.stderr).toBe('auto: 4 questions, 4 answered before\n');
    expect(JSON.parse(again.stdout).systems[0].figures).toEqual(made.systems[0].figures);
  });

  it('says of a simulated language model that it is one', async () => {
    const args = ['--strategies', 'crs', '--mllm', 'oracle', '--limit', '2', '--out', 'simulated', '--json'];
    const { stdout } = await evaluate('card', 'set.json', '--images', EXAMPLES, ...args);
    expect(JSON.parse(stdout).systems).toMatchObject([{ strategy: 'crs', simulated: true }]);
    expect(readFileSync(file('simulated/card.html'), 'utf8')).toContain('language model SIMULATED');
  });
});

describe('npm run quality', () => {
  it('is eval run on a set of its own, and says what is wrong', async () => {
    const args = ['--annotations', 'set.json', '--images', EXAMPLES, '--boxes', 'boxes.json'];
    const stdout = well(await spotter(args, { cwd: folder, bin: QUALITY }));
    expect(stdout).toContain('wrong two-dogs.jpg positive found: the upper dog');
    expect(stdout).toMatch(/answered "found" +\.500 (\[.*\] )?1\/2/);
  });

  it('tells what a simulated language model brings', async () => {
    const args = ['--annotations', 'set.json', '--images', EXAMPLES, '--boxes', 'boxes.json'];
    const some = [...args, '--strategy', 'crs', '--mllm', 'oracle', '--limit', '3'];
    const stdout = well(await spotter(some, { cwd: folder, bin: QUALITY }));
    expect(stdout).toContain('SIMULATED language model "oracle": no real model');
    expect(stdout).toMatch(/questions that it was asked +\.?\d.*2\/3/);
    expect(stdout).toMatch(/negatives not present +1\.000 +1\/1/);
  });
});
