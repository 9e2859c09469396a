import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { median, type Row, row } from './row.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHROMIUM = '/usr/bin/chromium';
const EXAMPLE = 'wine.jpg';
const QUESTION = 'the glass to the left of the bottle';
const VISITS = 9;
const MOVES = 60;

/** What is promised of the page, in milliseconds and kB. */
const ALLOWED = { paint: 300, drag: 50, weight: 150 } as const;

/**
 * The page as it is served, in a real browser, beside what it may take. A dragged slider is timed from its event until the
 * frame with the regions redrawn is handed to the screen.
 */
export async function bench(): Promise<Row[]> {
  const server = spawn(process.execPath, ['bin/spotter.js', 'serve', '--port', '0'], { cwd: ROOT });
  try {
    const rows: Row[] = [];
    const url = await addressOf(server.stderr);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    const visits: Visit[] = [];
    for (let n = 0; n < VISITS; n++) visits.push(await visit(browser, url));
    const paints = visits.map(({ painted }) => painted);
    rows.push(row('first paint of the first visit', paints[0]!, 'allowed', ALLOWED.paint));
    rows.push(row('first paint, median', median(paints), 'allowed', ALLOWED.paint));
    rows.push(
      row('a picture can be chosen', median(visits.map(({ ready }) => ready)), 'first paint', median(paints)),
    );
    for (const count of [2, 4]) {
      const [half, most] = await drag(browser, url, count);
      rows.push(
        row(`a slider moved until ${count} columns are painted, median`, half!, 'allowed', ALLOWED.drag),
      );
      rows.push(row('the same, 95th percentile', most!, 'allowed', ALLOWED.drag));
    }
    await browser.close();
    const weight = { what: 'weight, as it is sent', ms: await weightOf(url), against: 'allowed' };
    return [...rows, { ...weight, againstMs: ALLOWED.weight, unit: 'kB' }];
  } finally {
    server.kill();
    if (server.exitCode === null) await once(server, 'exit');
  }
}

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  let said = '';
  for await (const text of output) {
    said += text;
    const [url] = /http:\/\/[\d.:]+(?=\/\n)/.exec(said) ?? [];
    if (url) return url;
  }
  throw new Error(`The server does not start: ${said}`);
}

/** From the beginning of a visit, in milliseconds. */
interface Visit {
  readonly painted: number;
  readonly ready: number;
}

/** With nothing kept from an earlier visit. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(`new MutationObserver((_, observer) => {
    if (!document.querySelector('.drop')) return;
    observer.disconnect();
    window.ready = performance.now();
  }).observe(document, { subtree: true, childList: true })`);
  await page.goto(url);
  await page.getByText('Your picture').waitFor();
  const seen = await page.evaluate<Visit>(`new Promise((done) =>
    new PerformanceObserver((list) => {
      const [entry] = list.getEntriesByName('first-contentful-paint');
      if (entry) done({ painted: entry.startTime, ready: window.ready });
    }).observe({ type: 'paint', buffered: true }))`);
  await context.close();
  return seen;
}

/** @returns median and 95th percentile in milliseconds */
async function drag(browser: Browser, url: string, count: number): Promise<number[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const columns = encodeURIComponent(JSON.stringify(Array.from({ length: count }, () => ({}))));
  await page.goto(`${url}/#example=${EXAMPLE}&q=${encodeURIComponent(QUESTION)}&columns=${columns}`);
  await page.getByText(`${count} of ${count} say found.`).waitFor();
  const times = await page.evaluate<number[]>(`(async () => {
    // A canvas that has never been drawn on is 150 pixels high.
    const areDrawn = () => [...document.querySelectorAll('canvas')].every(({ height }) => height !== 150);
    while (!areDrawn()) await new Promise((done) => setTimeout(done, 20));
    let drawn = 0;
    const { drawImage } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.drawImage = function (...given) {
      drawn++;
      return drawImage.apply(this, given);
    };
    const slider = document.querySelector('.column input[type=range]');
    const painted = () => new Promise((done) => requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = done;
      port2.postMessage(0);
    }));
    const times = [];
    for (let move = 0; move < ${MOVES}; move++) {
      const before = drawn;
      const start = performance.now();
      slider.value = (10 + (move % 30)) / 100;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await painted();
      times.push(performance.now() - start);
      if (drawn === before) throw new Error('Nothing was redrawn.');
    }
    return times;
  })()`);
  await context.close();
  const sorted = times.toSorted((a, b) => a - b);
  return [median(times), sorted[Math.floor(sorted.length * 0.95)]!];
}

/** Of everything that the page needs before a picture is chosen, but the pictures; as sent to who accepts gzip, in kB. */
async function weightOf(url: string): Promise<number> {
  const sizes = await Promise.all(
    ['/', '/page.js', '/page.css', '/examples'].map((path) => sizeOf(url + path)),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** Bytes of a body as it comes, compressed or not. */
async function sizeOf(url: string): Promise<number> {
  const asked = get(url, { headers: { 'accept-encoding': 'gzip' } });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let size = 0;
  for await (const chunk of response) size += chunk.length;
  return size;
}
