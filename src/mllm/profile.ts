/** How a model writes coordinates; never guessed. See `COORDINATES`. */
export const CONVENTIONS = [
  'relative-1000-xyxy',
  'relative-1000-yxyx',
  'pixels-resized-xyxy',
  'unit-xyxy',
] as const;
export type Convention = (typeof CONVENTIONS)[number];

/** What is known of a model and its server. */
export interface Profile {
  readonly name: string;
  readonly coordinates: Convention;
  readonly image: {
    /** Longer side in pixels. */
    readonly maxSide: number;
    /** Width times height. */
    readonly maxPixels: number;
    /** Sides are multiples of this, as the server would make them; 1 where it does not matter. */
    readonly multipleOf: number;
    /** Encoded size in bytes. */
    readonly maxBytes: number;
  };
  /** Whether the server gives the alternatives of a token. */
  readonly logprobs: boolean;
  /** How an answer's form can be enforced. */
  readonly structured: 'json-schema' | 'guided-choice' | 'none';
  /** US dollars for a million tokens. */
  readonly price?: { readonly prompt: number; readonly answer: number };
}
