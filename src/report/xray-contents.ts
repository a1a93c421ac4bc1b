// What a model file holds: the arrays as a tree of their paths, objects by class, equal values that are separate objects.

import { formatBytes, formatCount, formatPercent } from '#base/format.ts';
import { renderTable, wrapText } from '#base/text-table.ts';
import { buildPathTree, childrenBySize, type PathNode, skipChain } from './path-tree.ts';
import { plainLine } from './plain-text.ts';
import { elementsText } from './shape-text.ts';
import type { SizeUnit } from './size-unit.ts';
import type { XrayScreen } from './xray-terminal.ts';

export function arraysSection({ model, width, lines, paint, unit }: XrayScreen): string[] {
  const { arrays } = model.report;
  if (arrays.count === 0) return [];
  const rows = treeRows(buildPathTree(arrays.rows), lines, unit);
  const types = arrays.byType.slice(0, 4).map(({ type, bytes }) => `${plainLine(type)} ${formatBytes(bytes)}`);
  const total = `${formatCount(arrays.count)} array${arrays.count === 1 ? '' : 's'}, ${formatBytes(arrays.bytes)}: ${types.join(', ')}${arrays.byType.length > 4 ? ', ...' : ''}`;
  const table = renderTable(
    [
      { align: 'left', header: 'Arrays', cut: 'end', least: 30 },
      { align: 'right', header: unit.name, paint: (text) => paint('accent', text) },
      { align: 'left', header: 'type' },
      { align: 'left', header: 'shape', cut: 'end', least: 8 },
    ],
    rows,
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
  return [...table, ...wrapText(total, width).map((line) => paint('faint', line))];
}

/** The largest branches, as many as there is room for, in the shape of a tree. */
function treeRows(root: PathNode, most: number, unit: SizeUnit): string[][] {
  const chosen = chooseNodes(root, most);
  const rows: string[][] = [];
  const add = (parent: PathNode, indent: string) => {
    const shown = childrenBySize(parent).filter((child) => chosen.has(child));
    const hidden = parent.children.size - shown.length;
    shown.forEach((child, i) => {
      const last = i === shown.length - 1 && hidden === 0;
      const { name, node } = skipChain(child);
      rows.push(rowOf(node, unit, `${indent}${last ? '└ ' : '├ '}${plainLine(name.replace(/^[./]/, ''))}`));
      add(node, `${indent}${last ? '  ' : '│ '}`);
    });
    if (hidden > 0 && shown.length > 0) rows.push(moreRow(parent, shown, unit, indent));
  };
  add(root, '  ');
  return rows;
}

function rowOf(node: PathNode, unit: SizeUnit, label: string): string[] {
  const { row } = node;
  if (row && node.children.size === 0)
    return [label, unit.format(row.bytes), plainLine(row.type), elementsText(row.shape)];
  return [label, unit.format(node.bytes), `${formatCount(node.count)} arrays`, ''];
}

function moreRow(parent: PathNode, shown: readonly PathNode[], unit: SizeUnit, indent: string): string[] {
  const bytes = parent.bytes - shown.reduce((sum, child) => sum + child.bytes, 0);
  const count = parent.count - shown.reduce((sum, child) => sum + child.count, 0);
  return [`${indent}└ ${formatCount(count)} more`, unit.format(bytes), '', ''];
}

/** Opens the largest closed branch again and again. A branch is opened whole, up to eight children. */
function chooseNodes(root: PathNode, most: number): Set<PathNode> {
  const chosen = new Set<PathNode>();
  const open: PathNode[] = [root];
  while (open.length > 0 && chosen.size < most) {
    open.sort((a, b) => a.bytes - b.bytes);
    const node = open.pop()!;
    for (const child of childrenBySize(node).slice(0, Math.max(1, Math.min(8, most - chosen.size)))) {
      chosen.add(child);
      const last = skipChain(child).node;
      if (last.children.size > 0) open.push(last);
    }
  }
  return chosen;
}

export function classesSection({ model, width, lines, paint, unit }: XrayScreen): string[] {
  const { classes } = model.report;
  if (classes.count === 0) return [];
  const shown = classes.rows.slice(0, lines);
  const table = renderTable(
    [
      { align: 'left', header: 'Objects alive by class', cut: 'start', least: 20 },
      { align: 'right', header: 'count' },
      { align: 'right', header: unit.name, paint: (text) => paint('accent', text) },
      { align: 'right', header: 'share' },
      { align: 'left', header: 'one of them', cut: 'start', least: 10, paint: (text) => paint('faint', text) },
    ],
    shown.map(({ name, count, bytes, known, example }) => [
      `  ${plainLine(name)}${known ? '' : ' (size guessed)'}`,
      formatCount(count),
      unit.format(bytes),
      formatPercent(bytes / classes.bytes),
      plainLine(example),
    ]),
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
  const more = classes.rows.length - shown.length;
  return more > 0 ? [...table, paint('faint', `  ${formatCount(more)} more classes`)] : table;
}

export function duplicatesSection({ model, width, paint, unit }: XrayScreen): string[] {
  const worth = model.report.duplicates.filter(({ bytes }) => bytes >= 2 ** 16);
  if (worth.length === 0) return [];
  return renderTable(
    [
      { align: 'left', header: 'Equal values, each an object of its own' },
      { align: 'right', header: 'count' },
      { align: 'right', header: unit.name, paint: (text) => paint('accent', text) },
      { align: 'left', header: 'most', cut: 'end', least: 10, paint: (text) => paint('faint', text) },
    ],
    worth.map(({ kind, count, bytes, examples }) => [
      `  ${kind}`,
      formatCount(count),
      unit.format(bytes),
      examples
        .slice(0, 3)
        .map(({ text, count: times }) => `${plainLine(text)} (${formatCount(times)} times)`)
        .join(', '),
    ]),
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
}
