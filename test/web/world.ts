import { afterEach } from 'vitest';
import { readAloneSettings } from '../../adapters/web/settings.ts';
import { createAloneParts, createWebServer } from '../../adapters/web/start.ts';
import type { Spotter } from '../../src/ask.ts';
import type { Config } from '../../src/config.ts';
import { readConfig } from '../../src/config.ts';

export const DOGS = 'examples/two-dogs.jpg';

/** A web server of a test, with the detector that comes along. */
export interface TestWeb {
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
  readonly port: number;
  readonly spotter: Spotter;
  /** What failed without a reason that could be foreseen. */
  readonly troubles: readonly unknown[];
  close(): Promise<void>;
}

const open: TestWeb[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((web) => web.close()));
});

/**
 * Serves the page, the API and the tools for agents on a free port, until the test is over.
 * @param env settings, as of the environment
 */
export async function startWeb(
  env: Readonly<Record<string, string>> = {},
  given: Partial<Config> = {},
): Promise<TestWeb> {
  const web = await serveWeb(env, given);
  open.push(web);
  return web;
}

/** The same until it is closed. */
export async function serveWeb(
  env: Readonly<Record<string, string>> = {},
  given: Partial<Config> = {},
): Promise<TestWeb> {
  const away = { SPOTTER_CONFIG: '', XDG_CONFIG_HOME: '/nonexistent' };
  const config = { ...readConfig({ env: { ...away, ...env } }), ...given };
  const settings = readAloneSettings({ env: { ...away, ...env } });
  const parts = createAloneParts(config, settings);
  const { spotter } = parts;
  const troubles: unknown[] = [];
  const web = createWebServer({
    ...parts,
    observe: () => {},
    onTrouble: (thrown) => troubles.push(thrown),
  });
  const port = await web.listen(0);
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, spotter, troubles },
    async close() {
      await web.close(1000);
      await spotter.close();
    },
  };
}

/** A question as a form. */
export async function formOf(
  image: Uint8Array | undefined,
  fields: Readonly<Record<string, string>>,
): Promise<FormData> {
  const form = new FormData();
  if (image) form.set('image', new Blob([Uint8Array.from(image)]), 'picture.jpg');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}
