import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect } from 'vitest';
import { refusal } from '../refusal.ts';
import { type Handler, startServer, type TestServer, whole } from '../server.ts';
import { CONFIG, createPlace, type Place, pull, toy, unpinned, WEIGHTS } from '../toy.ts';

/** For each test a server that has the toy, and a folder to pull it to. */
export let server: TestServer;
export let place: Place;

/** To be called once in a test file. */
export function useToyServer(): void {
  beforeEach(async () => {
    server = await startServer();
    place = createPlace();
    serve(whole(WEIGHTS));
    server.on('/a/config.json', whole(CONFIG));
  });
  afterEach(async () => {
    await server.close();
    place.remove();
  });
}

export const PATH = '/a/onnx/model.onnx';
/** What the next requests for the weights get. */
export const serve = (...handlers: Handler[]): void => server.on(PATH, ...handlers);

export const models = (change = {}, options = {}) =>
  place.models([toy([{ kind: 'url', base: `${server.address}/a` }], change)], options);
export const UNKNOWN = {
  files: [unpinned('config.json', CONFIG)],
  variants: { fp32: { weights: unpinned('onnx/model.onnx', WEIGHTS) } },
};

export const asked = () => server.seen.filter(({ path }) => path === PATH);
/** Where each request for the weights began. */
export const starts = () =>
  asked().map(({ range }) => (range ? Number(/^bytes=(\d+)-$/.exec(range)![1]) : 0));
export const weights = () => readFileSync(place.file('onnx/model.onnx'));
export const part = () => place.file('onnx/model.onnx.part');

export const expectAll = (): void => {
  expect(weights().equals(WEIGHTS)).toBe(true);
  expect(existsSync(part())).toBe(false);
  expect(existsSync(`${part()}.json`)).toBe(false);
};

/** The hint of a pull that no source could serve. */
export async function failure(change = {}, options = {}): Promise<string> {
  const error = await refusal(pull(models(change, options)));
  expect(error.code).toBe('download-failed');
  expect(error.message).toBe('onnx/model.onnx of toy could not be downloaded.');
  expect(existsSync(place.file('onnx/model.onnx'))).toBe(false);
  expect(() => models(change).open('toy')).toThrow('is missing');
  return error.hint.replaceAll(server.host, 'HOST');
}
