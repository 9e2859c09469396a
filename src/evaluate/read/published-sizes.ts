/** How many expressions the published sets have, to notice a download that is not whole. */

interface PublishedSet {
  readonly name: string;
  /** Expressions by split. */
  readonly splits: Readonly<Record<string, number>>;
}

/** As their authors give them. */
const REFS: readonly PublishedSet[] = [
  { name: 'RefCOCO', splits: { train: 120_624, val: 10_834, testA: 5_657, testB: 5_095 } },
  { name: 'RefCOCO+', splits: { train: 120_191, val: 10_758, testA: 5_726, testB: 4_889 } },
  { name: 'RefCOCOg (UMD)', splits: { train: 80_512, val: 4_896, test: 9_602 } },
  { name: 'RefCOCOg (Google)', splits: { train: 85_474, val: 9_536 } },
  { name: 'gRefCOCO', splits: { train: 209_344, val: 16_870, testA: 18_712, testB: 14_933 } },
];

const FINECOPS_TEST = {
  'positives of level 1': 5_730,
  'positives of level 2': 3_404,
  'positives of level 3': 471,
  'negative texts': 9_814,
  'negative images': 8_507,
} as const;

/** What is counted while a set is read: its expressions by split, and FineCops-Ref's by kind. */
export interface SetCounts {
  readonly splits: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Partial<Record<keyof typeof FINECOPS_TEST, number>>>;
}

export type Kind = keyof typeof FINECOPS_TEST;

/** The set is taken for one of these where a count is as near as this. */
const NEAR = 0.1;

const isNear = (count: number, published: number): boolean => Math.abs(count - published) <= NEAR * published;

/** A line for each part of a published set that was read, beside its published size; none for any other set. */
export function formatSizes({ splits, kinds }: SetCounts): string[] {
  return [
    ...Object.entries(splits).flatMap(([split, count]) => formatSplit(split, count)),
    ...formatFineCops(kinds),
  ];
}

function formatSplit(split: string, count: number): string[] {
  const sizes = REFS.flatMap(({ name, splits }) => (splits[split] ? [{ name, size: splits[split] }] : []));
  const same = sizes.find(({ size }) => size === count);
  if (same) return [`${split}: ${count} expressions, as many as ${same.name} is published with`];
  const near = sizes.filter(({ size }) => isNear(count, size)).map(({ name, size }) => `${name} ${size}`);
  return near.length > 0 ? [`${split}: ${count} expressions; published: ${near.join(', ')}`] : [];
}

function formatFineCops(kinds: SetCounts['kinds']): string[] {
  const parts = Object.entries(FINECOPS_TEST) as [Kind, number][];
  const near = parts.filter(([kind, size]) => isNear(kinds[kind] ?? 0, size));
  if (near.length < 2) return [];
  const apart = parts.filter(([kind, size]) => (kinds[kind] ?? 0) !== size);
  if (apart.length === 0) return ['FineCops-Ref test: 27926 rows, as many of each kind as published'];
  return apart.map(([kind, size]) => `FineCops-Ref test: ${kinds[kind] ?? 0} ${kind}; published: ${size}`);
}
