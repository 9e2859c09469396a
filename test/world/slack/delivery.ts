/** What the bot is told, whatever the way. */
export type Envelope = 'events_api' | 'slash_commands' | 'interactive';

/** What came of telling it. */
export interface Told {
  /** Milliseconds until it was acknowledged, in the attempt that was; undefined where none was. */
  readonly ms: number | undefined;
  /** What it said along with that. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** How often it was told; once, where the first time did. */
  readonly attempts: number;
}

export interface Attempt {
  readonly kind: Envelope;
  readonly payload: object;
  /** 0 for the first time, then 1, 2, 3. */
  readonly retry: number;
  readonly reason: string;
}

/** One try: milliseconds and what was said, or why it failed. */
export type Outcome =
  | { readonly ms: number; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly failed: string; readonly final?: boolean };

/** A way to the bot. */
export interface Transport {
  attempt(attempt: Attempt): Promise<Outcome>;
  /** Its connections are cut. */
  cut(): void;
  close(): void | Promise<void>;
}

export interface Delivery {
  /** Tells it, and again where it is not acknowledged; only events are told again. */
  tell(kind: Envelope, payload: object): Promise<Told>;
}

export function deliveryBy(transport: Transport, retryAfter: readonly number[]): Delivery {
  return {
    async tell(kind, payload) {
      const waits = kind === 'events_api' ? retryAfter : [];
      let reason = '';
      for (let retry = 0; ; retry++) {
        const outcome = await transport.attempt({ kind, payload, retry, reason });
        if ('ms' in outcome) return { ...outcome, attempts: retry + 1 };
        const wait = waits[retry];
        if (wait === undefined || outcome.final) return { ms: undefined, payload: {}, attempts: retry + 1 };
        reason = outcome.failed;
        await new Promise((done) => setTimeout(done, wait));
      }
    },
  };
}
