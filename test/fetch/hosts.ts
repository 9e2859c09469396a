import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { SpotterError } from '../../src/errors.ts';
import { parseAllowedHosts } from '../../src/fetch/address.ts';
import { createDownloader, type DownloaderOptions } from '../../src/fetch/download.ts';
import { quarters } from '../picture/fixtures.ts';
import { listen } from '../world/http.ts';

export const PICTURE: Buffer = await quarters().png().toBuffer();

export interface Host {
  /** "http://127.0.0.1:PORT" */
  readonly origin: string;
  /** "127.0.0.1:PORT" */
  readonly host: string;
  readonly port: number;
  /** How many connections were made to it. */
  readonly connections: number;
  readonly seen: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

export type Handle = (response: ServerResponse, request: IncomingMessage) => unknown;

export const picture: Handle = (response) =>
  response.writeHead(200, { 'content-type': 'image/png' }).end(PICTURE);
export const redirect =
  (location: string | (() => string), status = 302): Handle =>
  (response) =>
    response.writeHead(status, { location: typeof location === 'string' ? location : location() }).end();
export const answer =
  (status: number, body: string | Buffer = '', headers: Record<string, string> = {}): Handle =>
  (response) =>
    response.writeHead(status, headers).end(body);

/** A server on this machine for one test, which counts who comes. */
export async function startHost(handle: Handle = picture): Promise<Host> {
  const seen: { path: string; headers: IncomingHttpHeaders }[] = [];
  let connections = 0;
  const listening = await listen(async (request, response) => {
    seen.push({ path: request.url ?? '', headers: request.headers });
    handle(response, request);
  });
  listening.server.on('connection', () => {
    connections += 1;
  });
  onTestFinished(() => listening.close());
  const { origin, host } = listening;
  return {
    ...{ origin, host, seen, port: Number(host.split(':')[1]) },
    get connections() {
      return connections;
    },
  };
}

/** A downloader that takes these hosts for the platform's. */
export const downloaderOf = (hosts: readonly Host[], options: DownloaderOptions = {}) =>
  createDownloader({
    links: true,
    allowedHosts: parseAllowedHosts(hosts.map(({ host }) => host)),
    ...options,
  });

/** What a download fails with; everything else lets the test fail. */
export async function failure(work: Promise<unknown>): Promise<SpotterError> {
  const thrown: unknown = await work.then(
    (value) => new Error(`should have failed, came to ${String(value)}`),
    (thrown: unknown) => thrown,
  );
  if (thrown instanceof SpotterError) return thrown;
  throw thrown;
}
