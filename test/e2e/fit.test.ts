// The page of `highwater fit` in a real browser.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { computeFit, type Fit } from '#analysis/fit/fit.ts';
import { runFromText } from '../fit-runs.ts';
import { findFaintTexts, NO_BROWSER, ReportBrowser } from '../ui-fixtures-browser.ts';

const MIB = 2 ** 20;
let browser: ReportBrowser;

beforeAll(async () => {
  if (!NO_BROWSER) browser = await ReportBrowser.launch();
});
afterAll(() => browser?.close());
beforeEach((context) => {
  if (NO_BROWSER) context.skip(NO_BROWSER);
});

function fitOf(limit: number, serve = '20/10 70/10 20/10 35/10 20/10'): Fit {
  const inputs = [
    { name: 'serve', profile: runFromText(serve), count: 6 },
    { name: 'train', profile: runFromText('50/10 90/10 60/10'), count: 1 },
  ];
  return computeFit(inputs, { limit: limit * MIB, risk: 0.01, by: 'worst', draws: 1000 }) as Fit;
}

test.each([
  ['light', 1280, 300, 'no'],
  ['dark', 800, 300, 'no'],
  ['light', 800, 4000, 'yes'],
  ['dark', 1280, 4000, 'yes'],
] as const)('in the %s theme, %i pixels wide: into %i MiB, %s', async (theme, width, limit, answer) => {
  const fit = fitOf(limit);
  const { page, problems } = await browser.open(browser.writeFit(fit), { theme, width });
  const text = await page.locator('main').innerText();
  expect(await page.locator('header .mark').innerText()).toBe(answer);
  expect(text).toContain('6 x serve and 1 x train need 460 MiB at worst');
  expect(text).toMatch(/serve 360 MiB 6 x 60\.0 MiB, 78 %/);
  expect(text).toMatch(/files, once 20\.0 MiB/);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
  expect(await page.locator('.histogram-over').count()).toBeGreaterThanOrEqual(answer === 'no' ? 1 : 0);
  await page.locator('.histogram-bar').first().hover();
  expect(await page.locator('[role="tooltip"]').innerText()).toMatch(/ % of starts: [\d.]+ MiB to [\d.]+ MiB/);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  expect(await findFaintTexts(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.close();
});

test('the bars above the limit are the chance of exceeding it', async () => {
  const { limit, random } = fitOf(300);
  const { from, width, counts } = random.peaks;
  const above = counts.filter((_, bin) => from + bin * width >= limit - width / 2).reduce((a, b) => a + b, 0);
  expect(above / random.draws).toBeCloseTo(random.exceedsInCycle.high.value, 12);
});

test('runs that always need the same have no bars', async () => {
  const { page, problems } = await browser.open(browser.writeFit(fitOf(4000, '20/10 20/10')));
  expect(await page.locator('main').innerText()).toMatch(/However they start, they need [\d.]+ MiB at most/);
  expect(problems).toEqual([]);
  await page.close();
});
