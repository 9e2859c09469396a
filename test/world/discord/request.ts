import type { IncomingMessage } from 'node:http';
import { bodyOf, type FormFile, formOf, parsed } from '../http.ts';
import { invalidForm } from './errors.ts';

/** A request of the bot. */
export interface Asking {
  readonly method: string;
  /** Without "/api/v10". */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly form: unknown;
  readonly files: readonly FormFile[];
}

/** @throws Refusal, where the body is none that Discord reads */
export async function readAsking(request: IncomingMessage): Promise<Asking> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://discord');
  const body = await bodyOf(request);
  const type = request.headers['content-type'] ?? '';
  return {
    method: request.method ?? '',
    path: decodeURIComponent(pathname).replace(/^\/api(\/v10)?(?=\/)/, ''),
    query: Object.fromEntries(searchParams),
    authorization: request.headers.authorization,
    ...(await read(body, type)),
  };
}

async function read(body: Buffer, type: string): Promise<Pick<Asking, 'form' | 'files'>> {
  if (body.length === 0) return { form: undefined, files: [] };
  if (type.startsWith('multipart/form-data')) {
    const { fields, files } = await formOf(body, type);
    return { form: parsed(fields.payload_json ?? '{}'), files };
  }
  const form = parsed(String(body));
  if (form !== undefined) return { form, files: [] };
  throw invalidForm([{ path: [], code: 'INVALID_JSON', message: 'The request body contains invalid JSON.' }]);
}
