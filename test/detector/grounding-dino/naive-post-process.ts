import type { PostProcessOptions } from '../../../src/detector/grounding-dino/post-process.ts';

interface Found {
  readonly row: number;
  readonly box: readonly number[];
  readonly score: number;
  readonly phrase: number;
  readonly phraseScores: readonly number[];
  readonly labels: readonly number[];
}

type Rows = readonly { readonly logits: readonly number[]; readonly box: readonly number[] }[];

/** The rules of post-processing as they are told, in the plainest way; shares no code with what it checks. */
export function naive(rows: Rows, options: PostProcessOptions): Found[] {
  const { width, height } = options.size;
  const all = rows.map(({ logits, box }, row): Found => {
    const phraseScores = options.phrases.map(({ from, to, by }) => {
      const probabilities = logits
        .slice(from, to)
        .map((v) => (Number.isNaN(v) ? 0 : 1 / (1 + Math.exp(-Math.fround(v)))));
      if (probabilities.length === 0) return 0;
      const sum = probabilities.reduce((a, b) => a + b, 0);
      return by === 'max' ? Math.max(...probabilities) : sum / probabilities.length;
    });
    const score = Math.max(...phraseScores);
    const [x, y, w, h] = box as [number, number, number, number];
    const sides = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
    return {
      row,
      box: sides.map((v, i) => (i % 2 === 0 ? width : height) * Math.min(1, Math.max(0, v))),
      score,
      phrase: phraseScores.indexOf(score),
      phraseScores,
      labels: phraseScores.flatMap((s, i) => (s > options.textThreshold ? [i] : [])),
    };
  });
  const left = all.filter(({ score, box }) => score > options.threshold && !box.some(Number.isNaN));
  left.sort((a, b) => b.score - a.score || a.row - b.row);
  const kept: Found[] = [];
  for (const one of left) if (!kept.some((k) => overlap(k.box, one.box) > options.maxIou)) kept.push(one);
  return kept;
}

function overlap(a: readonly number[], b: readonly number[]): number {
  const area = (c: readonly number[]) => (c[2]! - c[0]!) * (c[3]! - c[1]!);
  const w = Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!);
  const h = Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / (area(a) + area(b) - w * h);
}
