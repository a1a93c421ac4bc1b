// Pictures of a report for the documents: node scripts/run.cjs scripts/screenshots.ts REPORT.html [NAME ...]
// 'compare' asks for a report with a run before it, which was of another version of the program.
// Needs Chromium (CHROMIUM names it).
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const IMAGES = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'images');
const PAGES = [
  { name: 'overview', hash: '', theme: 'light', height: 1000 },
  { name: 'flame', hash: '#/flame', theme: 'light', height: 800 },
  { name: 'timeline-dark', hash: '#/timeline', theme: 'dark', height: 800 },
  { name: 'compare', hash: '#/compare', theme: 'light', height: 900 },
] as const;
const FLAGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
];

const [report, ...names] = process.argv.slice(2);
if (!report) throw new Error('usage: screenshots.ts REPORT.html [NAME ...]');
const wanted = PAGES.filter(({ name }) => names.length === 0 || names.includes(name));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
for (const { name, hash, theme, height } of wanted) {
  const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme: theme });
  await page.goto(`${pathToFileURL(path.resolve(report)).href}${hash}`);
  await page.waitForTimeout(1000);
  await page.screenshot({ path: path.join(IMAGES, `${name}.png`) });
  await page.close();
}
await browser.close();
