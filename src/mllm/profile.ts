import * as z from 'zod';
import { SpotterError } from '../errors.ts';
import { readJson } from '../models/store.ts';

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
  /** Nobody has said how this model writes a box: `coordinates` is what it is asked for, and need not be what it answers. */
  readonly coordinatesGuessed?: boolean;
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

const count = z.int().min(1).max(1e9);
const dollars = z.number().min(0).max(1e6);

/** Whatever part of a profile is known, checked: a wrong name is refused, not ignored. */
export const PartOfProfile = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  coordinates: z.enum(CONVENTIONS).optional(),
  image: z
    .strictObject({
      maxSide: count.min(28),
      maxPixels: count.min(784),
      multipleOf: count.max(256),
      maxBytes: count.min(10_000),
      detail: z.enum(['low', 'high', 'auto']),
    })
    .partial()
    .optional(),
  logprobs: z.boolean().optional(),
  topLogprobs: z.int().min(0).max(20).optional(),
  structured: z.enum(['json-schema', 'guided-choice', 'none']).optional(),
  choicesField: z.enum(['structured_outputs', 'guided_choice']).optional(),
  tokenLimit: z.enum(['max_tokens', 'max_completion_tokens']).optional(),
  temperature: z.boolean().optional(),
  seed: z.boolean().optional(),
  thinking: z
    .strictObject({ tokens: z.int().min(0).max(100_000), effort: z.string().min(1).max(20).optional() })
    .optional(),
  price: z.strictObject({ prompt: dollars, answer: dollars }).optional(),
});
export type PartOfProfile = z.infer<typeof PartOfProfile>;

/** Where an entry's facts come from, so that somebody can look whether they still hold. */
const source = z.string().min(1);
const pattern = z.string().transform((text) => new RegExp(text, 'i'));

const ProfilesFile = z.strictObject({
  $comment: z.string(),
  /** What holds for a model and a server that nothing is known of: a whole profile. */
  unknown: z.strictObject({ source, profile: PartOfProfile }),
  /** By name; `host` is a pattern of "host:port", `ownedBy` what it says of its models in its list of them. */
  servers: z.record(
    z.string(),
    z.strictObject({
      source,
      host: pattern.optional(),
      ownedBy: z.string().optional(),
      profile: PartOfProfile,
    }),
  ),
  /** Every one whose pattern is found in the model's name counts, what comes later most. */
  models: z.array(
    z.strictObject({ name: z.string().min(1), pattern, source, profile: PartOfProfile }).readonly(),
  ),
});
export type ProfilesFile = z.infer<typeof ProfilesFile>;

let known: ProfilesFile | undefined;

/** The profiles that come with Spotter. @throws SpotterError model-missing */
export function profiles(): ProfilesFile {
  known ??= readJson(new URL('profiles.json', import.meta.url), ProfilesFile, {
    sentence: 'The profiles of language models are missing or damaged.',
    hint: 'Restore them with "git checkout -- src/mllm/profiles.json".',
  });
  return known;
}

/** What somebody knows better: any part of a profile, and which entry of the table to begin with. */
const Overrides = PartOfProfile.extend({
  /** A model that the table knows, for one with a name of its own ("my-deployment" is a "gpt-4o"). */
  like: z.string().min(1).optional(),
  /** What the model runs on: a key of the table's servers, see `serverAt`. */
  server: z.string().min(1).optional(),
});
export type ProfileOverrides = z.input<typeof Overrides>;

/**
 * What is known of a model, from careful to certain: what holds for any, then its server, the model itself, and what
 * the overrides say. Pure but for the table, which is read once.
 *
 * @example
 * profileFor('Qwen/Qwen2.5-VL-7B-Instruct', { server: 'vllm', price: { prompt: 0, answer: 0 } })
 * @throws SpotterError bad-config, for an override that cannot be
 */
export function profileFor(model: string, overrides: ProfileOverrides = {}): Profile {
  const read = Overrides.safeParse(overrides);
  if (!read.success) throw badProfile(z.prettifyError(read.error).replaceAll('\n', ' '));
  const { like, server, ...own } = read.data;
  const { unknown, servers, models } = profiles();
  const on = server === undefined ? undefined : servers[server];
  if (server !== undefined && !on)
    throw badProfile(`There is no server "${server}"; there is ${Object.keys(servers).join(', ')}.`);
  const found = models.filter(({ pattern }) => pattern.test(like ?? model));
  if (like !== undefined && found.length === 0) throw badProfile(`No profile is known for "${like}".`);
  const name = [found.at(-1)?.name ?? 'unknown', ...(on ? [server] : [])].join(' on ');
  const profile = [on?.profile, ...found.map(({ profile }) => profile), own].reduce(over, {
    ...unknown.profile,
    name,
  }) as Profile;
  const guessed = [...found.map(({ profile }) => profile), own].every(
    ({ coordinates }) => coordinates === undefined,
  );
  return { ...profile, ...(guessed && { coordinatesGuessed: true }) };
}

function over(below: PartOfProfile, above: PartOfProfile = {}): PartOfProfile {
  const image = { ...below.image, ...above.image };
  return { ...below, ...above, image };
}

/** The server that is known by its address: a key of the table's servers. */
export function serverAt(baseURL: string): string | undefined {
  if (!URL.canParse(baseURL)) return undefined;
  const { host } = new URL(baseURL);
  return Object.entries(profiles().servers).find(([, server]) => server.host?.test(host))?.[0];
}

/** The server that is known by what its list of models says of who owns them. */
export function serverOwning(ownedBy: string): string | undefined {
  return Object.entries(profiles().servers).find(([, server]) => server.ownedBy === ownedBy)?.[0];
}

const badProfile = (hint: string): SpotterError =>
  new SpotterError('bad-config', 'The profile of the language model cannot be used.', hint);
