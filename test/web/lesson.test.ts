import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LessonAnswer } from '../../adapters/web/page/lesson/data.ts';
import { lessonFile } from '../../adapters/web/server/lesson-file.ts';
import { optionsOf } from '../../src/evaluate/stand-in/policies.ts';
import { type StandIn, startStandIn } from '../../src/evaluate/stand-in/server.ts';
import { describeInBrowser, marked, pixelsOf, soon, violations } from './browser.ts';
import { formOf, serveWeb } from './world.ts';

const HOSTILE = '</script><script>document.title="x"</script><!-- the dog';

let folder: string;
let model: StandIn;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spotter-lesson-'));
  // Takes the first option, rather surely.
  model = await startStandIn({
    policy: ({ prompt }) => {
      const first = optionsOf(prompt).map(({ letter }, i) => ({
        token: letter,
        logprob: Math.log(i === 0 ? 0.7 : 0.1),
      }));
      return { text: first[0]!.token, first };
    },
  });
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

const answers = new Map<string, Promise<LessonAnswer>>();

/** Asked through the API, once for each question. */
function ask(url: string, photo: string, expression: string): Promise<LessonAnswer> {
  const asked = async () => {
    const form = await formOf(await readFile(`examples/${photo}`), { expression });
    const reply = await fetch(`${url}/api/v1/find?trace=1`, { method: 'POST', body: form });
    expect(reply.status).toBe(200);
    return (await reply.json()) as LessonAnswer;
  };
  const key = `${photo} ${expression}`;
  const answer = answers.get(key) ?? asked();
  answers.set(key, answer);
  return answer;
}

/** The address of a lesson in a file of its own. */
async function fileOf(answer: LessonAnswer, photo: string): Promise<string> {
  const { width, height } = answer.image;
  const jpeg = await readFile(`examples/${photo}`);
  const path = join(folder, `lesson-${answers.size}.html`);
  writeFileSync(path, await lessonFile({ answer, jpeg, size: { width, height } }));
  return pathToFileURL(path).href;
}

/** Rests the pointer somewhere first: only what it is moved to counts. */
async function pointAt(place: Locator): Promise<void> {
  await place.hover({ position: { x: 4, y: 4 } });
  await place.hover();
}

const step = (page: Page, name: string) => page.locator(`[data-step=${name}]`);
const cell = (page: Page, row: number, column: number) => page.locator(`[data-place="${row} ${column}"]`);
const caption = (page: Page) => page.locator('.lesson-caption');
/** What stands in the file, as the browser reads it. */
const dataOf = (page: Page) =>
  page.evaluate(`JSON.parse(document.getElementById('data').textContent)`) as Promise<{
    answer: LessonAnswer;
  }>;

describe('a lesson in a file', () => {
  it('ends no element by what was asked, and lets nothing run but its own', async () => {
    const answer = { expression: HOSTILE, sentence: HOSTILE } as LessonAnswer;
    const html = await lessonFile({ answer, jpeg: new Uint8Array([1, 2]), size: { width: 1, height: 1 } });
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).toContain('<title>Spotter: &lt;/script&gt;');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:;/,
    );
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });
});

describeInBrowser(
  'the lesson',
  (visit) => {
    const open = async (photo: string, expression: string, options: object = {}) => {
      const answer = await ask(visit.web.url, photo, expression);
      return visit.open({ url: await fileOf(answer, photo), ...options });
    };
    const GLASS = ['wine.jpg', 'the glass to the left of the bottle'] as const;
    const FRIENDLY = ['two-dogs.jpg', 'the friendly dog on the left that is not white'] as const;

    it('colours the parts of the expression, and says what the colours mean', async () => {
      const page = await open(...GLASS);
      const parts = step(page, 'reading').locator('.lesson-part b');
      expect(await parts.allTextContents()).toEqual(['the glass', 'to the left of', 'the bottle']);
      const colours = await page.evaluate(
        `[...document.querySelectorAll('.lesson-part b')].map((b) => getComputedStyle(b).borderBottomColor)`,
      );
      expect(new Set(colours as string[]).size).toBe(3);
      expect(await step(page, 'reading').locator('dt').allTextContents()).toEqual([
        ...['target', 'relation', 'other thing'],
      ]);
      const friendly = await open(...FRIENDLY);
      const marks = friendly.locator('.lesson-part');
      expect(await marks.locator('small').allTextContents()).toEqual(
        expect.arrayContaining(['target', 'not understood', 'place', 'not: colour']),
      );
    });

    it('switches the regions of each noun on and off', async () => {
      const page = await open(...GLASS);
      const [, bottle] = await step(page, 'regions').getByRole('switch').all();
      await bottle!.check();
      await soon(() => marked(page).textContent()).toMatch(/bottle 0\.\d\d: from/);
      await soon(() => pixelsOf(page, '--mark-2')).toBeGreaterThan(50);
      await bottle!.uncheck();
      await soon(() => marked(page).textContent()).not.toMatch(/bottle 0/);
      await soon(() => pixelsOf(page, '--mark-2')).toBe(0);
    });

    it('draws what a judgement looked at where its cell is pointed at', async () => {
      const page = await open(...GLASS);
      await pointAt(cell(page, 0, 1));
      await soon(() => caption(page).textContent()).toMatch(
        /^Candidate 1, wine glass: “to the left of the bottle”\. Drawn: a line to the other thing/,
      );
      await soon(() => marked(page).textContent()).toMatch(/candidate 1: from .*other thing: from/);
      await soon(() => pixelsOf(page, '--mark-2')).toBeGreaterThan(50);
      await pointAt(cell(page, 0, 0));
      await soon(() => marked(page).textContent()).not.toMatch(/other thing/);
    });

    it('takes a page that scrolls below a pointer at rest for no pointing', async () => {
      const page = await open(...GLASS);
      await pointAt(step(page, 'reading').locator('.lesson-expression'));
      await step(page, 'verdict').scrollIntoViewIfNeeded();
      await cell(page, 0, 1).focus();
      await soon(() => caption(page).textContent()).toMatch(/^Candidate 1, .*a line to the other thing/);
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      expect(await caption(page).textContent()).toMatch(/^Candidate 1, .*a line to the other thing/);
    });

    it('shows numbers that add up, and the point on its curve', async () => {
      const page = await open(...GLASS);
      const { answer } = await dataOf(page);
      const products = await step(page, 'weighing')
        .locator('.lesson-sum .lesson-number-cell')
        .allTextContents();
      const numbers = products.map((text) => Number(text.replace('−', '-')));
      const total = numbers.pop()!;
      expect(total).toBeCloseTo(answer.explanation!.weighing!.logOdds, 1);
      const sum = numbers.reduce((all, one) => all + one, 0);
      expect(Math.abs(sum - total)).toBeLessThan(0.005 * (numbers.length + 2));
      const curve = step(page, 'weighing').getByRole('img', { name: /^The logistic curve/ });
      expect(await curve.getAttribute('aria-label')).toContain(`a presence of ${answer.presence.toFixed(2)}`);
      expect(await curve.locator('.threshold').count()).toBe(2);
    });

    it('follows the reader from step to step', async () => {
      const page = await open(...GLASS);
      await soon(() => marked(page).textContent()).toBeTruthy();
      await step(page, 'verdict').scrollIntoViewIfNeeded();
      await page.mouse.wheel(0, 5000);
      await soon(() => caption(page).textContent()).toBe('The answer: found.');
      await soon(() => marked(page).textContent()).toMatch(/^wine glass: from/);
    });

    it('shows the very prompt, the letters, and what came of None', async () => {
      const page = await open(...FRIENDLY);
      const [exchange] = (await dataOf(page)).answer.explanation!.exchanges;
      const section = step(page, 'exchanges');
      expect(await section.getByRole('region', { name: 'Prompt 1' }).textContent()).toBe(exchange!.prompt);
      expect(exchange!.prompt).toContain('the friendly dog');
      expect(await section.getByRole('region', { name: 'Reply 1' }).textContent()).toBe(exchange!.reply);
      expect(await section.locator('.lesson-letters .chosen').textContent()).toMatch(/^A/);
      const last = exchange!.options!.at(-1)!;
      const none = last.probability!.toFixed(2);
      await expect(section.textContent()).resolves.toContain(`Presence = 1 − P(None) = 1 − ${none}`);
      await pointAt(section.getByRole('region', { name: 'Prompt 1' }));
      await soon(() => marked(page).textContent()).toMatch(/A: from.*B: from/);
    });

    it('says in a sentence what an answer does not have', async () => {
      const page = await open('two-dogs.jpg', 'how many dogs are there?');
      await expect(step(page, 'exchanges').textContent()).resolves.toContain('No language model was asked.');
      await expect(step(page, 'reading').textContent()).resolves.toContain('asked as a question');
    });

    it('hides each step until it is guessed, and tells how one did', async () => {
      const page = await open(...FRIENDLY);
      await page.getByRole('switch', { name: 'Predict first' }).check();
      expect(await page.getByRole('heading', { level: 3 }).count()).toBe(2);
      expect(await page.locator('.lesson-noun').count()).toBe(0);
      for (let guesses = 1; guesses <= 7; guesses++) {
        expect(await step(page, 'verdict').locator('.lesson-outcome').count()).toBe(0);
        const guess = page.getByRole('group', { name: /^Your guess/ }).nth(guesses - 1);
        await guess.getByRole('button').last().click();
        await soon(() => guess.locator('.lesson-told').textContent()).toMatch(/^(You were right|Wrong)\. \S/);
        await soon(() => page.locator('.lesson-intro').textContent()).toMatch(
          new RegExp(`right \\d of ${guesses} times`),
        );
        // What was guessed stays as it is.
        await guess.getByRole('button').first().click({ force: true });
        expect(await guess.getByRole('button').last().getAttribute('aria-pressed')).toBe('true');
      }
      await soon(() => page.locator('.lesson-intro').textContent()).toMatch(/All guesses made\./);
      expect(await page.getByRole('heading', { level: 3 }).count()).toBe(7);
      expect(await step(page, 'verdict').locator('.lesson-outcome').count()).toBe(1);
    });

    it('hides the reply to a prompt that is shown, until the letter is guessed', async () => {
      const page = await open(...FRIENDLY);
      await page.getByRole('switch', { name: 'Predict first' }).check();
      const { answer } = await dataOf(page);
      while ((await step(page, 'exchanges').count()) === 0) {
        await page
          .getByRole('group', { name: /^Your guess/ })
          .last()
          .getByRole('button')
          .first()
          .click();
      }
      const section = step(page, 'exchanges');
      expect(await section.getByRole('region').count()).toBe(1);
      const { letter } = answer.explanation!.exchanges[0]!.choice!;
      await section.getByRole('button', { name: letter!, exact: true }).click();
      await soon(() => section.getByRole('region').count()).toBe(2);
      await soon(() => section.locator('.lesson-told').textContent()).toBe(
        `You were right. It chooses ${letter}.`,
      );
    });

    it('asks again for each question to a language model, and shows scaling and replies that did not come', async () => {
      const answer = await ask(visit.web.url, ...FRIENDLY);
      const [exchange] = answer.explanation!.exchanges;
      const { reply: _, alternatives: __, options: ___, choice: ____, ...unanswered } = exchange!;
      const none = exchange!.options!.at(-1)!.letter;
      const chosen = { ...exchange!, choice: { kind: 'none', letter: none, presence: 0.2 } as const };
      const scaling = {
        raw: 0.7,
        bias: -0.5,
        weight: 0.8,
        presence: 0.543,
        thresholds: { found: 0.6, absent: 0.2 },
      };
      const explanation = { ...answer.explanation!, exchanges: [chosen, exchange!, unanswered], scaling };
      const url = await fileOf({ ...answer, explanation }, 'two-dogs.jpg');
      const page = await visit.open({ url });
      const section = step(page, 'exchanges');
      await expect(section.textContent()).resolves.toMatch(/It takes None.*It chooses A.*No reply came\./s);
      await expect(step(page, 'weighing').textContent()).resolves.toContain('that is worth 54 %');
      expect(await step(page, 'weighing').getByRole('img').count()).toBe(2);
      await page.getByRole('switch', { name: 'Predict first' }).check();
      while ((await section.count()) === 0) {
        await page
          .getByRole('group', { name: /^Your guess/ })
          .last()
          .getByRole('button')
          .first()
          .click();
      }
      expect(await section.locator('.lesson-exchange').count()).toBe(1);
      await section.getByRole('button', { name: none, exact: true }).click();
      await soon(() => section.locator('.lesson-exchange').count()).toBe(2);
      await expect(section.textContent()).resolves.toContain('It takes None');
      await expect(section.textContent()).resolves.not.toContain('It chooses');
    });

    it('is gone through by keys alone', async () => {
      const page = await open(...GLASS);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      const focused = () => page.evaluate('document.activeElement.textContent') as Promise<string>;
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('one');
      await page.keyboard.press('Enter');
      await soon(() => step(page, 'regions').locator('.lesson-told').textContent()).toMatch(/It proposes/);
      // Back, and to the matrix: one stop, and arrow keys within.
      await page.getByRole('switch', { name: 'Predict first' }).focus();
      await page.keyboard.press('Space');
      await cell(page, 0, 0).focus();
      await soon(() => caption(page).textContent()).toBe('Candidate 1, wine glass.');
      await page.keyboard.press('ArrowRight');
      await soon(() => caption(page).textContent()).toMatch(/^Candidate 1, .*a line to the other thing/);
      await page.keyboard.press('ArrowDown');
      await soon(() => caption(page).textContent()).toMatch(/^Candidate 2, /);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.closest("table")')).toBeNull();
    });

    it.each(['light', 'dark'] as const)('has no fault that axe-core finds, %s', async (colorScheme) => {
      const page = await open(...FRIENDLY, { colorScheme });
      await page.locator('summary').first().click();
      await cell(page, 0, 1).focus();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('switch', { name: 'Predict first' }).check();
      await page.getByRole('button', { name: 'four or more' }).click();
      await page.getByRole('button', { name: 'α' }).click();
      expect(await violations(page)).toEqual([]);
    });

    it('fits 360 pixels', async () => {
      const page = await open(...FRIENDLY, { viewport: { width: 360, height: 720 } });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      await cell(page, 1, 1).focus();
      const picture = await page.locator('.lesson-picture').boundingBox();
      const focused = await cell(page, 1, 1).boundingBox();
      // The picture stays in sight, and does not cover what has the focus.
      expect(picture!.y).toBe(0);
      expect(focused!.y).toBeGreaterThanOrEqual(picture!.height);
    });

    it('shows exactly what was asked, whatever it would like to be', async () => {
      const answer = await ask(visit.web.url, 'two-dogs.jpg', HOSTILE);
      const page = await visit.open({ url: await fileOf(answer, 'two-dogs.jpg') });
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`“${answer.expression}”`);
      expect(await page.title()).toBe(`Spotter: ${answer.expression}`);
    });
  },
  () =>
    serveWeb({
      ...{ OPENAI_BASE_URL: model.baseURL, SPOTTER_MLLM_MODEL: 'stand-in', SPOTTER_MLLM_PROBE: 'false' },
      ...{ SPOTTER_MLLM_PROFILE: '{"server": "vllm"}', SPOTTER_CACHE: 'false' },
    }),
);
