// The X-ray as one page for the browser: treemap of what is in the file, bars of what the loader pins and of what other ways of
// loading would take, tables of the rest. Drawn here, without a script, and nothing in it refers to anything outside.
import { formatBytes, formatCount, formatMiB, formatPercent } from '#base/format.ts';
import { checksum, escapeHtml, escapeStyle } from './html.ts';
import { plainLine } from './plain-text.ts';
import { HEAD, layOutTreemap, type MapBox } from './treemap.ts';
import type { XrayedModel } from './xray.ts';
import { weightsOnlyWords } from './xray-advice.ts';
import { arraysPart, classesPart, duplicatesPart, MOST_ROWS, section, table, text } from './xray-html-contents.ts';
import { mapOf } from './xray-map.ts';
import { classRows, lineRows } from './xray-measured.ts';
import { forecastWords, formatRange, PART_WORDS } from './xray-memory.ts';
import { picklesPart } from './xray-pickles.ts';
import { XRAY_STYLE } from './xray-style.ts';

export function renderXrayHtml(models: readonly XrayedModel[]): string {
  const body = models.map(modelSection).join('\n');
  const nonce = `hw${checksum(body).toString(36)}`;
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; form-action 'none'; base-uri 'none'`;
  const title = models.map(({ path }) => plainLine(path)).join(', ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="highwater">
<title>${text(title)} – highwater xray</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${escapeStyle(XRAY_STYLE)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

function modelSection(model: XrayedModel): string {
  const { report, path } = model;
  const { format, forecast } = report;
  const head = `<h1>${text(path)}</h1><p class="kind">${text(`${format.name} ${format.version}`)}, ${formatBytes(report.fileBytes)}</p>`;
  const words = forecast
    ? `<p class="headline">${text(forecastWords(forecast, report.fileBytes))}</p>
<p class="muted">Confidence ${forecast.confidence.level}, ${formatPercent(forecast.confidence.share)} of the bytes known: ${text(forecast.confidence.reason)}.</p>`
    : '';
  const parts = [
    head + words,
    measuredPart(model),
    peakPart(model),
    mapPart(model),
    pinnedPart(model),
    whatIfPart(model),
    classesPart(model),
    arraysPart(model),
    picklesPart(model),
    duplicatesPart(model),
    advicePart(model),
    securityPart(model),
    notesPart(model),
  ];
  return `<article>${parts.filter((part) => part !== '').join('\n')}</article>`;
}

const BAR_WIDTH = 280;
/** Rows of what was measured by class and by line. */
const MOST_DETAILS = 30;

function bar(share: number, kind: string): string {
  const width = Math.max(1, Math.min(1, share) * BAR_WIDTH);
  return `<svg class="bar" width="${BAR_WIDTH}" height="12" role="img" aria-label="${formatPercent(share)}"><rect class="${kind}" width="${width.toFixed(1)}" height="12"/></svg>`;
}

function measuredPart({ measured, report }: XrayedModel): string {
  if (!measured) return '';
  if (measured.failure !== '') return section('Measured', `<p class="bad">${text(measured.failure)}</p>`);
  const { forecast } = report;
  const rows = [
    ['peak', forecast ? formatBytes(forecast.peak) : '', formatBytes(measured.peak)],
    [
      'resident after gc.collect()',
      forecast ? formatRange(forecast.residentLow, forecast.residentHigh) : '',
      formatBytes(measured.resident),
    ],
    ['resident after malloc_trim', '', formatBytes(measured.afterTrim)],
  ];
  const cells = (found: readonly (readonly string[])[]) => found.map((row) => row.map(text));
  const classes = cells(classRows(measured.classes, MOST_DETAILS, formatBytes));
  const held = cells(lineRows(measured.lines, MOST_DETAILS, formatBytes));
  return [
    section('Measured', table(['', 'predicted', 'measured'], rows)),
    section('Measured, by class', table(['objects read', 'loaded', 'predicted', 'loaded', 'class'], classes)),
    section('Measured, by line', table(['at the peak', 'after', 'line that called the allocator'], held)),
  ].join('');
}

function peakPart({ report }: XrayedModel): string {
  const { forecast } = report;
  if (!forecast || forecast.peakParts.length < 2) return '';
  const rows = forecast.peakParts
    .filter(({ bytes }) => bytes > 0)
    .map(({ id, bytes }) => [
      text(PART_WORDS[id][0]),
      formatMiB(bytes),
      bar(bytes / forecast.peak, `part-${id}`),
      text(PART_WORDS[id][1]),
    ]);
  return section('What the peak consists of', table(['', 'MiB', '', ''], rows));
}

const MAP_WIDTH = 1040;
const MAP_HEIGHT = 460;

function mapPart({ report }: XrayedModel): string {
  const boxes = layOutTreemap(mapOf(report), MAP_WIDTH, MAP_HEIGHT);
  if (boxes.length === 0) return '';
  const drawn = boxes.map(drawBox).join('');
  return section(
    'What is in it',
    `<svg class="map" viewBox="0 0 ${MAP_WIDTH} ${MAP_HEIGHT}" role="img" aria-label="treemap of what the file holds">${drawn}</svg>`,
  );
}

const CHARACTER = 6.6;

function drawBox({ node, depth, x, y, width, height }: MapBox): string {
  const label = `${node.name} ${formatBytes(node.bytes)}`;
  const room = Math.floor((width - 6) / CHARACTER);
  const isRoomy = room >= 4 && height >= HEAD - 2;
  const shown = label.length <= room ? label : `${label.slice(0, Math.max(1, room - 1))}…`;
  const words = isRoomy ? `<text x="${(x + 4).toFixed(1)}" y="${(y + 11).toFixed(1)}">${text(shown)}</text>` : '';
  return `<g><title>${text(label)}</title><rect class="depth-${depth % 6}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0, width - 1).toFixed(1)}" height="${Math.max(0, height - 1).toFixed(1)}"/>${words}</g>`;
}

function pinnedPart({ report }: XrayedModel): string {
  const { pinned } = report;
  if (!pinned || pinned.rows.length === 0) return '';
  const largest = Math.max(...pinned.rows.map(({ bytes }) => bytes));
  const rows = pinned.rows
    .slice(0, MOST_ROWS)
    .map(({ name, count, bytes, why }) => [
      text(name),
      formatCount(count),
      formatMiB(bytes),
      bar(bytes / largest, 'part-pinned'),
      text(why),
    ]);
  const words = `<p>${formatBytes(pinned.bytes)} in ${formatCount(pinned.count)} temporaries stay alive until the loader returns; the memo itself takes ${formatBytes(pinned.memoBytes)}.</p>`;
  return section('Pinned while loading', words + table(['class', 'count', 'MiB', '', 'why'], rows));
}

function whatIfPart({ report }: XrayedModel): string {
  const { forecast, whatIfs } = report;
  if (!forecast || whatIfs.length === 0) return '';
  const applying = whatIfs.filter(({ notApplicable }) => notApplicable === '');
  const widest = Math.max(forecast.peak, ...applying.map(({ peak }) => peak), 1);
  const asIs = [
    'as it is',
    formatMiB(forecast.peak),
    bar(forecast.peak / widest, 'part-live'),
    text(forecast.call),
    '',
  ];
  const rows = applying.map(({ label, peak, how, cost }) => [
    text(label),
    formatMiB(peak),
    bar(peak / widest, 'part-live'),
    `<code>${text(how)}</code>`,
    text(cost),
  ]);
  const others = whatIfs
    .filter(({ notApplicable }) => notApplicable !== '')
    .map(({ label, notApplicable }) => `<li>not ${text(label)}: ${text(notApplicable)}</li>`);
  const list = others.length > 0 ? `<ul class="muted">${others.join('')}</ul>` : '';
  return section('What if', table(['', 'peak MiB', '', 'how', 'what it costs'], [asIs, ...rows]) + list);
}

function advicePart({ report }: XrayedModel): string {
  const items = report.advice.map(({ title, why, how, savedBytes }) => {
    const saved = savedBytes >= 2 ** 16 ? ` <b>${formatBytes(savedBytes)} less at the peak.</b>` : '';
    const code = how === '' ? '' : `<pre>${escapeHtml(how)}</pre>`;
    return `<li>${text(title)}.${saved}<br><span class="muted">${text(why)}</span>${code}</li>`;
  });
  return section('What to do', items.length > 0 ? `<ul>${items.join('')}</ul>` : '');
}

const ORDER = { dangerous: 0, unknown: 1, allowed: 2 } as const;

function securityPart({ report }: XrayedModel): string {
  const { globals, weightsOnly } = report.security;
  const rows = [...globals]
    .sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict])
    .slice(0, MOST_ROWS)
    .map(({ name, verdict, called, count, at, why }) => [
      `<span class="${verdict}">${verdict === 'dangerous' ? 'known-dangerous' : verdict}</span>`,
      `<code>${text(name)}</code>`,
      called ? 'called' : 'imported',
      formatCount(count),
      String(at),
      text(why),
    ]);
  const words = weightsOnly ? `<p>torch.load(weights_only=True) would ${text(weightsOnlyWords(weightsOnly))}.</p>` : '';
  return section('What it imports', words + table(['', 'name', '', 'count', 'first at byte', 'rule'], rows));
}

function notesPart({ report }: XrayedModel): string {
  const items = report.notes.map(({ text: words }) => `<li>${text(words)}</li>`);
  return section('Notes', items.length > 0 ? `<ul>${items.join('')}</ul>` : '');
}
