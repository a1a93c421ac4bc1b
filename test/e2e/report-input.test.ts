// Reports of runs that hold little, too much, or texts that try to be markup.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Profile } from '#profile/types.ts';
import { NO_BROWSER, ReportBrowser } from '../ui-fixtures-browser.ts';
import { largeProfile } from '../ui-fixtures-large.ts';
import { cutOffProfile, hostileProfile, nothingProfile, profileWithoutAgent } from '../ui-fixtures-odd.ts';

const VIEWS = ['overview', 'timeline', 'growth', 'flame', 'lines', 'processes', 'about'];
let browser: ReportBrowser;

beforeAll(async () => {
  if (!NO_BROWSER) browser = await ReportBrowser.launch();
});
afterAll(() => browser?.close());
beforeEach((context) => {
  if (NO_BROWSER) context.skip(NO_BROWSER);
});

/** Opens every view; gives what each says. */
async function readViews(profile: Profile): Promise<Record<string, string>> {
  const address = browser.write(profile);
  const said: Record<string, string> = {};
  for (const view of VIEWS) {
    const { page, problems } = await browser.open(address, { hash: `#/${view}` });
    said[view] = await page.locator('body').innerText();
    expect(problems, view).toEqual([]);
    expect(await page.evaluate('window.hacked'), view).toBeUndefined();
    expect(said[view]).not.toMatch(/NaN|undefined|Infinity/);
    await page.close();
  }
  return said;
}

describe('little', () => {
  test('no agent: the kernel’s figures, and why there are no lines', async () => {
    const said = await readViews(profileWithoutAgent());
    expect(said.overview).toContain('sleep needed at least 3.00 MiB at its peak');
    expect(said.lines).toContain('no agent ran inside');
    expect(said.flame).toContain('no agent ran inside');
  });

  test('killed before the first reading', async () => {
    const said = await readViews(cutOffProfile());
    expect(said.overview).toContain('No memory figures were recorded');
    expect(said.overview).toContain('This run was cut off');
    expect(said.overview).toContain('killed by SIGKILL');
    expect(said.timeline).toContain('before the kernel’s figures were read');
  });

  test('nothing at all', async () => {
    const said = await readViews(nothingProfile());
    expect(said.processes).toContain('No process was seen');
  });
});

test('texts from outside stay texts', async () => {
  const said = await readViews(hostileProfile());
  expect(said.overview).toContain('<img src=x onerror=');
  expect(said.about).toContain('</script>');
});

test('a large profile is shown, and scrolled through', async () => {
  const { page, problems } = await browser.open(browser.write(largeProfile()), { hash: '#/lines?by=leaf' });
  const count = await page.locator('.lines-table tbody tr').count();
  expect(count).toBeLessThan(120);
  const first = await page.locator('.line-open').first().innerText();
  await page.locator('.scroll-table').evaluate((element) => {
    element.scrollTop = element.scrollHeight / 2;
  });
  // Not waitForFunction: once it has to ask again it does so by eval, which the page forbids.
  await expect.poll(() => page.locator('.line-open').first().innerText()).not.toBe(first);
  expect(await page.locator('.line-open').count()).toBeGreaterThan(10);
  await page.evaluate("location.hash = '#/flame?order=inverted&what=allocated'");
  await page.locator('.flame canvas').waitFor();
  expect(problems).toEqual([]);
  await page.close();
});

test('a page whose profile is damaged says so', async () => {
  const { page } = await browser.open(browser.writeDamaged(profileWithoutAgent()));
  expect(await page.locator('main').innerText()).toContain('This report cannot be shown');
  await page.close();
});
