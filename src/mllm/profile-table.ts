import { z } from 'zod';
import { readJson } from '../models/read-file.ts';
import { CONVENTIONS } from './profile.ts';

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
