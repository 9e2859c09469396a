import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { MiddlewareHandler } from 'hono';
import { SpotterError } from '../../../src/errors.ts';
import { DEFAULT_LIMITS, inBytes } from '../../../src/picture/inspect.ts';

/** A form has one picture and a few words. */
const MAX_FILE_BYTES = DEFAULT_LIMITS.maxBytes;
const MAX_FIELDS = 10;
const MAX_FIELD_BYTES = 16 * 1024;
export const MAX_FORM_BYTES = MAX_FILE_BYTES + 64 * 1024;
/** Bodies of all requests that are being read or answered, together. */
const MAX_HELD_BYTES = 256 * 2 ** 20;

/**
 * Reads a form piece by piece, within limits: the whole of it at once would keep everybody waiting, and a form may have
 * many parts. What is read stands where Hono looks for it.
 */
export function boundedForms(): MiddlewareHandler {
  let held = 0;
  return async (c, next) => {
    const type = c.req.header('content-type') ?? '';
    if (!isForm(type)) return next();
    const told = Number(c.req.header('content-length') ?? Number.NaN);
    if (told > MAX_FORM_BYTES) {
      c.header('connection', 'close');
      throw tooLarge();
    }
    // A body that does not say how long it is may have as much as is allowed.
    const bytes = Number.isNaN(told) ? MAX_FORM_BYTES : told;
    if (held + bytes > MAX_HELD_BYTES)
      throw new SpotterError('busy', 'Too many pictures are being sent.', 'Send it again in a minute.');
    held += bytes;
    try {
      c.req.bodyCache.formData = await readForm(type, c.req.raw).catch((thrown) => {
        // What is left of it is not read, so nothing can follow on this connection.
        c.header('connection', 'close');
        throw thrown;
      });
      await next();
    } finally {
      held -= bytes;
    }
  };
}

export const isForm = (type: string): boolean => /^multipart\/form-data\b/i.test(type);

/** @throws SpotterError bad-usage, too-many-bytes, cancelled (it was cut off) */
async function readForm(type: string, { body, signal }: Request): Promise<FormData> {
  const form = new FormData();
  const files: Promise<void>[] = [];
  const parser = parserOf(type);
  let excess: SpotterError | undefined;
  parser.on('file', (name, stream, filename) => {
    files.push(
      collect(stream).then((chunks) => {
        if (stream.truncated) excess ??= tooLarge();
        form.append(name, new File(chunks, filename ?? ''));
      }),
    );
  });
  parser.on('field', (name, value, _, truncated) => {
    if (truncated) excess ??= tooMuch('A field of the form is too long.');
    form.append(name, value);
  });
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
    parser.on(limit, () => {
      excess ??= tooMuch('The form has too many fields.');
    });
  const pieces = body
    ? Readable.fromWeb(body as import('node:stream/web').ReadableStream)
    : Readable.from([]);
  let bytes = 0;
  pieces.on('data', (piece: Uint8Array) => {
    bytes += piece.length;
    // What is too much is not read to its end.
    if (bytes > MAX_FORM_BYTES) excess ??= tooLarge();
    if (excess) pieces.destroy(excess);
  });
  try {
    await pipeline(pieces, parser);
    await Promise.all(files);
  } catch (thrown) {
    for (const file of files) file.catch(() => {});
    if (signal.aborted) throw new SpotterError('cancelled', 'The request was cut off.');
    throw excess ?? tooMuch(`The form cannot be read: ${thrown instanceof Error ? thrown.message : ''}.`);
  }
  if (excess) throw excess;
  return form;
}

/** @throws SpotterError bad-usage: a form without a boundary */
function parserOf(type: string) {
  try {
    return new Busboy({
      headers: { 'content-type': type },
      limits: {
        ...{ files: 1, fields: MAX_FIELDS, parts: MAX_FIELDS + 1 },
        ...{ fileSize: MAX_FILE_BYTES + 1, fieldSize: MAX_FIELD_BYTES, fieldNameSize: 100 },
        ...{ headerPairs: 20, headerSize: 8 * 1024 },
      },
    });
  } catch {
    throw tooMuch('The form has no boundary.');
  }
}

async function collect(stream: BusboyFileStream): Promise<Uint8Array<ArrayBuffer>[]> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array<ArrayBuffer>);
  return chunks;
}

const tooMuch = (sentence: string): SpotterError =>
  new SpotterError(
    'bad-usage',
    sentence,
    `A form has one picture and at most ${MAX_FIELDS} fields, see /openapi.json.`,
  );

const tooLarge = (): SpotterError =>
  new SpotterError(
    'too-many-bytes',
    `The request is too large: the limit is ${inBytes(MAX_FILE_BYTES)}.`,
    'Send a smaller version of the picture.',
  );
