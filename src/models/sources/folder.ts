import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SpotterError } from '../../errors.ts';
import { SourceFailure, stopped } from '../pull/failure.ts';
import { wrongSize } from '../pull/wanted.ts';
import type { SourceKind } from './source.ts';
import { folder as path } from './text.ts';

const schema = z.strictObject({ kind: z.literal('folder'), path });

/** A folder with the published layout: a mirror for machines without internet, or a disk that was carried there. */
export const folder = {
  schema,
  name: (source) => source.path,
  async fetch(source, wanted, part, { onBytes, signal }) {
    const file = join(source.path, wanted.path);
    try {
      const { size } = await stat(file);
      const wrong = wrongSize(wanted, size);
      if (wrong) throw new SourceFailure('elsewhere', wrong);
      await part.begin({ url: file, total: size });
      for await (const chunk of createReadStream(file, { signal, end: wanted.most })) {
        await part.append(chunk);
        onBytes(part.size, size);
      }
    } catch (thrown) {
      if (signal.aborted) throw stopped(signal);
      if (thrown instanceof SpotterError || thrown instanceof SourceFailure) throw thrown;
      const { code } = thrown as NodeJS.ErrnoException;
      throw new SourceFailure(
        'elsewhere',
        code === 'ENOENT' ? 'does not have it' : `cannot be read (${code})`,
        {
          cause: thrown,
        },
      );
    }
  },
} satisfies SourceKind<z.infer<typeof schema>>;
