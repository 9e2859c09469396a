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
export function worstOf<K extends string>(
  what: string,
  unit: Finding['unit'],
  allowed: number,
  tried: readonly ({ readonly name: string } & Readonly<Record<K, number>>)[],
  key: K,
): Finding {
  const [worst] = tried.toSorted((a, b) => b[key] - a[key]);
  if (!worst) throw new Error(`Nothing was tried: ${what}.`);
  return { what, unit, allowed, measured: worst[key], worst: worst.name };
}
