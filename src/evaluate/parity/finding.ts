/** Every kind of comparison: the largest difference that is allowed, and of what. */
export const KINDS = {
  'token ids': { limit: 0, unit: 'tokens differ', each: 'texts' },
  offsets: { limit: 0, unit: 'characters', each: 'texts' },
  'phrase positions': { limit: 0, unit: 'phrases differ', each: 'texts' },
  'tensor size': { limit: 0, unit: 'pixels', each: 'pictures' },
  normalisation: { limit: 1e-4, unit: 'normalised units', each: 'pictures' },
  'photo to tensor': { limit: 2e-2, unit: 'normalised units, mean', each: 'photos' },
  'channel mean and deviation': { limit: 2e-2, unit: 'normalised units', each: 'photos' },
  'raw outputs': { limit: 6, unit: 'rows of 900 differ by more than 1e-4', each: 'runs' },
  'detections: rows': { limit: 0, unit: 'rows differ', each: 'outputs' },
  'detections: boxes': { limit: 0.5, unit: 'pixels', each: 'outputs' },
  'detections: scores': { limit: 1e-4, unit: '', each: 'outputs' },
  "reference's own: boxes": { limit: 0.5, unit: 'pixels', each: 'outputs' },
  "reference's own: scores": { limit: 1e-4, unit: '', each: 'outputs' },
} as const;

export type Kind = keyof typeof KINDS;

/** One comparison: how far apart, and of which text, picture or output. */
export interface Compared {
  readonly kind: Kind;
  readonly difference: number;
  readonly at: string;
}

/** A comparison that the golden folder asks for and that could not be made. */
export interface NotRun {
  readonly kind: Kind;
  readonly why: string;
}

export type Outcome = Compared | NotRun;

/** What became of all comparisons of a kind. */
export interface Finding {
  readonly kind: Kind;
  /** How many were made, and of what. */
  readonly count: number;
  readonly each: string;
  /** Null when none was made. */
  readonly worst: number | null;
  readonly limit: number;
  readonly unit: string;
  /** Where the worst difference is, if there is any. */
  readonly at: string | null;
  readonly notRun: readonly string[];
  /** Whether all were made, and none is beyond the limit. */
  readonly ok: boolean;
}

/** One finding for each kind that the golden folder asks for, in the order of KINDS. */
export function findings(outcomes: readonly Outcome[]): Finding[] {
  return (Object.keys(KINDS) as Kind[])
    .map((kind) => outcomes.filter((outcome) => outcome.kind === kind))
    .filter((ofKind) => ofKind.length > 0)
    .map(finding);
}

function finding(outcomes: readonly Outcome[]): Finding {
  const { kind } = outcomes[0]!;
  const made = outcomes.filter((outcome) => 'difference' in outcome);
  const notRun = [...new Set(outcomes.flatMap((outcome) => ('why' in outcome ? [outcome.why] : [])))];
  // What is no number is worse than any number.
  const size = ({ difference }: Compared) =>
    Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  const worst = made.toSorted((a, b) => size(b) - size(a))[0];
  const { limit, unit, each } = KINDS[kind];
  return {
    kind,
    count: made.length,
    each,
    worst: worst ? size(worst) : null,
    limit,
    unit,
    at: worst && size(worst) > 0 ? worst.at : null,
    notRun,
    ok: notRun.length === 0 && worst !== undefined && size(worst) <= limit,
  };
}
