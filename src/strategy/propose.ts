import type { Candidate } from '../reasoning/candidate.ts';
import { bestReading } from '../reasoning/sighting.ts';
import type { Region, Specialist } from '../specialist/specialist.ts';
import type { Tracer } from '../trace.ts';
import { proposals } from './router.ts';
import type { Asked } from './strategy.ts';

/** Regions that are considered where nobody has to choose among them. */
export const CONSIDERED = 10;

/** What a specialist proposes for a text as the published methods ask it: without any reasoning. */
export interface Proposed {
  /** Best first, none of them twice. */
  readonly candidates: readonly Candidate[];
  /** Whether the specialist knows what was asked for. */
  readonly known: boolean;
  /** Whether proposing nothing means that it is not there: seeing no cat, dog or cow does not prove it of animals. */
  readonly provesAbsence: boolean;
}

/**
 * The best `k` regions for the whole expression; where the specialist's vocabulary is closed, for the noun in it; and
 * where it does not know that either, whatever it sees at all. Traced.
 */
export function propose(
  asked: Asked,
  specialist: Specialist,
  { k, focus = false }: { readonly k: number; readonly focus?: boolean | undefined },
  tracer: Tracer,
): Promise<Proposed> {
  return tracer.step(
    'specialist',
    () => look(asked, specialist, k, focus),
    ({ candidates }) => `${specialist.id} proposes ${candidates.length} regions`,
  );
}

async function look(
  { query, picture, options }: Asked,
  specialist: Specialist,
  k: number,
  focus: boolean,
): Promise<Proposed> {
  const { noun, match } = bestReading(query.target, specialist);
  const phrase = specialist.open ? query.text : match === 'unknown' ? undefined : noun;
  const [start, end] = query.span;
  const focused = focus && specialist.open ? { ...options, focus: [{ start, end }] } : options;
  const regions =
    phrase === undefined
      ? await (specialist.survey?.(picture, options) ?? [])
      : ((await specialist.propose(picture, [phrase], focused))[0] ?? []);
  return {
    candidates: proposals(regions, k).map((region) => asCandidate(region, specialist)),
    known: phrase !== undefined,
    provesAbsence: specialist.open === true || match === 'same' || match === 'narrower',
  };
}

/** The regions of the target phrase alone, any order, for the router. */
export async function proposeTarget(
  { query, picture, options }: Asked,
  specialist: Specialist,
): Promise<readonly Region[]> {
  const { noun, match } = bestReading(query.target, specialist);
  if (!specialist.open && match === 'unknown') return [];
  return (await specialist.propose(picture, [specialist.open ? query.phrase : noun], options))[0] ?? [];
}

/** A region that nothing has been judged of. */
export const asCandidate = ({ box, label, score }: Region, specialist: Specialist): Candidate => ({
  box,
  label,
  detection: score,
  certainty: specialist.certainty(score),
  rival: 0,
  score,
  judgements: [],
});
