// What the peak consisted of: as the kernel counts, and beneath, on the same scale, what is known to be alive in it.
import { findHeldFree } from '#analysis/held-free.ts';
import { formatBytes, formatPercent } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { heldFreeWords } from '#report/held-free-words.ts';
import { PartsBar } from '../parts/bar.tsx';
import { describeBytes } from '../parts/figures.tsx';
import { type Part, peakPartsOf } from '../state/composition.ts';
import { useReport } from '../state/context.ts';
import { meaningOf } from '../state/meanings.ts';

export function Composition() {
  const report = useReport();
  const composition = peakPartsOf(report);
  if (!composition || composition.rows.length === 0) return null;
  const { whole, rows, reserved, peak } = composition;
  return (
    <section aria-label="What the peak consisted of">
      <h2>What the peak consisted of</h2>
      {rows.map((row) => (
        <div class="composition" key={row.title}>
          <h3 data-tip={row.tip}>{row.title}</h3>
          <PartsBar parts={row.parts} whole={whole} />
          <PartsList parts={row.parts} whole={peak} />
        </div>
      ))}
      {findHeldFree(report.profile, report.overview).map((held) => (
        <p class="beside" key={held.kind}>
          {heldFreeWords(held)}
        </p>
      ))}
      {reserved > 0 && (
        <p class="beside">
          Beside it,{' '}
          <span data-tip={`${describeBytes(reserved)} ${meaningOf('reserved')}`}>{formatBytes(reserved)}</span> of
          address space reserved without memory behind it.
        </p>
      )}
    </section>
  );
}

function PartsList({ parts, whole }: { readonly parts: readonly Part[]; readonly whole: Bytes }) {
  return (
    <ul class="parts-list">
      {parts.map((part) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its meaning shows on focus.
        <li key={part.name} data-tip={`${describeBytes(part.bytes)} ${part.tip}`} tabIndex={0}>
          <span class="swatch" style={{ background: `var(${part.color})` }} />
          {part.name} <b>{formatBytes(part.bytes)}</b> <small>{formatPercent(part.bytes / whole)}</small>
        </li>
      ))}
    </ul>
  );
}
