import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { POLICIES } from '../../src/evaluate/stand-in/policies.ts';
import { startStandIn } from '../../src/evaluate/stand-in/server.ts';
import { askOn, describeInBrowser, lastAnswer, pixelsOf, soon, violations } from './browser.ts';
import { serveWeb } from './world.ts';

const columns = (...ways: readonly object[]): string =>
  `&columns=${encodeURIComponent(JSON.stringify(ways))}`;
const DOG = '#example=two-dogs.jpg&q=the+dog';
const column = (page: Page, name: string): Locator => page.getByRole('region', { name: `Column ${name}` });
const answer = (page: Page, name: string) => column(page, name).locator('.verdict');
const rows = (page: Page): Promise<string[]> => page.locator('tbody tr').allInnerTexts();

describeInBrowser('side by side', ({ open }) => {
  it('answers one question in two ways, and says how far they agree', async () => {
    const page = await open({ hash: DOG });
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Undecided/);
    await page.getByRole('button', { name: 'Side by side' }).click();
    await soon(() => answer(page, 'A').textContent()).toBe('Undecided 2 could be the dog.');
    await soon(() => answer(page, 'B').textContent()).toBe('Found The dog.');
    await page.getByText('The outcomes differ.').waitFor();
    const [first = '', second = ''] = await rows(page);
    expect(first.split('\t').slice(0, 5)).toEqual([
      'A auto, starter',
      'Undecided',
      expect.stringMatching(/^\d\d %$/),
      '–',
      '1.00',
    ]);
    expect(second.split('\t').slice(0, 5)).toEqual(['B specialist, starter', 'Found', '82 %', '1.00', '–']);
    expect(second).toContain('not asked');
    expect(first.split('\t')[5]).toBe('from memory');
    expect(second.split('\t')[5]).toMatch(/^(?:from memory|\d+ ms|\d+\.\d s)$/);
    expect(page.url()).toContain('columns=');
    expect(await violations(page)).toEqual([]);
    await page.goBack();
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Undecided/);
  });

  it('follows a slider: the regions at once, the answer after it', async () => {
    const page = await open({ hash: DOG + columns({}, { strategy: 'specialist' }) });
    const one = column(page, 'A');
    await one.getByText('5 of 5 regions remain').waitFor();
    await soon(() => answer(page, 'A').textContent()).toMatch(/^Undecided/);
    const asked = page.waitForRequest((request) => /box_threshold/.test(request.postData() ?? ''));
    const marked = await one.locator('.picture-marked').textContent();
    await one.getByLabel('Box threshold').fill('0.4');
    await one.getByText('1 of 5 regions remain').waitFor();
    expect(await one.locator('.picture-marked').textContent()).not.toBe(marked);
    expect(JSON.parse((await asked).postData()!).settings).toEqual({ box_threshold: 0.4 });
    await soon(() => answer(page, 'A').textContent()).toBe('Found The dog.');
    await page.getByText('2 of 2 say found.').waitFor();
    await soon(() => page.url()).toContain('box_threshold');
    expect(await column(page, 'B').getByText('5 of 5 regions remain').count()).toBe(1);
  });

  it('draws no request for a slider that is still moving', async () => {
    const page = await open({ hash: DOG + columns({}, { strategy: 'specialist' }) });
    const one = column(page, 'A');
    await soon(() => answer(page, 'A').textContent()).toMatch(/^Undecided/);
    const sent: string[] = [];
    page.on('request', (request) => void sent.push(request.postData() ?? ''));
    const pixels = await pixelsOf(page, '--mark-5');
    await page.evaluate(`(() => {
      const [, slider] = document.querySelectorAll('.column input[type=range]');
      for (let at = 99; at >= 20; at--) {
        slider.value = at / 100;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      }
    })()`);
    await soon(() => sent.filter((body) => body.includes('nms_iou')).length).toBe(1);
    expect(sent.find((body) => body.includes('nms_iou'))).toContain('"nms_iou":0.2');
    await one.getByText('2 of 5 regions remain').waitFor();
    await soon(() => pixelsOf(page, '--mark-5')).toBeLessThan(pixels);
  });

  it('has two to four columns, and says why a strategy cannot run', async () => {
    const page = await open({ hash: DOG + columns({}, { strategy: 'sfa' }) });
    expect(await column(page, 'B').locator('.why-not').textContent()).toBe(
      'Cannot run: no language model is configured.',
    );
    expect(await answer(page, 'B').count()).toBe(0);
    const inAddress = () => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('columns');
    await page.getByRole('button', { name: 'Add a column' }).click();
    await soon(inAddress).toBe('[{},{"strategy":"sfa"},{"strategy":"sfa"}]');
    await page.getByRole('button', { name: 'Add a column' }).click();
    await column(page, 'D').waitFor();
    expect(await page.getByRole('button', { name: 'Add a column' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove column D' }).click();
    await page.getByRole('button', { name: 'Remove column C' }).click();
    await soon(() => page.locator('.column').count()).toBe(2);
    await soon(inAddress).toBe('[{},{"strategy":"sfa"}]');
    expect(await page.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
  });

  it('is asked something else, and comes back with a reload', async () => {
    const page = await open({ hash: DOG + columns({}, { settings: { top_k: 3 } }) });
    await soon(() => answer(page, 'B').textContent()).toMatch(/^Undecided/);
    await page.getByLabel('Question for all columns').fill('the cat');
    await page.keyboard.press('Enter');
    for (const name of ['A', 'B']) {
      await soon(() => answer(page, name).textContent()).toBe('Not present I see 2 dogs, but no cat.');
    }
    await page.reload();
    await soon(() => answer(page, 'B').textContent()).toBe('Not present I see 2 dogs, but no cat.');
    expect(await column(page, 'B').getByLabel('Top k').inputValue()).toBe('3');
    await column(page, 'B').getByText('3 of 5 regions remain').waitFor();
  });

  it('leaves the conversation as it is, and is as it was when one comes back', async () => {
    const page = await open({ hash: DOG });
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Undecided/);
    await page.getByRole('button', { name: 'Side by side' }).click();
    await column(page, 'B').getByLabel('Top k').selectOption('3');
    await page.getByLabel('Question for all columns').fill('the cat');
    await page.keyboard.press('Enter');
    await soon(() => answer(page, 'A').textContent()).toMatch(/^Not present/);
    await page.getByRole('button', { name: 'Ask', exact: true }).first().click();
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Undecided/);
    await soon(() => new URL(page.url()).hash).toBe(DOG);
    await page.getByRole('button', { name: 'Side by side' }).click();
    expect(await column(page, 'B').getByLabel('Top k').inputValue()).toBe('3');
    await soon(() => answer(page, 'A').textContent()).toMatch(/^Not present/);
  });

  it('says what could not be loaded, and loads it again', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg', expected: /status of 503/ });
    const busy = { code: 'busy', title: 'Too much to do.', detail: 'Wait.' };
    const refuse = (what: string) => page.route(what, (route) => route.fulfill({ status: 503, json: busy }));
    await page.getByLabel('What are you looking for?').waitFor();
    await page.goto(`${new URL(page.url()).origin}/`);
    await refuse('**/api/v1/strategies');
    await refuse('**/examples');
    await refuse('**/api/v1/find*');
    await page.reload();
    const note = page.locator('.problem');
    await soon(() => note.allTextContents()).toEqual(['Too much to do. Wait. Try again']);
    await page.unroute('**/examples');
    await note.getByRole('button').click();
    await page.getByRole('button', { name: /dogs/i }).click();
    await page.getByRole('button', { name: 'Side by side' }).click();
    await page.getByLabel('Question for all columns').fill('the dog');
    await page.keyboard.press('Enter');
    await soon(() => note.allTextContents()).toEqual(['Too much to do. Wait. Try again']);
    await page.unroute('**/api/v1/strategies');
    await note.getByRole('button').click();
    // Of each column: its regions, and its answer.
    await soon(() => note.count()).toBe(4);
    await page.unroute('**/api/v1/find*');
    for (const button of (await note.getByRole('button').all()).reverse()) await button.click();
    await soon(() => answer(page, 'B').textContent()).toBe('Found The dog.');
    await column(page, 'B').getByText('5 of 5 regions remain').waitFor();
    await soon(() => note.count()).toBe(0);
  });

  it.each([360, 1440])('is free of what axe-core finds, and fits %i pixels', async (width) => {
    const ways = columns({}, { strategy: 'specialist' }, { settings: { box_threshold: 0.3 } });
    const page = await open({ hash: DOG + ways, colorScheme: 'dark', viewport: { width, height: 800 } });
    await soon(() => answer(page, 'C').textContent()).toMatch(/^Undecided/);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});

describeInBrowser(
  'side by side, with a language model',
  ({ open }) => {
    it('asks the model only when told to, and says what it cost', async () => {
      const page = await open({ hash: DOG + columns({ strategy: 'specialist' }, { strategy: 'sfa' }) });
      await soon(() => answer(page, 'A').textContent()).toMatch(/^Found/);
      const ask = column(page, 'B').getByRole('button', { name: 'Ask stand-in' });
      await ask.waitFor();
      expect(await answer(page, 'B').count()).toBe(0);
      await ask.click();
      await soon(() => answer(page, 'B').count()).toBe(1);
      expect((await rows(page))[1]).toMatch(/\d calls?, \d+ \+ \d+ tokens/);
      expect(await ask.count()).toBe(0);
      await column(page, 'B').getByLabel('Allow None').selectOption('without');
      await ask.waitFor();
      expect(await column(page, 'B').locator('.stale').count()).toBe(1);
    });

    it('shows the cost of an answer', async () => {
      const page = await open({ hash: '#example=two-dogs.jpg&strategy=sfa' });
      await askOn(page, 'the dog');
      await expect
        .poll(() => page.locator('.numbers').textContent())
        .toMatch(/Language model\d calls?, \d+ \+/);
      await soon(() => page.url()).toContain('strategy=sfa');
    });
  },
  async () => {
    const model = await startStandIn({ policy: POLICIES['always-first']! });
    const web = await serveWeb({ SPOTTER_MLLM_MODEL: 'stand-in', OPENAI_BASE_URL: model.baseURL });
    return {
      ...web,
      async close() {
        await web.close();
        await model.close();
      },
    };
  },
);
