import { z } from 'zod';

const sourceUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address without name, password, ? and #' })
  .refine((text) => !/[?#@]/.test(text), 'must be an address without name, password, ? and #');
const folder = z.string().trim().min(1);
const inside = z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/);

export const SourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('project'), path: folder }),
  z.strictObject({ kind: z.literal('folder'), path: folder }),
  z.strictObject({
    kind: z.literal('huggingface'),
    repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    revision: inside,
  }),
  z.strictObject({ kind: z.literal('url'), base: sourceUrl }),
]);
export type Source = z.infer<typeof SourceSchema>;
