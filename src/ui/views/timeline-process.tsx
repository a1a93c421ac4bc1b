// Resident memory of one process over time: its parts stacked, other measures as lines, readings from inside as points.
import { useMemo } from 'preact/hooks';
import { formatBytes } from '#base/format.ts';
import type { Profile } from '#profile/types.ts';
import { Chart, type TimeRange } from '../draw/chart.tsx';
import type { ChartSeries, Marker, Readings } from '../draw/chart-options.ts';
import { useReport } from '../state/context.ts';
import { peakMomentOf } from '../state/moments.ts';
import { type ProcessSeries, readProcessSeries, stackUp } from '../state/process-series.ts';
import type { Report } from '../state/report.ts';

export interface ZoomProps {
  readonly whole: TimeRange;
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
}

interface ProcessChartProps extends ZoomProps {
  readonly process: number;
  readonly height: number;
  /** In place of the peak's. */
  readonly markers?: readonly Marker[];
  /** Only the parts of resident memory, and PSS. */
  readonly brief?: boolean;
}

export function ProcessMemoryChart({ process, brief = false, markers, ...rest }: ProcessChartProps) {
  const report = useReport();
  const chart = useMemo(() => {
    const data = readProcessSeries(report.profile, process);
    return {
      time: data.time,
      series: memorySeries(data, brief),
      markers: peakMarkers(report, process),
      readings: readingsOf(report.profile, process),
    };
  }, [report, process, brief]);
  return (
    <Chart
      {...rest}
      {...chart}
      markers={markers ?? chart.markers}
      label={`Memory of ${report.processName(process)} over time`}
      unit="bytes"
      format={formatBytes}
    />
  );
}

function memorySeries(data: ProcessSeries, brief: boolean): ChartSeries[] {
  const [anon, file, shmem] = stackUp([data.anon, data.file, data.shmem]);
  const series: ChartSeries[] = [
    { label: 'anonymous', meaning: 'anon', color: '--part-anon', kind: 'area', values: data.anon, drawn: anon! },
    { label: 'file-backed', meaning: 'file', color: '--part-file', kind: 'area', values: data.file, drawn: file! },
    {
      label: 'shared memory',
      meaning: 'shmem',
      color: '--part-shmem',
      kind: 'area',
      values: data.shmem,
      drawn: shmem!,
    },
  ];
  const lines: ChartSeries[] = [
    { label: 'resident', meaning: 'rss', color: '--text', kind: 'line', values: data.rss },
    { label: 'PSS', meaning: 'pss', color: '--series-pss', kind: 'line', values: data.pss },
    { label: 'private', meaning: 'privateBytes', color: '--series-private', kind: 'line', values: data.privateBytes },
    { label: 'swap', meaning: 'swap', color: '--series-swap', kind: 'line', values: data.swap },
  ];
  return [...series, ...(brief ? lines.slice(0, 1) : lines.filter(isWorthALine))];
}

/** One reading is no curve, and no swap is the rule. */
function isWorthALine({ label, values }: ChartSeries): boolean {
  if (label === 'swap') return values.some((bytes) => bytes > 0);
  return values.reduce((count, bytes) => count + (Number.isNaN(bytes) ? 0 : 1), 0) >= 2;
}

function peakMarkers(report: Report, process: number): Marker[] {
  const { overview, profile } = report;
  if (overview.peak?.unit === 'VmHWM' && overview.mainProcess === process && !Number.isNaN(overview.peak.time)) {
    return [{ time: overview.peak.time, label: `peak ${formatBytes(overview.peak.bytes)}` }];
  }
  const moment = peakMomentOf(report, process);
  const hwm = profile.processes.hwm[process]!;
  return moment < 0 ? [] : [{ time: profile.moments.time[moment]!, label: `peak ${formatBytes(hwm)}` }];
}

function readingsOf({ activity }: Profile, process: number): Readings {
  const rows: number[] = [];
  for (let row = 0; row < activity.length; row++) if (activity.process[row] === process) rows.push(row);
  return {
    time: Float64Array.from(rows, (row) => activity.time[row]!),
    bytes: Float64Array.from(rows, (row) => activity.rss[row]!),
  };
}
