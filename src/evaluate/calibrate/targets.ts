/** What thresholds are chosen for. */
export interface Targets {
  /** Of what is called found so much should be right. */
  readonly precision: number;
  /** Of what is there at most so much should be called absent. */
  readonly wronglyAbsent: number;
}

export const TARGETS: Targets = { precision: 0.81, wronglyAbsent: 0.065 };

/** As a file has it. */
export const rounded = (n: number): number => Math.round(n * 1e4) / 1e4;
