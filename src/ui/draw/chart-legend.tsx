// Beneath a chart: each series with its colour and its value at the cursor, or its largest. A press hides or shows it.
import { formatDuration } from '#base/format.ts';
import { meaningOf } from '../state/meanings.ts';
import type { ChartProps } from './chart.tsx';

interface LegendProps extends ChartProps {
  readonly cursor: number | null;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (index: number) => void;
}

export function ChartLegend({ series, time, format, cursor, hidden, onToggle, readings }: LegendProps) {
  const at = cursor === null ? 'largest' : `at ${formatDuration(time[cursor]!)}`;
  return (
    <figcaption class="legend">
      <span class="legend-at">{at}</span>
      {series.map((one, i) => (
        <button
          type="button"
          key={one.label}
          class="legend-item"
          aria-pressed={!hidden.has(one.label)}
          data-tip={one.meaning ? meaningOf(one.meaning) : undefined}
          onClick={() => onToggle(i)}
        >
          <span class={`swatch swatch-${one.kind}`} style={{ background: `var(${one.color})` }} />
          {one.label}
          <b>{cursor === null ? format(largest(one.values)) : valueAt(one.values, cursor, format)}</b>
        </button>
      ))}
      {readings && readings.time.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its meaning shows on focus.
        <span class="legend-item" tabIndex={0} data-tip={meaningOf('readings')}>
          <span class="swatch swatch-points" style={{ background: 'var(--series-readings)' }} />
          readings from inside
        </span>
      )}
    </figcaption>
  );
}

function valueAt(values: Float64Array, index: number, format: (value: number) => string): string {
  const value = values[index] ?? Number.NaN;
  return Number.isNaN(value) ? '–' : format(value);
}

function largest(values: Float64Array): number {
  let most = Number.NaN;
  for (const value of values) if (!(value <= most) && !Number.isNaN(value)) most = value;
  return most;
}
