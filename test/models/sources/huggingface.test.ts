import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusal } from '../refusal.ts';
import { noise, only, redirect, sha256, startServer, status, type TestServer, whole } from '../server.ts';
import { CONFIG, createPlace, type Place, pull, toy, unpinned, WEIGHTS } from '../toy.ts';

const TOKEN = 'hf_SECRET';
const REPO = '/mirror/some-one/toy-ONNX/resolve/v1.0';

let hub: TestServer;
let cdn: TestServer;
let place: Place;
beforeEach(async () => {
  [hub, cdn] = await Promise.all([startServer(), startServer()]);
  place = createPlace();
  hub.on(`${REPO}/config.json`, whole(CONFIG));
  hub.on(
    `${REPO}/onnx/model.onnx`,
    redirect(`${cdn.address}/blob?X-Signature=abc`, { 'x-linked-etag': etag() }),
  );
  cdn.on('/blob?X-Signature=abc', whole(WEIGHTS));
});
afterEach(async () => {
  await Promise.all([hub.close(), cdn.close()]);
  place.remove();
});

const etag = (bytes = WEIGHTS) => `"${sha256(bytes)}"`;
const UNKNOWN = {
  files: [unpinned('config.json', CONFIG)],
  variants: { fp32: { weights: unpinned('onnx/model.onnx', WEIGHTS) } },
};
const models = (token: string | null = TOKEN, change = {}) =>
  place.models(
    [toy([{ kind: 'huggingface', repo: 'some-one/toy-ONNX', revision: 'v1.0' }], change)],
    {},
    { hfEndpoint: `${hub.address}/mirror/`, hfToken: token ?? undefined },
  );

describe('Hugging Face', () => {
  it('is asked at HF_ENDPOINT, with HF_TOKEN, which no other host gets', async () => {
    await pull(models());
    expect(readFileSync(place.file('onnx/model.onnx')).equals(WEIGHTS)).toBe(true);
    expect(hub.seen.map(({ path }) => path)).toEqual([`${REPO}/config.json`, `${REPO}/onnx/model.onnx`]);
    expect(hub.seen.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${TOKEN}`,
      `Bearer ${TOKEN}`,
    ]);
    expect(cdn.seen).toHaveLength(1);
    expect(JSON.stringify(cdn.seen)).not.toContain(TOKEN);
  });

  it('gets the token again after another host has sent back to it, and is asked without one where there is none', async () => {
    hub.on(`${REPO}/onnx/model.onnx`, redirect(`${cdn.address}/back`));
    cdn.on('/back', redirect(`${hub.address}/end`));
    hub.on('/end', whole(WEIGHTS));
    await pull(models());
    expect(hub.seen.at(-1)?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(JSON.stringify(cdn.seen)).not.toContain(TOKEN);
    await models().remove('toy');
    await pull(models(null));
    expect(hub.seen.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('is continued at the address that does not change, whatever it redirects to', async () => {
    const address = (n: number) => redirect(`${cdn.address}/blob?X-Signature=${n}`);
    hub.on(`${REPO}/onnx/model.onnx`, address(1), address(2));
    cdn.on('/blob?X-Signature=1', only(WEIGHTS, 700_000));
    cdn.on('/blob?X-Signature=2', whole(WEIGHTS));
    await pull(models(TOKEN, UNKNOWN));
    expect(readFileSync(place.file('onnx/model.onnx')).equals(WEIGHTS)).toBe(true);
    expect(cdn.seen.at(-1)?.range).toMatch(/^bytes=\d+-$/);
  });

  it.each([401, 403])('that refuses with %i leads to HF_TOKEN', async (code) => {
    hub.on(`${REPO}/config.json`, status(code));
    const without = await refusal(pull(models(null)));
    expect(without.hint).toBe(
      `${hub.host} does not let us have it (${code}): set HF_TOKEN to a token of an account that may read it.`,
    );
    const withToken = await refusal(pull(models()));
    expect(withToken.hint).toBe(
      `${hub.host} does not let us have it (${code}): the account of HF_TOKEN may not read it, or the token is not valid.`,
    );
  });

  it('never gets its token into what is said or kept', async () => {
    cdn.on('/blob?X-Signature=abc', status(500));
    const events: unknown[] = [];
    const options = { acceptLicence: true, onProgress: (event: unknown) => void events.push(event) };
    const error = await refusal(models().pull('toy', options));
    const all = JSON.stringify([events, error, String(error.stack)]) + lockFile();
    expect(events.length).toBeGreaterThan(3);
    expect(all).toContain('has failed (500)');
    expect(all).not.toMatch(/SECRET|X-Signature/);
  });

  it('tells the hash of a file that the registry does not know', async () => {
    await pull(models(TOKEN, UNKNOWN));
    await models().remove('toy');
    cdn.on('/blob?X-Signature=abc', whole(noise(WEIGHTS.length, 2)));
    const { hint } = await refusal(pull(models(TOKEN, UNKNOWN)));
    expect(hint).toBe(
      `${hub.host} has sha256 ${sha256(noise(WEIGHTS.length, 2)).slice(0, 12)}… instead of ${etag().slice(1, 13)}….`,
    );
  });

  it('that tells another hash than the registry knows is not asked for the bytes', async () => {
    hub.on(
      `${REPO}/onnx/model.onnx`,
      redirect(`${cdn.address}/blob?X-Signature=abc`, { 'x-linked-etag': etag(CONFIG) }),
    );
    const { hint } = await refusal(pull(models()));
    expect(hint).toMatch(/has other bytes: it has sha256 [0-9a-f]{12}… instead of [0-9a-f]{12}…\.$/);
    expect(lockFile()).not.toContain('onnx/model.onnx');
  });
});

const lockFile = () => readFileSync(place.file('spotter-lock.json'), 'utf8');
