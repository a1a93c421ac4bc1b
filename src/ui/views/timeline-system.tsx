// The container and the machine over time, and threads and page faults of a process.
import { useMemo } from 'preact/hooks';
import { formatBytes, formatCount } from '#base/format.ts';
import { Chart } from '../draw/chart.tsx';
import type { ChartSeries } from '../draw/chart-options.ts';
import { useReport } from '../state/context.ts';
import { readProcessSeries } from '../state/process-series.ts';
import type { ZoomProps } from './timeline-process.tsx';

const HEIGHT = 150;

const isMeasured = (one: ChartSeries): boolean => one.values.some((value) => !Number.isNaN(value));

export function SystemCharts(props: ZoomProps) {
  const { system } = useReport().profile;
  const container = useMemo(
    () =>
      [
        line('container usage', 'cgroupUsage', '--cycle-1', system.cgroupUsage),
        line('container page cache', 'cgroupCache', '--cycle-2', system.cgroupCache),
      ].filter(isMeasured),
    [system],
  );
  const machine = useMemo(
    () => [line('machine available', 'available', '--cycle-3', system.available)].filter(isMeasured),
    [system],
  );
  return (
    <>
      {container.length > 0 && (
        <section>
          <h2>Container</h2>
          <Chart
            {...props}
            label="Memory of the container over time"
            time={system.time}
            series={container}
            unit="bytes"
            format={formatBytes}
            height={HEIGHT}
          />
        </section>
      )}
      {machine.length > 0 && (
        <section>
          <h2>Machine</h2>
          <Chart
            {...props}
            label="Memory available on the machine over time"
            time={system.time}
            series={machine}
            unit="bytes"
            format={formatBytes}
            height={HEIGHT}
          />
        </section>
      )}
    </>
  );
}

export function ActivityCharts({ process, ...zoom }: ZoomProps & { readonly process: number }) {
  const report = useReport();
  const { time, threads, faults } = useMemo(() => {
    const data = readProcessSeries(report.profile, process);
    return {
      time: data.time,
      threads: [line('threads', 'threads', '--cycle-4', data.threads)],
      faults: [
        line('minor faults per second', 'minorFaults', '--cycle-5', data.minorFaults),
        line('major faults per second', 'majorFaults', '--cycle-6', data.majorFaults),
      ].filter(isMeasured),
    };
  }, [report, process]);
  if (time.length === 0) return null;
  return (
    <>
      <section>
        <h2>Threads</h2>
        <Chart
          {...zoom}
          label="Threads over time"
          time={time}
          series={threads}
          unit="count"
          format={formatCount}
          height={120}
        />
      </section>
      {faults.length > 0 && (
        <section>
          <h2>Page faults</h2>
          <Chart
            {...zoom}
            label="Page faults over time"
            time={time}
            series={faults}
            unit="count"
            format={formatCount}
            height={HEIGHT}
          />
        </section>
      )}
    </>
  );
}

function line(
  label: string,
  meaning: NonNullable<ChartSeries['meaning']>,
  color: string,
  values: Float64Array,
): ChartSeries {
  return { label, meaning, color, kind: 'line', values };
}
