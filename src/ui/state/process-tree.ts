// Processes in the order of a tree drawn from the top: each before its children, with its depth.
import type { ProcessRow } from '#analysis/processes.ts';

export interface TreeRow {
  readonly process: ProcessRow;
  readonly depth: number;
}

export function orderAsTree(rows: readonly ProcessRow[]): TreeRow[] {
  const children = new Map<number, ProcessRow[]>();
  for (const row of rows) children.set(row.parent, [...(children.get(row.parent) ?? []), row]);
  const ordered: TreeRow[] = [];
  const pending: TreeRow[] = (children.get(-1) ?? []).map((process) => ({ process, depth: 0 })).reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    ordered.push(next);
    const below = children.get(next.process.process) ?? [];
    for (const process of [...below].reverse()) pending.push({ process, depth: next.depth + 1 });
  }
  return ordered;
}
