import { z } from 'zod';
import type { SourceKind } from './source.ts';
import { address, below } from './text.ts';

const schema = z.strictObject({ kind: z.literal('url'), base: address });

/** A web server with the published layout below an address. */
export const url = {
  schema,
  name: ({ base }) => new URL(base).host,
  fetch: ({ base }, wanted, part, { download }) => download({ url: below(base, wanted.path) }, wanted, part),
} satisfies SourceKind<z.infer<typeof schema>>;
