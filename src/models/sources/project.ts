import { z } from 'zod';
import { SourceFailure } from '../pull/failure.ts';
import type { SourceKind } from './source.ts';
import { folder } from './text.ts';

const schema = z.strictObject({ kind: z.literal('project'), path: folder });

/** Files that come with the project: they are used where they are, and never pulled. */
export const project = {
  schema,
  name: () => 'the project',
  fetch: async () => {
    throw new SourceFailure('elsewhere', 'brings its files itself');
  },
} satisfies SourceKind<z.infer<typeof schema>>;
