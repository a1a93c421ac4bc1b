// A profile shown in the forms that the options ask for; shared by `run`, `report` and `view`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Fit } from '#analysis/fit/fit.ts';
import type { Growth } from '#analysis/growth.ts';
import type { EdgeRange } from '#analysis/lifetimes.ts';
import { computeOverview, type Overview } from '#analysis/overview.ts';
import type { OwnershipOptions } from '#analysis/ownership.ts';
import { errnoOf, fail, messageOf, ok, type Result } from '#base/result.ts';
import { PACKAGE_ROOT } from '#capture/agent-sources.ts';
import type { Profile } from '#profile/types.ts';
import type { ComparisonPage } from '#report/compare-page.ts';
import { FILE_FORMATS, type FileFormat, type PresentationOptions } from './options.ts';
import type { ComparedRuns } from './previous.ts';
import { remark, write } from './say.ts';

const SUFFIX: Readonly<Record<FileFormat, string>> = {
  html: '.html',
  json: '.json',
  csv: '.csv',
  collapsed: '.collapsed.txt',
  speedscope: '.speedscope.json',
  pprof: '.pb.gz',
};

export interface Shown {
  readonly profile: Profile;
  readonly overview: Overview;
  /** Between two moments, where it was asked for. */
  readonly growth?: Growth;
  readonly between?: EdgeRange;
  /** Bytes of the `.highwater` file, which the HTML report carries; made on demand. */
  readonly packed: () => Uint8Array;
  /** Files are named after it: "train" gives train.html. */
  readonly stem: string;
  /** With the run before it, where there is one. */
  readonly previous?: ComparedRuns | undefined;
}

export function overviewOf(profile: Profile, options: PresentationOptions): Overview {
  return computeOverview(profile, ownershipOf(options));
}

export function ownershipOf({
  include,
  exclude,
  all,
}: Pick<PresentationOptions, 'include' | 'exclude' | 'all'>): OwnershipOptions {
  return { ...(include && { include }), ...(exclude && { exclude }), ...(all && { all }) };
}

/** Writes every file that was asked for. The first that fails is the answer; the others are still tried. */
export async function writeFormats(shown: Shown, options: PresentationOptions): Promise<Result<void>> {
  let result: Result<void> = ok(undefined);
  for (const format of FILE_FORMATS) {
    const asked = options[format];
    if (asked === undefined) continue;
    const path = asked === true ? `${shown.stem}${SUFFIX[format]}` : asked;
    const written = writeOutput(path, await render(format, shown, options));
    if (!written.ok) result = written;
    else if (path !== '-' && !options.quiet) remark(`wrote ${path}`);
  }
  return result;
}

/** A path, or '-' for stdout. */
export function writeOutput(path: string, content: string | Uint8Array): Result<void> {
  if (path === '-') {
    write(1, content);
    return ok(undefined);
  }
  try {
    writeFileSync(path, content);
    return ok(undefined);
  } catch (error) {
    return fail('output-unwritable', `cannot write ${path}`, errnoOf(error) ?? messageOf(error));
  }
}

async function render(
  format: FileFormat,
  { profile, overview, growth, between, packed, previous }: Shown,
  options: PresentationOptions,
): Promise<string | Uint8Array> {
  const selection = between ? { between } : {};
  switch (format) {
    case 'html':
      return renderPage(profile, packed(), options, previous, between);
    case 'json':
      return (await import('#report/json.ts')).renderJson(profile, overview, growth && { growth }).text;
    case 'csv':
      return renderTable(profile, overview, growth);
    case 'collapsed':
      return (await import('#report/collapsed.ts')).renderCollapsed(profile, { ...selection, of: 'live' }).text;
    case 'speedscope':
      return (await import('#report/speedscope.ts')).renderSpeedscope(profile, selection).text;
    case 'pprof':
      return gzipSync((await import('#report/pprof.ts')).renderPprof(profile, selection).bytes);
  }
}

async function renderTable(profile: Profile, overview: Overview, growth: Growth | undefined): Promise<string> {
  const { renderCsv, renderGrowthCsv } = await import('#report/csv.ts');
  return (growth ? renderGrowthCsv(profile, growth) : renderCsv(profile, overview)).text;
}

/** The page for the browser, whole; it opens at what grew between two moments where those are given. */
export async function renderPage(
  profile: Profile,
  packed: Uint8Array,
  options: PresentationOptions,
  previous?: ComparedRuns,
  between?: EdgeRange,
): Promise<string> {
  const { renderHtml } = await import('#report/html.ts');
  const comparison = previous && (await comparisonPage(previous));
  const { title } = profile.meta;
  const view = between ? `#/growth?from=${between.from}&to=${between.to}` : undefined;
  return renderHtml(packed, { title, ui: readUi(), ownership: ownershipOf(options), comparison, view });
}

/** The page of `highwater diff`. */
export async function renderComparisonPage(runs: ComparedRuns): Promise<string> {
  const { renderComparisonHtml } = await import('#report/html.ts');
  const title = `${runs.after.name} against ${runs.before.name}`;
  return renderComparisonHtml(await comparisonPage(runs), { title, ui: readUi() });
}

/** The page of `highwater fit`. */
export async function renderFitPage(fit: Fit): Promise<string> {
  const { renderFitHtml } = await import('#report/html.ts');
  return renderFitHtml(fit, { title: `${fit.runs.map(({ name }) => name).join(', ')} together`, ui: readUi() });
}

async function comparisonPage({ before, after, comparison }: ComparedRuns): Promise<ComparisonPage> {
  return (await import('#report/compare-page.ts')).comparisonPageOf(before, after, comparison);
}

function readUi(): { script: string; style: string } {
  const folder = join(PACKAGE_ROOT, 'dist', 'ui');
  return {
    script: readFileSync(join(folder, 'report.js'), 'utf8'),
    style: readFileSync(join(folder, 'report.css'), 'utf8'),
  };
}
