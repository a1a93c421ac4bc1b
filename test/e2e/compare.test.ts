// Two runs in a real browser: the tab of a report that has a run before it, and the page of `highwater diff`.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { computeComparison } from '#analysis/compare.ts';
import type { Profile } from '#profile/types.ts';
import { type ComparisonPage, comparisonPageOf } from '#report/compare-page.ts';
import { RICH_META, richProfile } from '../ui-fixtures.ts';
import { findFaintTexts, isPainted, NO_BROWSER, type OpenedReport, ReportBrowser } from '../ui-fixtures-browser.ts';
import { hostileProfile } from '../ui-fixtures-odd.ts';

const environment = RICH_META.environment!;
const before = richProfile({
  meta: {
    startedAt: Date.UTC(2026, 0, 2, 3, 0, 0),
    command: ['python3', 'train.py', '--epochs', '2'],
    environment: { ...environment, packages: [{ name: 'numpy', version: '1.26.4' }, ...environment.packages.slice(1)] },
  },
});
const after = richProfile({ grown: 48 });
let browser: ReportBrowser;

beforeAll(async () => {
  if (!NO_BROWSER) browser = await ReportBrowser.launch();
});
afterAll(() => browser?.close());
beforeEach((context) => {
  if (NO_BROWSER) context.skip(NO_BROWSER);
});

function pageOf(a: Profile, b: Profile): ComparisonPage {
  return comparisonPageOf(
    { profile: a, name: 'train.prev.highwater' },
    { profile: b, name: 'train.highwater' },
    computeComparison(a, b),
  );
}

async function expectReadable({ page }: OpenedReport): Promise<void> {
  expect(await page.locator('main').innerText()).not.toMatch(/NaN|undefined|Infinity|null/);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  expect(await findFaintTexts(page)).toEqual([]);
}

async function expectClean({ page, problems }: OpenedReport): Promise<void> {
  expect(problems).toEqual([]);
  await page.close();
}

const section = (page: Page, label: string): Promise<string> => page.locator(`[aria-label="${label}"]`).innerText();

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.each([1280, 800])('the Compare tab says what grew, %i pixels wide', async (width) => {
    const report = await browser.open(browser.write(after, pageOf(before, after)), { theme, width });
    const { page } = report;
    expect(await section(page, 'Since the previous run')).toMatch(
      /^Since the previous run: peak \+48\.0 MiB \(\+5\.7 %\): mostly train\.py:12 \+48\.0 MiB\. Compare$/,
    );
    await page.getByRole('link', { name: 'Compare', exact: true }).first().click();
    await page.locator('main[aria-label="Compare"]').waitFor();
    expect(await page.locator('.banner').first().innerText()).toContain('these do not compare');
    expect(await section(page, 'Lines that changed')).toMatch(/190 MiB\s+238 MiB\s+\+48\.0 MiB\s+grew\s+train\.py:12/);
    expect(await section(page, 'Different around the runs')).toMatch(/numpy\s+1\.26\.4\s+2\.1\.3/);
    expect(await isPainted(page, '.chart canvas')).toBe(true);
    await expectReadable(report);
    await expectClean(report);
  });

  test('the page of diff says the same, without a profile', async () => {
    const report = await browser.open(browser.writeComparison(pageOf(before, after)), { theme, width: 1280 });
    const { page } = report;
    expect(await page.locator('h1').innerText()).toMatch(/^Peak 890 MiB, 48\.0 MiB more/);
    expect(await page.locator('header').innerText()).toContain('train.highwater against train.prev.highwater');
    expect(await page.locator('.legend').innerText()).toMatch(/before\s*842 MiB\s*after\s*890 MiB/);
    expect(await section(page, 'Processes')).toContain('grew');
    await page.getByRole('button', { name: /Use the (light|dark) theme/ }).click();
    expect(await page.locator('html').getAttribute('data-theme')).not.toBe(theme);
    await expectReadable(report);
    await page.evaluate('localStorage.clear()');
    await expectClean(report);
  });
});

test('a run with itself: no change anywhere', async () => {
  const report = await browser.open(browser.writeComparison(pageOf(before, before)));
  const text = await report.page.locator('main').innerText();
  expect(text).toContain('no change');
  expect(text).toContain('No line changed');
  expect(text).toContain('the same command');
  expect(text).not.toMatch(/grew|shrank/);
  await expectClean(report);
});

test('without a run before it there is no tab, and its address leads to an explanation', async () => {
  const report = await browser.open(browser.write(after), { hash: '#/compare' });
  expect(await report.page.locator('main').innerText()).toContain('without a run before it');
  expect(await report.page.getByRole('link', { name: 'Compare', exact: true }).count()).toBe(0);
  await expectClean(report);
});

test('texts from outside stay texts', async () => {
  const report = await browser.open(browser.writeComparison(pageOf(richProfile(), hostileProfile())));
  expect(await report.page.evaluate('window.hacked')).toBeUndefined();
  expect(await report.page.locator('main').innerText()).not.toMatch(/[\u202a-\u202e]/);
  await expectClean(report);
});

test('it prints', async () => {
  const report = await browser.open(browser.writeComparison(pageOf(before, after)), { theme: 'dark' });
  expect((await report.page.pdf()).length).toBeGreaterThan(10_000);
  await expectClean(report);
});
