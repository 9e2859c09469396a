import type { Cost } from '../../mllm/mllm.ts';

export const TARGETS_BY = ['local', 'mllm'] as const;
export type TargetsBy = (typeof TARGETS_BY)[number];

/** The noun phrase that an expression is about, with its articles and adjectives ("the white truck"). */
export interface Target {
  readonly phrase: string;
  /** Who found it. */
  readonly by: TargetsBy;
  /** Why it was not the MLLM, where that was asked. */
  readonly why?: string;
}

export interface Targets {
  /** One for each expression, in their order: none is ever dropped. */
  readonly targets: readonly Target[];
  readonly cost: Cost;
}

/** Finds what expressions are about. */
export interface TargetExtractor {
  readonly id: string;
  /** @throws SpotterError cancelled, timed-out: when the signal says so, and for nothing else */
  extract(expressions: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<Targets>;
}
