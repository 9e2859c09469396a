import type { Answer, ModelList, PictureKept, ProblemJson, StrategyList } from '../../server/schemas.ts';

/** What the API sends, by the schemas that describe it. */
type Sent<S extends { _output: unknown }> = S['_output'];

export type { Answer };
export type Models = Sent<typeof ModelList>['models'];
export type Strategies = Sent<typeof StrategyList>;
export type PictureAdded = Sent<typeof PictureKept>;
export type ProblemBody = Partial<Sent<typeof ProblemJson>>;

export interface Example {
  readonly file: string;
  readonly alt: string;
  /** Good first questions. */
  readonly questions: readonly string[];
}
