/** How a model writes coordinates; never guessed. See `COORDINATES`. */
export const CONVENTIONS = [
  'relative-1000-xyxy',
  'relative-1000-yxyx',
  'pixels-resized-xyxy',
  'unit-xyxy',
] as const;
export type Convention = (typeof CONVENTIONS)[number];

/** What is known of a model and its server. See `profileFor`. */
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
    /** How closely OpenAI's models look; not sent unless told. */
    readonly detail?: 'low' | 'high' | 'auto';
  };
  /** Whether the server gives the alternatives of a token. */
  readonly logprobs: boolean;
  /** Most alternatives it gives; 20 unless told. */
  readonly topLogprobs?: number;
  /** How an answer's form can be enforced; a server with guided choice takes a JSON schema, too. */
  readonly structured: 'json-schema' | 'guided-choice' | 'none';
  /** The field of guided choice; `structured_outputs` (vLLM from 0.11) unless told. */
  readonly choicesField?: 'structured_outputs' | 'guided_choice';
  /** What the limit of the answer's tokens is called; `max_tokens` unless told. */
  readonly tokenLimit?: 'max_tokens' | 'max_completion_tokens';
  /** False where the model refuses to be told its temperature; else it is 0, so that it always takes the likeliest token. */
  readonly temperature?: boolean;
  /** Whether it takes a seed; not sent unless told. */
  readonly seed?: boolean;
  /** Of a model that thinks before it answers: tokens that this needs besides the answer's, and how hard it should. */
  readonly thinking?: { readonly tokens: number; readonly effort?: string };
  /** US dollars for a million tokens. */
  readonly price?: { readonly prompt: number; readonly answer: number };
}
