// All processes over time, stacked: the sum is what the run as a whole needed.
import { useMemo } from 'preact/hooks';
import { formatBytes } from '#base/format.ts';
import { Chart } from '../draw/chart.tsx';
import type { ChartSeries, Marker } from '../draw/chart-options.ts';
import { useReport } from '../state/context.ts';
import { OTHER_PROCESSES, readTreeSeries, stackUp } from '../state/process-series.ts';
import type { Report } from '../state/report.ts';
import { STEP_COLORS } from '../state/step-colors.ts';
import type { ZoomProps } from './timeline-process.tsx';

interface TreeChartProps extends ZoomProps {
  readonly height: number;
  /** In place of the peak's. */
  readonly markers?: readonly Marker[];
}

export function TreeMemoryChart({ markers, ...props }: TreeChartProps) {
  const report = useReport();
  const chart = useMemo(() => treeChart(report), [report]);
  return (
    <Chart
      {...props}
      {...chart}
      markers={markers ?? chart.markers}
      label={`${chart.measure} of all processes over time, stacked`}
      unit="bytes"
      format={formatBytes}
    />
  );
}

function treeChart(report: Report) {
  const { unit, time, parts } = readTreeSeries(report.profile, report.ticks());
  const drawn = stackUp(parts.map((part) => part.bytes));
  const series = parts.map(
    (part, i): ChartSeries => ({
      label: part.process === OTHER_PROCESSES ? 'other processes' : report.processName(part.process),
      meaning: unit === 'PSS' ? 'pss' : 'rss',
      color: STEP_COLORS[i % STEP_COLORS.length]!,
      kind: 'area',
      values: part.bytes,
      drawn: drawn[i]!,
    }),
  );
  const { peak } = report.overview;
  const markers: Marker[] = peak?.unit === 'PSS' ? [{ time: peak.time, label: `peak ${formatBytes(peak.bytes)}` }] : [];
  return { measure: unit, time, series, markers };
}
