/** What an attack came to, beside what docs/security.md promises. */
export interface Finding {
  readonly what: string;
  readonly measured: number;
  /** At most. */
  readonly allowed: number;
  readonly unit: 'ms' | 'MB' | 'lost' | 'doubled';
  /** Which input it was. */
  readonly worst?: string;
}

export const isKept = ({ measured, allowed }: Finding): boolean => measured <= allowed;

/** One finding, of the input that did the worst. */
export function worstOf(
  what: string,
  unit: Finding['unit'],
  allowed: number,
  each: readonly { readonly name: string; readonly measured: number }[],
): Finding {
  const [worst] = each.toSorted((a, b) => b.measured - a.measured);
  if (!worst) throw new Error(`Nothing was tried: ${what}.`);
  return { what, unit, allowed, measured: worst.measured, worst: worst.name };
}
