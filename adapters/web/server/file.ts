import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'hono';

/** A file as it is sent: made once, however many ask for it at once. */
export interface WebFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, gzipped; absent where that makes it no smaller. */
  readonly gzipped?: Uint8Array<ArrayBuffer>;
  /** How long a browser may keep it without asking, in seconds. */
  readonly maxAge: number;
}

const compressed = promisify(gzip);

/** @param content text is sent gzipped where that is accepted; bytes as they are */
export async function fileOf(type: string, content: string | Uint8Array, maxAge = 0): Promise<WebFile> {
  if (typeof content !== 'string') return { type, bytes: Uint8Array.from(content), maxAge };
  const bytes = new TextEncoder().encode(content);
  const gzipped = Uint8Array.from(await compressed(bytes));
  return { type: `${type}; charset=utf-8`, bytes, gzipped, maxAge };
}

export function answerFile(c: Context, { type, bytes, gzipped, maxAge }: WebFile): Response {
  const isGzipped = gzipped !== undefined && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  return c.body(isGzipped ? gzipped : bytes, 200, {
    'content-type': type,
    'cache-control': maxAge > 0 ? `max-age=${maxAge}` : 'no-cache',
    ...(gzipped && { vary: 'accept-encoding' }),
    ...(isGzipped && { 'content-encoding': 'gzip' }),
  });
}
