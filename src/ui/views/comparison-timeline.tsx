// Both runs over time, from their own starts, one over the other.
import { useMemo, useState } from 'preact/hooks';
import { formatBytes } from '#base/format.ts';
import type { ComparedRun, ComparisonPage } from '#report/compare-page.ts';
import { Chart, type TimeRange } from '../draw/chart.tsx';
import type { ChartSeries } from '../draw/chart-options.ts';

export function BothOverTime({ page }: { readonly page: ComparisonPage }) {
  const { before, after, stepMs } = page;
  const columns = after.timeline.length;
  const whole = useMemo<TimeRange>(() => [0, columns * stepMs], [columns, stepMs]);
  const [range, setRange] = useState<TimeRange>(whole);
  const chart = useMemo(() => {
    const time = Float64Array.from({ length: columns }, (_, column) => column * stepMs);
    return { time, series: [seriesOf(before, 'before'), seriesOf(after, 'after')] };
  }, [page]);
  if (![...before.timeline, ...after.timeline].some((bytes) => bytes !== null)) return null;
  const measure = page.peak?.unit === 'PSS' ? 'Sum of PSS' : 'Resident memory';
  return (
    <section aria-label="Memory over time">
      <h2>{measure} over time</h2>
      <Chart
        {...chart}
        label={`${measure} of both runs over time, from their starts`}
        unit="bytes"
        format={formatBytes}
        height={220}
        whole={whole}
        range={range}
        onRange={setRange}
      />
    </section>
  );
}

/** The earlier run lies behind as an area, the later one is a line. */
function seriesOf({ timeline }: ComparedRun, label: 'before' | 'after'): ChartSeries {
  const values = Float64Array.from(timeline, (bytes) => bytes ?? Number.NaN);
  const look =
    label === 'before'
      ? { color: '--compare-before', kind: 'area' as const }
      : { color: '--compare-after', kind: 'line' as const };
  return { label, ...look, values, gapless: true };
}
