// What a model file holds, for the page: objects by class, arrays, equal values; and the table and section that all parts use.
import { formatBytes, formatCount, formatMiB } from '#base/format.ts';
import { escapeHtml } from './html.ts';
import { plainLine } from './plain-text.ts';
import { elementsText } from './shape-text.ts';
import type { XrayedModel } from './xray.ts';

export const MOST_ROWS = 100;

export function text(value: string): string {
  return escapeHtml(plainLine(value));
}

export function section(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${text(title)}</h2>${content}</section>`;
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const head = heads.map((word) => `<th>${text(word)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

export function classesPart({ report }: XrayedModel): string {
  const rows = report.classes.rows
    .slice(0, MOST_ROWS)
    .map(({ name, count, bytes, known, example }) => [
      text(name) + (known ? '' : ' <span class="muted">size guessed</span>'),
      formatCount(count),
      formatMiB(bytes),
      `<code>${text(example)}</code>`,
    ]);
  return section('Objects by class', table(['class', 'count', 'MiB', 'one of them'], rows));
}

export function arraysPart({ report }: XrayedModel): string {
  const rows = report.arrays.rows
    .slice(0, MOST_ROWS)
    .map(({ path, type, shape, bytes }) => [
      `<code>${text(path)}</code>`,
      text(type),
      text(elementsText(shape)),
      formatMiB(bytes),
    ]);
  return section('Largest arrays', table(['path', 'type', 'shape', 'MiB'], rows));
}

export function duplicatesPart({ report }: XrayedModel): string {
  const rows = report.duplicates.map(({ kind, count, bytes, examples }) => [
    text(kind),
    formatCount(count),
    formatMiB(bytes),
    examples
      .map((one) => `<code>${text(one.text)}</code> ${formatCount(one.count)} times, ${formatBytes(one.bytes)}`)
      .join('<br>'),
  ]);
  return section('Equal values, each an object of its own', table(['kind', 'could go', 'MiB', 'most'], rows));
}
