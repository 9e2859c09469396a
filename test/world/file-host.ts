import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Listening, listen } from './http.ts';
import type { Served, Upload } from './platform.ts';

/** The server that a platform keeps its files on: another one than its API, as in life. */
export interface FileHost extends Listening {
  /** @returns its address */
  put(upload: Upload, path: string, query?: string): string;
  /** What was asked for. */
  readonly asked: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

export interface FileHostOptions {
  readonly port?: number;
  /** Whether it gives a file to this request; otherwise it shows the page to log in, with status 200, as Slack does. */
  readonly allows?: (headers: IncomingHttpHeaders) => boolean;
  /** Takes what is no download. @returns whether it did */
  readonly also?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
}

const PAGE = '<!DOCTYPE html><html><head><title>Log in</title></head><body>Please log in.</body></html>';

export async function startFileHost(options: FileHostOptions = {}): Promise<FileHost> {
  const files = new Map<string, Upload>();
  const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  const listening = await listen(async (request, response) => {
    if (await options.also?.(request, response)) return;
    const { pathname } = new URL(request.url ?? '', 'http://files');
    asked.push({ path: request.url ?? '', headers: request.headers });
    const file = files.get(decodeURIComponent(pathname));
    if (options.allows?.(request.headers) === false) return page(response);
    if (!file) return gone(response);
    await serve(response, file, file.served ?? 'well');
  }, options.port);
  return {
    ...listening,
    asked,
    put(upload, path, query = '') {
      files.set(path, upload);
      return `${listening.origin}${path.split('/').map(encodeURIComponent).join('/')}${query}`;
    },
  };
}

const page = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);

const gone = (response: ServerResponse): void =>
  void response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.');

async function serve(response: ServerResponse, { bytes, type }: Upload, served: Served): Promise<void> {
  if (typeof served === 'object') return void response.writeHead(302, { location: served.redirect }).end();
  const half = bytes.subarray(0, bytes.length >> 1);
  const head = { 'content-type': type };
  const whole = { ...head, 'content-length': String(bytes.length) };
  const ways: Record<Exclude<Served, object>, () => void | Promise<void>> = {
    well: () => void response.writeHead(200, whole).end(bytes),
    expired: () => gone(response),
    html: () => page(response),
    huge: () => endless(response.writeHead(200, head), bytes),
    vast: () => endless(response.writeHead(200, { ...head, 'content-length': String(5 * 2 ** 30) }), bytes),
    slow: async () => {
      response.writeHead(200, whole);
      const piece = Math.ceil(bytes.length / 10);
      for (let from = 0; from < bytes.length; from += piece) {
        await sleep(100);
        response.write(bytes.subarray(from, from + piece));
      }
      response.end();
    },
    stalled: () => void response.writeHead(200, whole).write(half),
    cut: () =>
      void response.writeHead(200, whole).write(half, () => setTimeout(() => response.destroy(), 20)),
  };
  await ways[served]();
}

function endless(response: ServerResponse, start: Uint8Array): void {
  const zeros = Buffer.alloc(2 ** 16);
  const more = (): void => {
    while (!response.destroyed && response.write(zeros));
  };
  response.on('drain', more);
  response.write(start);
  more();
}
