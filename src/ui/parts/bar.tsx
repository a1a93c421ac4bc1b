// Bars that say how much of a whole: one for a table cell, one of several parts with its own list.
import type { ComponentChildren } from 'preact';
import type { Bytes } from '#base/units.ts';
import type { Part } from '../state/composition.ts';

export function CellBar({ share }: { readonly share: number }) {
  const width = `${Math.min(100, Math.max(0, share * 100)) || 0}%`;
  return (
    <span class="cell-bar" aria-hidden="true">
      <span style={{ width }} />
    </span>
  );
}

/** Parts below zero have no width: they stand in the list beside the bar, with their sign. */
export function PartsBar({
  parts,
  whole,
  children,
}: {
  readonly parts: readonly Part[];
  readonly whole: Bytes;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="parts-bar">
      {parts.map((part) => (
        <span
          key={part.name}
          class="parts-bar-part"
          data-tip={part.tip}
          style={{ width: `${(100 * Math.max(0, part.bytes)) / whole}%`, background: `var(${part.color})` }}
        />
      ))}
      {children}
    </div>
  );
}
