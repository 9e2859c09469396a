import { answerJson, isForChoosing } from '../../../src/verdict.ts';
import type { KeptAnswer } from './memory.ts';
import type { Answer } from './schemas.ts';

export interface Shown {
  /** With the steps, what was considered, and why. */
  readonly trace: boolean;
  /** With a link to the annotated picture. */
  readonly draw: boolean;
}

/** The path of an answer's annotated picture. */
const imageOf = (id: string): string => `/api/v1/answers/${id}/image`;

/** An answer as it is sent: the object of `spotter find --json`, and what belongs to it here. */
export function toAnswer(kept: KeptAnswer, { trace, draw }: Shown): Answer {
  const { id, picture, size, expression, detector, verdict, totalMs } = kept;
  const output = draw ? imageOf(id) : undefined;
  const json = answerJson({ ...size, sha256: picture.sha256 }, verdict, { output, totalMs });
  return {
    ...{ id, picture: picture.id, expression, detector },
    ...(json as unknown as Omit<Answer, 'id' | 'picture' | 'expression' | 'detector'>),
    ...(isForChoosing(verdict) && { choices: verdict.candidates.length }),
    ...(trace && {
      steps: [...verdict.trace],
      considered: verdict.considered as unknown as NonNullable<Answer['considered']>,
      ...(verdict.explanation && { explanation: { ...verdict.explanation } }),
    }),
  };
}
