import { z } from 'zod';
import type { Part } from '../pull/part.ts';
import type { Wanted } from '../pull/wanted.ts';
import { folder } from './folder.ts';
import { huggingface } from './huggingface.ts';
import { npm } from './npm.ts';
import { project } from './project.ts';
import type { Means, SourceKind } from './source.ts';
import { url } from './url.ts';

/** Every kind of source: a new one is one file, one line here, and one in the schema below. */
const SOURCES = { project, huggingface, npm, url, folder } as const;

export const SourceSchema = z.discriminatedUnion('kind', [
  project.schema,
  huggingface.schema,
  npm.schema,
  url.schema,
  folder.schema,
]);
export type Source = z.infer<typeof SourceSchema>;

// That a source goes with the functions of its kind is what the table says.
const kindOf = ({ kind }: Source) => SOURCES[kind] as unknown as SourceKind<Source>;

/** What a source is called in messages. */
export const sourceName = (source: Source, config: Means['config']): string =>
  kindOf(source).name(source, config);

/** As SourceKind.fetch. */
export const fetchFrom = (source: Source, wanted: Wanted, part: Part, means: Means): Promise<void> =>
  kindOf(source).fetch(source, wanted, part, means);
