/** What a recogniser read, and the mean probability of its characters, 0..1. */
export interface ReadText {
  readonly text: string;
  readonly score: number;
}

/**
 * The characters that a network has recognised, by the likeliest symbol of each step ("CTC, greedy"): of the same symbol
 * step by step one is meant, and symbol 0 stands for none.
 * @param probabilities steps x symbols, each row adds up to 1
 * @param alphabet the characters of symbols 1, 2, …
 */
export function readCharacters(
  probabilities: Float32Array,
  symbols: number,
  alphabet: readonly string[],
): ReadText {
  const steps = probabilities.length / symbols;
  let text = '';
  let sum = 0;
  let count = 0;
  let before = 0;
  for (let step = 0; step < steps; step++) {
    let best = 0;
    for (let symbol = 1; symbol < symbols; symbol++) {
      if (probabilities[step * symbols + symbol]! > probabilities[step * symbols + best]!) best = symbol;
    }
    if (best !== 0 && best !== before) {
      text += alphabet[best - 1] ?? '';
      sum += probabilities[step * symbols + best]!;
      count++;
    }
    before = best;
  }
  return { text: text.trim(), score: count === 0 ? 0 : sum / count };
}
