// Reports opened in headless Chromium, for tests: every page keeps a list of what must never happen on it.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Fit } from '#analysis/fit/fit.ts';
import type { Profile } from '#profile/types.ts';
import type { ComparisonPage } from '#report/compare-page.ts';
import { renderComparisonHtml, renderFitHtml, renderHtml } from '#report/html.ts';
import { type BuiltUi, buildUi } from '../scripts/build-ui.ts';
import { fileOf } from './ui-fixtures-file.ts';

const CHROMIUM = process.env.HIGHWATER_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why no browser test can run here; undefined where they can. */
export const NO_BROWSER = existsSync(CHROMIUM)
  ? undefined
  : `no Chromium at ${CHROMIUM}: install it, or name another in HIGHWATER_CHROMIUM`;

export interface OpenedReport {
  readonly page: Page;
  /** Errors on the console, exceptions, and requests to anywhere but the report itself. */
  readonly problems: readonly string[];
}

export interface OpenOptions {
  readonly hash?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
}

export class ReportBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'highwater-e2e-'));
  readonly #context: BrowserContext;
  readonly #ui: BuiltUi;
  #count = 0;

  private constructor(context: BrowserContext, ui: BuiltUi) {
    this.#context = context;
    this.#ui = ui;
  }

  static async launch(): Promise<ReportBrowser> {
    const folder = mkdtempSync(join(tmpdir(), 'highwater-chromium-'));
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: CHROMIUM,
      headless: true,
      args: FLAGS,
    });
    context.on('close', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    return new ReportBrowser(context, await buildUi());
  }

  /** Writes the report, with the run before it where there is one, and gives its address. `view`: where it is to open. */
  write(profile: Profile, comparison?: ComparisonPage, view?: string): string {
    return this.#write(renderHtml(fileOf(profile), { title: profile.meta.title, ui: this.#ui, comparison, view }));
  }

  /** The page of `highwater diff`. */
  writeComparison(comparison: ComparisonPage): string {
    return this.#write(renderComparisonHtml(comparison, { title: 'diff', ui: this.#ui }));
  }

  /** The page of `highwater fit`. */
  writeFit(fit: Fit): string {
    return this.#write(renderFitHtml(fit, { title: 'fit', ui: this.#ui }));
  }

  /** A report with its last quarter of compressed bytes missing. */
  writeDamaged(profile: Profile): string {
    const bytes = fileOf(profile);
    return this.#write(renderHtml(bytes.subarray(0, (bytes.length * 3) >> 2), { title: 'damaged', ui: this.#ui }));
  }

  #write(html: string): string {
    const file = join(this.#folder, `report-${this.#count++}.html`);
    writeFileSync(file, html);
    return pathToFileURL(file).href;
  }

  async open(address: string, { hash = '', theme = 'light', width = 1280 }: OpenOptions = {}): Promise<OpenedReport> {
    const page = await this.#context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
    page.on('dialog', (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('data:') && !request.url().startsWith(address))
        problems.push(`request: ${request.url()}`);
    });
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(address + hash);
    await page.locator('main').waitFor();
    return { page, problems };
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** True where the canvas holds more than one colour. */
export async function isPainted(page: Page, selector: string): Promise<boolean> {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const canvas = element as unknown as {
        width: number;
        height: number;
        getContext(kind: '2d'): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8Array } };
      };
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const words = new Uint32Array(data.buffer);
      return words.some((word) => word !== words[0]);
    });
}

// Run in the page: every visible text with its colour, its background as far up as one is opaque, and their contrast.
const CONTRAST = `(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const channel = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const low = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest('script,style,option,:disabled')) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) low.add(node.data.trim().slice(0, 40) + ': ' + contrast.toFixed(2));
  }
  return [...low];
})()`;

/** Texts of the page that have less contrast than WCAG's level AA asks for. */
export function findFaintTexts(page: Page): Promise<string[]> {
  return page.evaluate(CONTRAST);
}
