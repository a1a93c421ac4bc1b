// The report in a real browser: every view, by pointer and by keyboard, in both themes, with the figures of the analyses.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { computeFlameTree, liveByStack } from '#analysis/flame.ts';
import { computeGrowth } from '#analysis/growth.ts';
import { computeLines } from '#analysis/lines.ts';
import { computeOverview } from '#analysis/overview.ts';
import { computeStepSpans } from '#analysis/step-spans.ts';
import { formatBytes, formatSigned } from '#base/format.ts';
import { TableBuilder } from '#profile/build.ts';
import { SCHEMA } from '#profile/schema.ts';
import { exampleProfile } from '../example-profile.ts';
import { profileFromText } from '../profiles.ts';
import { richProfile } from '../ui-fixtures.ts';
import { findFaintTexts, isPainted, NO_BROWSER, type OpenedReport, ReportBrowser } from '../ui-fixtures-browser.ts';

const profile = richProfile();
const overview = computeOverview(profile);
const spans = computeStepSpans(profile, overview.ownership, 0, overview.steps);
let browser: ReportBrowser;
let rich: string;
let alone: string;

beforeAll(async () => {
  if (NO_BROWSER) return;
  browser = await ReportBrowser.launch();
  rich = browser.write(profile);
  alone = browser.write(richProfile({ alone: true }));
});
afterAll(() => browser?.close());
beforeEach((context) => {
  if (NO_BROWSER) context.skip(NO_BROWSER);
});

const VIEWS = ['Overview', 'Timeline', 'Growth', 'Flame graph', 'Lines', 'Processes', 'About this run'];

const textOf = (page: Page, selector: string): Promise<string> => page.locator(selector).first().innerText();
const cell = (page: Page, row: number, column: number): Promise<string> =>
  page.locator('.lines-table > tbody > tr').nth(row).locator('> td').nth(column).innerText();

async function expectClean({ page, problems }: OpenedReport): Promise<void> {
  expect(problems).toEqual([]);
  await page.close();
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.each([1280, 800])('every view opens by its tab, %i pixels wide', async (width) => {
    const report = await browser.open(rich, { theme, width });
    for (const view of VIEWS) {
      await report.page.getByRole('link', { name: view, exact: true }).click();
      await report.page.locator(`main[aria-label="${view}"]`).waitFor();
      expect(await report.page.locator('main').innerText()).not.toMatch(/NaN|undefined|Infinity/);
      const overflow = await report.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, `${view} is wider than the window`).toBeLessThanOrEqual(0);
      expect(await findFaintTexts(report.page), view).toEqual([]);
    }
    expect(await report.page.locator('html').getAttribute('data-theme')).toBe(theme);
    await expectClean(report);
  });
});

describe('Growth', () => {
  test('shows what came and went between two moments, chosen by button, slider, and drag', async () => {
    const report = await browser.open(rich, { hash: '#/growth' });
    const { page } = report;
    const rows = page.locator('section[aria-label="Growth by line"] tbody tr');
    const whole = computeGrowth(profile, overview.ownership, { from: 0, to: 256, by: 'user' });
    await page.getByRole('button', { name: 'whole run' }).click();
    expect(await rows.count()).toBe(whole.lines.length);
    expect(await rows.first().innerText()).toContain(formatSigned(whole.lines[0]!.net));
    expect(await textOf(page, '.lead')).toMatch(/^Between the start and .* resident memory/);

    const to = page.getByLabel('To', { exact: false }).and(page.locator('input'));
    await to.fill('200');
    expect(page.url()).toContain('to=200');
    await to.press('ArrowLeft');
    expect(page.url()).toContain('to=199');
    const part = computeGrowth(profile, overview.ownership, { from: 0, to: 199, by: 'user' });
    expect(await rows.first().innerText()).toContain(formatSigned(part.lines[0]!.net));

    const box = (await page.locator('.chart-plot .u-over').boundingBox())!;
    await page.mouse.move(box.x + box.width / 4, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 50, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=6\d&to=12\d/);
    await expectClean(report);
  });

  test('leads to the flame graph of what came and of what went, with the same totals', async () => {
    const range = { from: 20, to: 199 };
    const { came, went, processes, lines } = computeGrowth(profile, overview.ownership, { ...range, by: 'user' });
    const report = await browser.open(rich, { hash: '#/growth?from=20&to=199' });
    const { page } = report;
    const total = (): Promise<string> => textOf(page, '.flame-state p');
    await page.getByRole('link', { name: 'what came' }).click();
    expect(await total()).toMatch(/^Between 938 ms and 9\.33 s, came and stayed: /);
    expect(await total()).toContain(formatBytes(came.bytes));
    expect(await isPainted(page, '.flame canvas')).toBe(true);
    await page.getByRole('button', { name: 'inverted' }).click();
    expect(await total()).toContain(formatBytes(came.bytes));
    await page.getByRole('button', { name: 'went', exact: true }).click();
    expect(await total()).toContain(`was there and went: ${formatBytes(went.bytes)}`);
    await page.getByRole('link', { name: 'choose the moments' }).click();
    expect(page.url()).toMatch(/#\/growth\?from=20&to=199/);

    const rows = page.locator('section[aria-label="Growth by process"] tbody tr');
    await expect.poll(() => rows.count()).toBe(processes.length);
    expect(await rows.first().innerText()).toContain(formatSigned(processes[0]!.net));
    const line = lines.find((row) => row.place === 'line' && row.came.bytes > 0)!;
    await page.locator('.growth-flame').first().click();
    expect(await total()).toContain(`${formatBytes(line.came.bytes)} at`);
    await expectClean(report);
  });
});

test('a page that was made for two moments opens at what grew between them, unless its address says otherwise', async () => {
  const address = browser.write(profile, undefined, '#/growth?from=20&to=199');
  const report = await browser.open(address);
  await report.page.locator('main[aria-label="Growth"]').waitFor();
  expect(report.page.url()).toMatch(/#\/growth\?from=20&to=199$/);
  expect(await textOf(report.page, '.lead')).toMatch(/^Between 938 ms and 9\.33 s/);
  await expectClean(report);
  const lines = await browser.open(address, { hash: '#/lines' });
  await lines.page.locator('main[aria-label="Lines"]').waitFor();
  await expectClean(lines);
});

describe('Overview', () => {
  test('tells what libraries mapped, and what was in huge pages', async () => {
    const blas = '[/v/site-packages/numpy.libs/libscipy_openblas64_-32a4b2a6.so]alloc_mmap';
    const mapped = profileFromText(`app.py:main:3 > ${blas} = 96 MiB mmap`, { hwm: 200 * 2 ** 20 });
    const live = { ...mapped.live, resident: Float64Array.of(24 * 2 ** 20), blocks: Float64Array.of(3) };
    const areas = new TableBuilder('areas');
    const look = Object.fromEntries(Object.keys(SCHEMA.areas).map((name) => [name, 0]));
    areas.add({
      ...(look as Parameters<typeof areas.add>[0]),
      time: 500,
      resident: 200 * 2 ** 20,
      shared: 2 ** 20,
      huge: 22 * 2 ** 20,
    });
    const report = await browser.open(browser.write({ ...mapped, live, areas: areas.finish() }));
    const section = await report.page.locator('section[aria-label="What the peak consisted of"]').innerText();
    expect(section).toMatch(/OpenBLAS of numpy\s+24\.0 MiB\s+96\.0 MiB\s+3 buffers of 32\.0 MiB, by thread/);
    expect(section).toContain(
      'OpenBLAS holds 24.0 MiB (96.0 MiB of address space) in buffers, one for each thread and one more',
    );
    expect(section).toContain('22.0 MiB of 199 MiB anonymous memory were in huge pages: 2.00 MiB each');
    await expectClean(report);
  });

  test('says how much, when, what and who', async () => {
    const report = await browser.open(rich);
    const { page } = report;
    expect(await textOf(page, 'h1')).toBe(
      `train.py and its processes needed ${formatBytes(overview.peak!.bytes)} at their peak`,
    );
    const main = await page.locator('main').innerText();
    const running = spans.find((span) => span.start <= overview.peak!.time && overview.peak!.time <= span.end)!;
    const line = overview.steps[running.step]!.line;
    expect(main).toContain(`7.00 s into a run of 12.0 s, while train.py:${line} ran`);
    expect(main).toContain('42 % of the container limit of 2.00 GiB');
    const top = overview.lines.find((row) => row.place === 'line' && !row.importing)!;
    expect(await textOf(page, '[aria-label="Lines that held most"] tbody tr')).toContain(formatBytes(top.heap.bytes));
    expect(main).toContain('unexplained');
    expect(main).toMatch(/< \d+(\.\d+)? KiB/);
    expect(await isPainted(page, '.chart canvas')).toBe(true);
    await expectClean(report);
  });

  test('the parts of each bar add up to the peak', async () => {
    const report = await browser.open(alone);
    const tips = await report.page
      .locator('.composition')
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll('.parts-list li')].map((part) => part.getAttribute('data-tip') ?? ''),
        ),
      );
    expect(tips).toHaveLength(2);
    for (const row of tips) {
      const sum = row
        .map((tip) => Number(/^(-?[\d,]+) bytes/.exec(tip)![1]!.replaceAll(',', '')))
        .reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - 842 * 2 ** 20)).toBeLessThan(row.length);
    }
    await expectClean(report);
  });

  test('files and shared memory stand by owner, and what was asked for beside what was resident, each with its meaning', async () => {
    const tree = await browser.open(rich);
    const rowsOf = (page: Page, label: string) =>
      page.locator(`section[aria-label="${label}"] tbody tr`).allInnerTexts();
    expect((await rowsOf(tree.page, 'Files')).map((row) => row.split(/\s*\t\s*/))).toContainEqual([
      '60.0 MiB',
      'data.csv',
    ]);
    expect((await rowsOf(tree.page, 'Shared memory')).join()).toContain('psm_0a1b2c3d');
    await expectClean(tree);

    const { page, ...example } = await browser.open(browser.write(exampleProfile()));
    expect((await textOf(page, '.beyond tbody')).split('\t')).toEqual(['pages of files', '200 MiB', '', '124 MiB']);
    for (const head of ['Requested', 'Reserved', 'Resident']) {
      await page.locator('.beyond').getByText(head, { exact: true }).hover();
      expect((await textOf(page, '[role=tooltip]')).length).toBeGreaterThan(40);
    }
    await expectClean({ page, ...example });
  });

  test('warnings, a bad exit and a cut-off run are said aloud', async () => {
    const cut = browser.write(
      richProfile({ meta: { complete: false, exit: { kind: 'signaled', signal: 9, name: 'SIGKILL' } } }),
    );
    const report = await browser.open(cut);
    expect(await textOf(report.page, '[role="alert"]')).toContain('cut off');
    expect(await textOf(report.page, '.mark')).toBe('killed by SIGKILL');
    expect(await report.page.locator('.banner').allInnerTexts()).toContain(
      'Warning. resource_tracker (pid 4733): The agent could not start in this process.',
    );
    await expectClean(report);
  });

  test('imports open by keyboard to what they imported and to their modules', async () => {
    const report = await browser.open(rich);
    const { page } = report;
    const table = page.locator('[aria-label="Imports"] table');
    const rows = async () =>
      (await table.locator('tbody tr').allInnerTexts()).map((text) =>
        text
          .split(/[\s▸▾]+/)
          .join(' ')
          .trim(),
      );
    expect(await rows()).toEqual([
      '45.0 MiB 31.0 MiB 640 ms 430 ms pandas',
      '22.0 MiB 22.0 MiB 420 ms 420 ms sklearn',
      '1.50 MiB 1.50 MiB 0 ms 0 ms (interpreter start)',
    ]);
    const pandas = table.getByRole('button', { name: 'pandas' });
    expect(await pandas.getAttribute('aria-expanded')).toBe('false');
    await pandas.focus();
    await page.keyboard.press('Enter');
    expect(await pandas.getAttribute('aria-expanded')).toBe('true');
    await table.getByRole('button', { name: 'numpy' }).press('Space');
    expect((await rows()).slice(1, 3)).toEqual([
      '14.0 MiB 14.0 MiB 210 ms 210 ms numpy',
      '6.00 MiB 120 ms numpy._core',
    ]);
    await table.getByText('210 ms').first().hover();
    expect(await textOf(page, '[role="tooltip"]')).toContain('Between 209 ms and 212 ms. Time: Wall time');
    await pandas.press('Enter');
    expect(await rows()).toHaveLength(3);
    await expectClean(report);
  });

  test('a figure tells its meaning on hover and on focus', async () => {
    const report = await browser.open(rich);
    const { page } = report;
    await page.locator('.headline .term').first().hover();
    expect(await textOf(page, '[role="tooltip"]')).toContain('Proportional set size');
    await page.keyboard.press('Escape');
    expect(await page.locator('[role="tooltip"]').count()).toBe(0);
    await page.locator('.headline .term').nth(1).focus();
    expect(await textOf(page, '[role="tooltip"]')).toContain('tightest limit');
    await expectClean(report);
  });
});

describe('Lines', () => {
  test('figures are those of the analysis, and sorting follows the heads', async () => {
    const report = await browser.open(rich, { hash: '#/lines' });
    const { page } = report;
    const rows = computeLines(profile, overview.ownership, { moment: 2, by: 'user' });
    expect(await page.locator('.lines-table > tbody > tr').count()).toBe(rows.length);
    expect(await cell(page, 0, 0)).toContain(formatBytes(rows[0]!.heap.bytes));
    expect(await cell(page, 0, 2)).toContain('frame = pd.read_csv(path)');
    await page.getByRole('button', { name: 'Allocated' }).click();
    const byAllocated = [...rows].sort((a, b) => b.allocated.bytes - a.allocated.bytes);
    expect(await cell(page, 0, 7)).toBe(formatBytes(byAllocated[0]!.allocated.bytes));
    await page.getByRole('button', { name: 'Allocated' }).click();
    expect(await cell(page, rows.length - 1, 7)).toBe(formatBytes(byAllocated[0]!.allocated.bytes));
    expect(await page.locator('th[aria-sort="ascending"]').innerText()).toContain('Allocated');
    await expectClean(report);
  });

  test('filter, smallest size, imports and allocating lines narrow the table', async () => {
    const report = await browser.open(rich, { hash: '#/lines' });
    const { page } = report;
    const count = (): Promise<number> => page.locator('.lines-table > tbody > tr').count();
    const all = await count();
    await page.getByLabel('Filter').fill('READ_CSV');
    await page.getByText('1 of 10 lines').waitFor();
    await page.getByLabel('Filter').press('Escape');
    await page.getByText('10 lines', { exact: true }).waitFor();
    await page.getByLabel('At least').fill('100 MiB');
    expect(await count()).toBe(4);
    await page.getByLabel('At least').fill('');
    await page.getByLabel('Show imports').uncheck();
    expect(await count()).toBe(all - 3);
    await page.getByRole('button', { name: 'allocating line' }).click();
    expect(await page.locator('.lines-table').textContent()).toContain('pandas/io/parsers/readers.py:1026');
    expect(page.url()).toContain('imports=hidden');
    await expectClean(report);
  });

  test('a row opens its source by keyboard, and leads to its flame graph with the same total', async () => {
    const report = await browser.open(rich, { hash: '#/lines' });
    const { page } = report;
    await page.locator('.line-open').nth(1).focus();
    await page.keyboard.press('Enter');
    expect(await textOf(page, '.source-current')).toContain('scaled = (x - mean) / x.std(axis=0)');
    expect(await page.locator('.source-lines tr').count()).toBeGreaterThan(15);
    await page.getByRole('link', { name: 'Flame graph of this line' }).click();
    expect(await textOf(page, '.flame-state p')).toBe('Alive: 190 MiB at train.py:12');
    await page.getByRole('button', { name: 'Show all lines' }).click();
    expect(await textOf(page, '.flame-state p')).toBe(`Alive: ${formatBytes(overview.heap!.bytes)}`);
    await expectClean(report);
  });
});

describe('Flame graph', () => {
  const tree = computeFlameTree(profile, liveByStack(profile, 2), false);
  const details = (page: Page): Promise<string> => textOf(page, '.flame-details');

  test('is painted, and search tells what it matched', async () => {
    const report = await browser.open(rich, { hash: '#/flame?q=load:6' });
    const { page } = report;
    expect(await isPainted(page, '.flame canvas')).toBe(true);
    await page.getByLabel('Search').fill('readers.py');
    await page.locator('.matched', { hasText: formatBytes(204 * 2 ** 20) }).waitFor();
    expect(await textOf(page, '.matched')).toContain('in 2 boxes');
    expect(page.url()).toContain('q=readers.py');
    await expectClean(report);
  });

  test('arrows move, Enter zooms, Backspace and Escape lead out', async () => {
    const report = await browser.open(rich, { hash: '#/flame' });
    const { page } = report;
    const flame = page.locator('.flame');
    await flame.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    expect(await details(page)).toContain('main');
    expect(await details(page)).toContain(formatBytes(tree.total[2]!));
    await page.keyboard.press('ArrowRight');
    expect(await details(page)).toContain('train.py:17');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Show all again' }).waitFor();
    expect(await flame.locator('[aria-live]').innerText()).toContain('train.py:17');
    await page.keyboard.press('Backspace');
    expect(await details(page)).toContain('train.py:22');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('button', { name: 'Show all again' }).count()).toBe(0);
    await expectClean(report);
  });

  test('pointing tells the box, clicking zooms into it', async () => {
    const report = await browser.open(rich, { hash: '#/flame' });
    const { page } = report;
    const place = (await page.locator('.flame canvas').boundingBox())!;
    await page.mouse.move(place.x + 40, place.y + 70);
    expect(await details(page)).toContain('frame = pd.read_csv(path)');
    expect(await textOf(page, '[role="tooltip"]')).toContain('204 MiB, 25 % of all');
    await page.mouse.click(place.x + 40, place.y + 70);
    await page.mouse.move(place.x + place.width - 100, place.y + 90);
    expect(await details(page)).toContain('_read');
    await expectClean(report);
  });

  test('the choices change what is counted', async () => {
    const report = await browser.open(rich, { hash: '#/flame' });
    const { page } = report;
    const total = (): Promise<string> => textOf(page, '.flame-state p');
    const imports = overview.imports.reduce((sum, row) => sum + row.bytes, 0);
    await page.getByLabel('Hide imports').check();
    expect(await total()).toBe(`Alive: ${formatBytes(overview.heap!.bytes - imports)}`);
    await page.getByLabel('Hide imports').uncheck();
    await page.getByRole('combobox', { name: 'Process' }).selectOption({ label: 'loky worker (pid 4720)' });
    expect(await total()).toBe('Alive: 105 MiB');
    await page
      .getByRole('combobox', { name: 'Moment' })
      .selectOption({ label: 'end of train.py (pid 4711), at 12.0 s' });
    expect(await total()).toBe('Alive: 317 MiB');
    await page.getByRole('button', { name: 'inverted' }).click();
    expect(await total()).toBe('Alive: 317 MiB');
    await page.getByRole('button', { name: 'below' }).click();
    await page.getByRole('button', { name: 'allocated' }).click();
    expect(await total()).toContain('Allocated over the run: 1.');
    expect(await isPainted(page, '.flame canvas')).toBe(true);
    await expectClean(report);
  });
});

describe('Timeline', () => {
  test('zooms by drag, by key and by button, and resets', async () => {
    const report = await browser.open(rich, { hash: '#/timeline' });
    const { page } = report;
    const range = page.locator('.toolbar [aria-live]');
    expect(await range.innerText()).toBe('0 ms – 12.0 s');
    const plot = (await page.locator('.chart-plot .u-over').first().boundingBox())!;
    await page.mouse.move(plot.x + plot.width / 4, plot.y + 50);
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width / 2, plot.y + 60, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => range.innerText()).not.toMatch(/^0 ms/);
    expect(await range.innerText()).toMatch(/^(3\.0|2\.9)\d s – (6\.0|5\.9)\d s$/);
    await page.mouse.dblclick(plot.x + plot.width / 2, plot.y + 50);
    await expect.poll(() => range.innerText()).toBe('0 ms – 12.0 s');
    await page.locator('.chart-plot').first().focus();
    await page.keyboard.press('+');
    expect(await range.innerText()).not.toBe('0 ms – 12.0 s');
    await page.keyboard.press('Escape');
    expect(await range.innerText()).toBe('0 ms – 12.0 s');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Later' }).click();
    expect(await range.innerText()).toBe('6.00 s – 12.0 s');
    await page.getByRole('button', { name: 'all', exact: true }).click();
    expect(await range.innerText()).toBe('0 ms – 12.0 s');
    await expectClean(report);
  });

  test('a process has its own curves, and a curve can be hidden', async () => {
    const report = await browser.open(rich, { hash: '#/timeline' });
    const { page } = report;
    await page.getByRole('combobox', { name: 'Process' }).selectOption({ label: 'train.py (pid 4711)' });
    await page.locator('h2', { hasText: 'Memory of train.py' }).waitFor();
    expect(await page.locator('.legend').first().innerText()).toContain('anonymous');
    expect(await page.locator('main').innerText()).toContain('Page faults');
    const pss = page.getByRole('button', { name: 'PSS' });
    await pss.click();
    expect(await pss.getAttribute('aria-pressed')).toBe('false');
    await page.locator('.strip > span').nth(1).hover();
    expect(await textOf(page, '[role="tooltip"]')).toContain(`train.py:${overview.steps[spans[1]!.step]!.line} `);
    await page.locator('.chart-plot').first().focus();
    await page.keyboard.press('ArrowRight');
    expect(await textOf(page, '.legend-at')).toMatch(/^at \d/);
    await expectClean(report);
  });
});

describe('Links and memory', () => {
  test('an address leads to view, process and line; back leads back', async () => {
    const report = await browser.open(rich, {
      hash: `#/lines?open=${encodeURIComponent('/home/me/project/train.py:7')}`,
    });
    const { page } = report;
    expect(await textOf(page, '.source-current')).toContain('frame.to_numpy');
    await page.getByRole('link', { name: 'Processes', exact: true }).click();
    await page.locator('tr', { hasText: 'pid 4720' }).getByRole('link', { name: 'flame' }).click();
    expect(await textOf(page, '.flame-state p')).toBe('Alive: 105 MiB');
    await page.goBack();
    expect(await page.locator('.processes tbody tr').count()).toBe(3);
    expect(await textOf(page, '.processes tbody')).toContain('at least');
    await page.evaluate("location.hash = '#/nowhere?process=99'");
    await page.locator('main[aria-label="Overview"]').waitFor();
    await expectClean(report);
  });

  test('the chosen theme is remembered', async () => {
    const report = await browser.open(rich, { theme: 'light' });
    await report.page.getByRole('button', { name: 'Use the dark theme' }).click();
    expect(await report.page.locator('html').getAttribute('data-theme')).toBe('dark');
    await report.page.reload();
    await report.page.locator('main').waitFor();
    expect(await report.page.locator('html').getAttribute('data-theme')).toBe('dark');
    await report.page.getByRole('button', { name: 'Use the light theme' }).click();
    await report.page.evaluate('localStorage.clear()');
    await expectClean(report);
  });

  test('paper is light, whatever the screen', async () => {
    const report = await browser.open(rich, { theme: 'dark' });
    const { page } = report;
    const theme = (): Promise<string | null> => page.locator('html').getAttribute('data-theme');
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await theme()).toBe('light');
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await theme()).toBe('dark');
    expect((await page.pdf()).length).toBeGreaterThan(20_000);
    await expectClean(report);
  });

  test('all is reached by keyboard, with the focus in sight', async () => {
    const report = await browser.open(rich);
    const { page } = report;
    for (let i = 0; i < 5; i++) await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Flame graph');
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await page.locator('main[aria-label="Flame graph"]').waitFor();
    await expectClean(report);
  });
});
