/** An answer of the Web API that is no success: its name, and what else stands in it. */
export class Refusal extends Error {
  readonly error: string;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(error: string, more: Readonly<Record<string, unknown>> = {}) {
    super(error);
    this.error = error;
    this.more = more;
  }
}

/** Reasons, each with a pointer to where it is, as Slack gives them for blocks and views. */
export const invalid = (error: 'invalid_blocks' | 'invalid_arguments', reasons: readonly string[]): Refusal =>
  new Refusal(error, {
    errors: reasons,
    response_metadata: { messages: reasons.map((reason) => `[ERROR] ${reason}`) },
  });
