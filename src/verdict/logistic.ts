/** One example: feature values, and whether what is to be predicted was so. */
export interface Example {
  readonly x: readonly number[];
  readonly y: boolean;
}

export interface Logistic {
  readonly bias: number;
  readonly weights: readonly number[];
}

export const sigmoid = (t: number): number => 1 / (1 + Math.exp(-t));

/** How near to certain a probability may be: no one source decides alone. */
const MOST = 0.99;

/** Log odds of a probability, which counts as between .01 and .99. */
export function logit(p: number): number {
  const bounded = Math.min(Math.max(p, 1 - MOST), MOST);
  return Math.log(bounded / (1 - bounded));
}

export const predict = ({ bias, weights }: Logistic, x: readonly number[]): number =>
  sigmoid(weights.reduce((sum, w, i) => sum + w * (x[i] ?? 0), bias));

/**
 * Fits a logistic regression with an L2 penalty on the weights (not the bias) by Newton's method.
 * @param ridge penalty; 1 keeps a handful of features steady on some hundred examples
 */
export function fitLogistic(examples: readonly Example[], ridge = 1, rounds = 30): Logistic {
  const size = (examples[0]?.x.length ?? 0) + 1;
  let beta = new Array<number>(size).fill(0);
  for (let round = 0; round < rounds; round++) {
    const gradient = beta.map((b, i) => (i === 0 ? 0 : -ridge * b));
    const hessian = beta.map((_, i) => beta.map((__, j) => (i === j ? (i === 0 ? 1e-6 : ridge) : 0)));
    for (const { x, y } of examples) {
      const row = [1, ...x];
      const p = sigmoid(row.reduce((sum, v, i) => sum + v * beta[i]!, 0));
      for (let i = 0; i < size; i++) {
        gradient[i]! += row[i]! * ((y ? 1 : 0) - p);
        for (let j = 0; j < size; j++) hessian[i]![j]! += row[i]! * row[j]! * p * (1 - p);
      }
    }
    const step = solve(hessian, gradient);
    beta = beta.map((b, i) => b + step[i]!);
    if (Math.max(...step.map(Math.abs)) < 1e-9) break;
  }
  const [bias = 0, ...weights] = beta;
  return { bias, weights };
}

/** Solves a small symmetric positive definite system by Gaussian elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    const pivot = rows.slice(column).reduce((best, row, i) => {
      return Math.abs(row[column]!) > Math.abs(rows[best]![column]!) ? column + i : best;
    }, column);
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let i = column + 1; i < n; i++) {
      const factor = rows[i]![column]! / rows[column]![column]!;
      for (let j = column; j <= n; j++) rows[i]![j]! -= factor * rows[column]![j]!;
    }
  }
  const result = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const known = rows[i]!.slice(i + 1, n).reduce((sum, v, k) => sum + v * result[i + 1 + k]!, 0);
    result[i] = (rows[i]![n]! - known) / rows[i]![i]!;
  }
  return result;
}
