import type { z } from 'zod';
import type { Config } from '../../config.ts';
import type { Remote } from '../pull/http.ts';
import type { Part } from '../pull/part.ts';
import type { Wanted } from '../pull/wanted.ts';

/** What a source may use to bring a file. */
export interface Means {
  readonly config: Pick<Config, 'hfEndpoint' | 'hfToken'>;
  /** Fills a part by HTTP and checks it. @throws SourceFailure, SpotterError */
  download(remote: Remote, wanted: Wanted, part: Part): Promise<void>;
  /** A part for something that is only needed on the way; it is removed when the model is complete. */
  scratch(name: string, algorithm: string): Promise<Part>;
  /** The address of the npm registry that npm itself would use. @throws SourceFailure */
  npmRegistry(): Promise<string>;
  onBytes(received: number, total: number | undefined): void;
  readonly signal: AbortSignal;
}

/** A kind of place where models can be had. */
export interface SourceKind<S extends { readonly kind: string }> {
  /** Its entries in a registry. */
  readonly schema: z.ZodType<S>;
  /** What it is called in messages. */
  name(source: S, config: Means['config']): string;
  /**
   * Fills the part with the bytes of a file, and leaves it open. The caller checks them, too.
   * @throws SourceFailure when it does not have them; SpotterError cancelled, cannot-write, no-space
   */
  fetch(source: S, wanted: Wanted, part: Part, means: Means): Promise<void>;
}
