import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { serveWeb, type TestWeb } from './world.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** The address part after #, and what a browser is set to. */
export interface Opening extends BrowserContextOptions {
  readonly hash?: string;
  /** Opened instead of the page: a file. */
  readonly url?: string;
  /** Texts that the console may show; a request that is refused is an error there. */
  readonly expected?: RegExp;
}

/** A real browser and a real server, both there for all tests of a suite. */
export interface Visit {
  readonly web: TestWeb;
  /**
   * A page of a browser that knows nothing yet. After the test nothing may have been asked of another host, and nothing
   * may have gone wrong in its console.
   */
  open(opening?: Opening): Promise<Page>;
}

interface Watched {
  readonly page: Page;
  readonly wrong: string[];
  readonly foreign: string[];
}

export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
}

/** Tests in Chromium; where there is none they are skipped, and the name says so. */
export function describeInBrowser(
  name: string,
  tests: (visit: Visit) => void,
  start: () => Promise<TestWeb> = () => serveWeb(),
): void {
  const why = CHROMIUM ? '' : ' (skipped: no Chromium is installed here)';
  describe.skipIf(!CHROMIUM)(name + why, () => {
    let browser: Browser;
    let web: TestWeb;
    const watched: Watched[] = [];
    beforeAll(async () => {
      [browser, web] = await Promise.all([launch(), start()]);
    });
    afterAll(async () => {
      await Promise.all([browser?.close(), web?.close()]);
    });
    afterEach(async () => {
      const all = watched.splice(0);
      await Promise.all(all.map(({ page }) => page.context().close()));
      expect(all.flatMap(({ foreign }) => foreign)).toEqual([]);
      expect(all.flatMap(({ wrong }) => wrong)).toEqual([]);
      expect(web.troubles).toEqual([]);
    });
    tests({
      get web() {
        return web;
      },
      async open({ hash = '', url = `${web.url}/${hash}`, expected, ...options } = {}) {
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
        await context.grantPermissions(['clipboard-read', 'clipboard-write']);
        const page = await context.newPage();
        page.setDefaultTimeout(30_000);
        const watch: Watched = { page, wrong: [], foreign: [] };
        watched.push(watch);
        const note = (text: string) => expected?.test(text) || watch.wrong.push(text);
        page.on('pageerror', ({ message }) => note(message));
        page.on('console', (said) => ['error', 'warning'].includes(said.type()) && note(said.text()));
        page.on('request', (request) => {
          const isOurs = request.url() === url || new URL(request.url()).origin === web.url;
          if (!/^(?:blob|data):/.test(request.url()) && !isOurs) watch.foreign.push(request.url());
        });
        await page.goto(url);
        return page;
      },
    });
  });
}

/** Waits until something is as expected, for as long as a busy machine may need. */
export const soon = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 });

/** What axe-core finds wrong, a line each. */
export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, target }) => `${id}: ${target.join(' ')} ${html}`),
  );
}

/** Asks as somebody does who types. */
export async function askOn(page: Page, expression: string): Promise<void> {
  await page.getByLabel('What are you looking for?').fill(expression);
  await page.keyboard.press('Enter');
}

/** The last answer: its outcome and its sentence. */
export const lastAnswer = (page: Page) => page.locator('.turn').last().locator('.verdict');

/** The text alternative of what a picture marks. */
export const marked = (page: Page) => page.locator('.picture-marked').first();

/** How many pixels of a canvas have a colour of the theme. */
export const pixelsOf = (page: Page, variable: string, nth = 0): Promise<number> =>
  page.evaluate(`(() => {
    const canvas = document.querySelectorAll('canvas')[${nth}];
    const wanted = getComputedStyle(canvas).getPropertyValue('${variable}').trim();
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(wanted.slice(at, at + 2), 16));
    // A copy: the page's own canvas is not made for reading.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] === r && data[i + 1] === g && data[i + 2] === b) count++;
    }
    return count;
  })()`);

/** Drops or pastes a file of a picture on the page, as a browser tells of it. */
export const giveFile = (page: Page, kind: 'drop' | 'paste', example: string): Promise<void> =>
  page.evaluate(`(async () => {
    const bytes = await (await fetch('/examples/${example}')).blob();
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'mine.jpg', { type: 'image/jpeg' }));
    const event = '${kind}' === 'drop'
      ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
      : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
  })()`);
