import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import {
  askOn,
  describeInBrowser,
  giveFile,
  lastAnswer,
  marked,
  pixelsOf,
  soon,
  violations,
} from './browser.ts';
import { serveWeb } from './world.ts';

const DOGS = { name: /dogs/i };
const THE_DOG = '#example=two-dogs.jpg&q=the+dog';

describeInBrowser('the page', ({ open }) => {
  it('leads a newcomer from an example to the answer', async () => {
    const page = await open();
    await page.evaluate(`(() => {
      window.seen = new Set();
      const look = () => document.querySelectorAll('.progress li').forEach((li) => window.seen.add(li.textContent));
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
    })()`);
    await page.getByRole('button', DOGS).click();
    await page.getByRole('button', { name: 'the upper dog', exact: true }).click();
    await soon(() => lastAnswer(page).textContent()).toBe('Found The upper dog.');
    expect(await page.evaluate('[...window.seen]')).toEqual(
      expect.arrayContaining(['Reading the expression', 'Looking with the detector', 'Deciding']),
    );
    expect(await page.getByRole('status').textContent()).toBe('Found. The upper dog.');
    await soon(() => page.title()).toBe('the upper dog · Spotter');
    expect(await marked(page).textContent()).toMatch(/^dog: from \d+, \d+ to \d+, \d+ pixels$/);
    expect(await pixelsOf(page, '--mark-3')).toBeGreaterThan(500);
    expect(page.url()).toContain('#example=two-dogs.jpg&q=the+upper+dog');
  });

  it('is used with the keyboard alone, also to choose one of several', async () => {
    const page = await open();
    await page.getByRole('button', DOGS).waitFor();
    const focused = () => page.evaluate(`(document.activeElement.textContent || document.activeElement.id)`);
    const tabTo = async (wanted: RegExp) => {
      for (let press = 0; press < 40; press++) {
        await page.keyboard.press('Tab');
        if (wanted.test(String(await focused()))) return;
      }
      throw new Error(`Tab does not lead to ${wanted}.`);
    };
    await tabTo(/dogs/i);
    await page.keyboard.press('Enter');
    await page.locator('canvas').waitFor();
    await tabTo(/^expression$/);
    await page.keyboard.type('the dog');
    await page.keyboard.press('Enter');
    await soon(() => lastAnswer(page).textContent()).toBe('Undecided 2 could be the dog.');
    expect(await marked(page).textContent()).toMatch(/^1 dog: .*2 dog: /);
    await page.keyboard.press('2');
    await soon(() => lastAnswer(page).textContent()).toBe('Found You chose candidate 2, a dog.');
    expect(await pixelsOf(page, '--mark-3')).toBeGreaterThan(500);
  });

  it('takes a click on a candidate', async () => {
    const page = await open({ hash: THE_DOG });
    await page.locator('.choices').waitFor();
    const { width, height } = (await page.locator('canvas').boundingBox())!;
    // The middle of the lower dog, as a share of the picture.
    const [x, y] = [493 / 852, 715 / 1280];
    await page.locator('canvas').click({ position: { x: x * width, y: y * height } });
    await soon(() => lastAnswer(page).textContent()).toBe('Found You chose candidate 2, a dog.');
  });

  it('goes on with what was asked before, and marks nothing that is not there', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg&q=the+upper+dog' });
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
    await askOn(page, 'and the cat?');
    await soon(() => lastAnswer(page).textContent()).toBe('Not present I see 2 dogs, but no cat.');
    expect(await page.locator('.turn').count()).toBe(2);
    expect(await page.getByText('Read as “the cat”').count()).toBe(1);
    expect(await marked(page).textContent()).toBe('Nothing is marked.');
    expect(await pixelsOf(page, '--mark-3')).toBe(0);
    await page.getByRole('button', { name: 'Show in the picture' }).click();
    await soon(() => marked(page).textContent()).toMatch(/^dog: /);
  });

  it.each(['drop', 'paste'] as const)('takes a picture by %s, which is in no link', async (kind) => {
    const page = await open();
    await giveFile(page, kind, 'coffee.jpg');
    await page.getByLabel('What are you looking for?').waitFor();
    await askOn(page, 'the cup');
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
    expect(page.url()).not.toContain('example');
    expect(await page.getByRole('button', { name: 'Copy link' }).count()).toBe(0);
  });

  it('shows what the browser cannot show, and says so of what is no picture', async () => {
    const page = await open({ expected: /415|status of 4/ });
    const chosen = page.locator('input[type=file]').first();
    await chosen.setInputFiles({ name: 'a.txt', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await expect.poll(() => page.locator('.problem').textContent()).toContain('is not a picture');
    await chosen.setInputFiles('test/picture/two-dogs.heic');
    await page.locator('canvas').waitFor();
    expect(await page.locator('.problem').count()).toBe(0);
    await askOn(page, 'the upper dog');
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
  });

  it('offers the camera on a touch screen', async () => {
    const phone = await open({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } });
    const capture = phone.locator('input[capture=environment]');
    expect(await capture.getAttribute('accept')).toMatch(/^image\/\*/);
    await soon(() => phone.getByRole('button', { name: 'Take a photo' }).isVisible()).toBe(true);
  });

  it('follows back, forward and reload', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg&q=the+upper+dog' });
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
    await askOn(page, 'the cat');
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Not present/);
    await page.goBack();
    await soon(() => page.locator('.turn').count()).toBe(1);
    expect(await lastAnswer(page).textContent()).toMatch(/^Found/);
    await page.goForward();
    await soon(() => page.locator('.turn').count()).toBe(2);
    await page.reload();
    await soon(() => page.locator('.turn').count()).toBe(2);
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Not present/);
    await page.getByRole('link', { name: 'Spotter' }).click();
    await page.getByRole('button', DOGS).waitFor();
    await page.goBack();
    await soon(() => page.locator('.turn').count()).toBe(2);
  });

  it('has a picture of one’s own again after a reload', async () => {
    const page = await open();
    await giveFile(page, 'drop', 'coffee.jpg');
    await page.getByLabel('What are you looking for?').waitFor();
    await askOn(page, 'the cup');
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
    await soon(() => page.evaluate('history.state?.turns?.length')).toBe(1);
    await page.reload();
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
    await soon(() => pixelsOf(page, '--mark-3')).toBeGreaterThan(500);
  });

  it('says why a conversation cannot be shown again', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg&q=the+upper+dog', expected: /status of 503/ });
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
    await soon(() => page.evaluate('history.state?.turns?.length')).toBe(1);
    await page.route('**/api/v1/answers/*', (route) =>
      route.fulfill({ status: 503, json: { code: 'busy', title: 'Too much to do.', detail: 'Wait.' } }),
    );
    await page.reload();
    await soon(() => page.locator('.problem').textContent()).toBe('Too much to do. Wait.');
  });

  it('copies the answer and a link that asks the same again, and saves the picture', async () => {
    const page = await open({ hash: `${THE_DOG}&settings=${encodeURIComponent('{"box_threshold":0.4}')}` });
    await soon(() => lastAnswer(page).textContent()).toBe('Found The dog.');
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    await page.getByText('Copied').waitFor();
    const copied = JSON.parse(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied).toMatchObject({ outcome: 'found', strategy: 'auto', considered: [{ label: 'dog' }] });
    await page.getByRole('button', { name: 'Copy link' }).click();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    const again = await open({ hash: new URL(link).hash });
    await soon(() => lastAnswer(again).textContent()).toBe('Found The dog.');
    await page.getByText('Strategy, detector, settings').click();
    await page.getByLabel('Box threshold').fill('0');
    await askOn(page, 'the cat');
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Not present/);
    await page.getByRole('button', { name: 'Show in the picture' }).click();
    await page.getByRole('button', { name: 'Copy link' }).click();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(link);
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the picture' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('spotter-two-dogs.jpg');
    const bytes = await readFile(await saved.path());
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  });

  it('shows all candidates', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg&q=the+upper+dog' });
    await page.getByRole('button', { name: 'All candidates' }).click();
    await soon(() => marked(page).locator('li').count()).toBe(5);
    expect(await marked(page).textContent()).toMatch(/^1 dog 0\.45: /);
  });

  it('says what is wrong with a link, and asks nothing else', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg&settings=%7B%22top_k%22:4%7D' });
    await expect
      .poll(() => page.locator('.problem').textContent())
      .toBe('The link has parts that are not understood: settings. They are left out.');
    const none = await open({ hash: '#example=nothing.jpg&q=a', expected: /404/ });
    await soon(() => none.locator('.problem').textContent()).toContain('There is no such example.');
    const both = await open({ hash: '#example=nothing.jpg&settings=[', expected: /404/ });
    await soon(() => both.locator('.problem').count()).toBe(2);
    expect(await both.locator('.problem').first().textContent()).toContain('not understood: settings.');
  });

  it('zooms and moves by keys, and shows all again', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg&q=the+upper+dog' });
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
    const whole = await pixelsOf(page, '--mark-3');
    await page.getByRole('group', { name: /dogs/ }).focus();
    await page.keyboard.press('+');
    await soon(() => pixelsOf(page, '--mark-3')).toBeGreaterThan(whole * 1.2);
    const zoomed = await pixelsOf(page, '--mark-3');
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowDown');
    await soon(() => pixelsOf(page, '--mark-3')).not.toBe(zoomed);
    await page.keyboard.press('0');
    await soon(() => pixelsOf(page, '--mark-3')).toBe(whole);
  });

  it('zooms by the wheel where it has the focus, and is dragged', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg&q=the+upper+dog' });
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
    await soon(() => pixelsOf(page, '--mark-3')).toBeGreaterThan(0);
    const whole = await pixelsOf(page, '--mark-3');
    const { x, y, width, height } = (await page.locator('canvas').boundingBox())!;
    // Just right of the upper dog.
    await page.mouse.click(x + width * 0.6, y + height * 0.35);
    await page.mouse.wheel(0, -300);
    await soon(() => pixelsOf(page, '--mark-3')).toBeGreaterThan(whole * 1.2);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.1, y + height * 0.35, { steps: 5 });
    await page.mouse.up();
    await soon(() => pixelsOf(page, '--mark-3')).toBeLessThan(whole);
  });

  it('zooms by two fingers, and is picked from by one', async () => {
    const page = await open({ hash: THE_DOG, hasTouch: true, viewport: { width: 800, height: 900 } });
    await page.locator('.choices').waitFor();
    await soon(() => pixelsOf(page, '--mark-1')).toBeGreaterThan(0);
    const whole = await pixelsOf(page, '--mark-1');
    const { x, y, width, height } = (await page.locator('canvas').boundingBox())!;
    // Around the upper dog.
    const [atX, atY] = [x + width * 0.41, y + height * 0.36];
    const cdp = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart?: number) =>
      cdp.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          apart === undefined ? [] : [-apart, apart].map((by, id) => ({ x: atX + by, y: atY, id })),
      });
    await touch('touchStart', 15);
    for (const apart of [18, 22, 26, 30]) await touch('touchMove', apart);
    await touch('touchEnd');
    await soon(() => pixelsOf(page, '--mark-1')).toBeGreaterThan(whole * 1.2);
    expect(await page.locator('.turn').count()).toBe(1);
    await page.touchscreen.tap(atX, atY);
    await soon(() => lastAnswer(page).textContent()).toBe('Found You chose candidate 1, a dog.');
  });

  it('starts afresh where the server has forgotten the conversation', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg&q=the+upper+dog', expected: /404/ });
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Found/);
    const asked: string[] = [];
    await page.route('**/api/v1/find*', (route) => {
      asked.push(route.request().postData() ?? '');
      const forgotten = { code: 'not-found', title: 'There is no such answer.', detail: 'Ask again.' };
      return asked.length <= 2 ? route.fulfill({ status: 404, json: forgotten }) : route.continue();
    });
    await askOn(page, 'the cat');
    await soon(() => page.locator('.problem').textContent()).toBe('There is no such answer. Ask again.');
    await askOn(page, 'the cat');
    await soon(() => lastAnswer(page).textContent()).toMatch(/^Not present/);
    expect(asked.map((body) => 'after' in JSON.parse(body))).toEqual([true, true, false]);
  });

  it('explains an answer step by step', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg&q=the+upper+dog' });
    await page.getByRole('button', { name: 'Why?' }).click();
    const lesson = page.getByRole('dialog', { name: 'Why? “the upper dog”' });
    await lesson.getByRole('heading', { name: /The expression is read/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await lesson.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Why?');
  });

  it('stops asking when it is told to, and tells what comes of a stream', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg' });
    let release: (() => void) | undefined;
    await page.route('**/api/v1/find*', async (route) => {
      await new Promise<void>((done) => {
        release = done;
      });
      await route.abort().catch(() => {});
    });
    await askOn(page, 'the dog');
    await soon(() => page.locator('.progress').textContent()).toBe('Sending');
    await page.getByRole('button', { name: 'Stop' }).click();
    await soon(() => page.locator('.problem').textContent()).toBe('The question was cancelled. ');
    release?.();
    await page.unroute('**/api/v1/find*');
    const events = [
      ['position', { ahead: 1 }],
      ['step', { name: 'language' }],
      ['problem', { code: 'timed-out', title: 'It took too long.', detail: 'Try again.' }],
    ].map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    await page.route('**/api/v1/find*', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: events.join('') }),
    );
    await askOn(page, 'the dog');
    await soon(() => page.locator('.problem').last().textContent()).toBe('It took too long. Try again.');
  });

  it('tells what an error says and what to do', async () => {
    const page = await open({ hash: '#example=two-dogs.jpg', expected: /status of/ });
    await page.route('**/api/v1/find*', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'busy', title: 'Too much to do.', detail: 'Try again in a minute.' }),
      }),
    );
    await askOn(page, 'the dog');
    await expect
      .poll(() => page.locator('.problem').textContent())
      .toBe('Too much to do. Try again in a minute.');
  });

  it.each([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('is free of what axe-core finds, %i pixels wide, %s', async (width, colorScheme) => {
    const page = await open({ colorScheme, viewport: { width, height: 800 } });
    await page.getByRole('button', DOGS).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', DOGS).click();
    await askOn(page, 'the dog');
    await page.locator('.choices').waitFor();
    await page.getByText('Strategy, detector, settings').click();
    expect(await violations(page)).toEqual([]);
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(width);
  });

  it('is dark where the system is, and stands still where that is wished', async () => {
    const page = await open({ colorScheme: 'dark', reducedMotion: 'reduce' });
    const ground = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    expect(ground).toBe('rgb(20, 22, 26)');
    const moves = (one: typeof page) =>
      one.evaluate(`(() => {
        document.body.insertAdjacentHTML('beforeend', '<ol class="progress"><li class="now">Sending</li></ol>');
        return getComputedStyle(document.querySelector('.now'), '::before').animationName;
      })()`);
    expect(await moves(page)).toBe('none');
    expect(await moves(await open())).toBe('pulse');
  });
});

describeInBrowser(
  'the page of a server that wants a token',
  ({ open }) => {
    it('asks for it once, says when it is wrong, and keeps it for the tab', async () => {
      const page = await open({ hash: THE_DOG, expected: /401/ });
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      expect(await violations(page)).toEqual([]);
      await dialog.getByLabel('Token').fill('not-the-right-one');
      await page.keyboard.press('Enter');
      await soon(() => dialog.textContent()).toContain('This token is not accepted.');
      await dialog.getByLabel('Token').fill('correct-horse-battery');
      await page.keyboard.press('Enter');
      await soon(() => lastAnswer(page).textContent()).toMatch(/^Undecided/);
      expect(await dialog.count()).toBe(0);
      await page.reload();
      await soon(() => lastAnswer(page).textContent()).toMatch(/^Undecided/);
      expect(await dialog.count()).toBe(0);
      expect(page.url()).not.toContain('correct');
    });

    it('goes on without one where none is given', async () => {
      const page = await open({ hash: THE_DOG, expected: /401/ });
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await soon(() => page.locator('.turn .problem').textContent()).toContain('A token is needed.');
      await page.keyboard.press('Escape');
      await soon(() => page.getByRole('dialog').count()).toBe(0);
      const choices = page.locator('.ways .problem');
      await page.getByText('Strategy, detector, settings').click();
      expect(await choices.textContent()).toBe('A token is needed. Try again to enter it. Try again');
      await choices.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('dialog').getByLabel('Token').fill('correct-horse-battery');
      await page.keyboard.press('Enter');
      await soon(() => page.getByLabel('Detector').inputValue()).toBe('starter');
      expect(await choices.count()).toBe(0);
    });
  },
  () => serveWeb({ SPOTTER_WEB_TOKENS: 'ann:correct-horse-battery' }),
);
