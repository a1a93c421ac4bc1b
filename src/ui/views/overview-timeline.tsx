// The one picture over time: resident memory of the process that led, or of all processes together, with the peak marked.
import { useMemo, useState } from 'preact/hooks';
import type { TimeRange } from '../draw/chart.tsx';
import { useReport } from '../state/context.ts';
import { formatHash } from '../state/route.ts';
import { ProcessMemoryChart } from './timeline-process.tsx';
import { StepStrip } from './timeline-strip.tsx';
import { TreeMemoryChart } from './timeline-tree.tsx';

export function OverviewTimeline() {
  const report = useReport();
  const { peak, mainProcess } = report.overview;
  const whole = useMemo<TimeRange>(() => [0, Math.max(1, report.profile.meta.durationMs)], [report]);
  const [range, setRange] = useState<TimeRange>(whole);
  if (report.profile.samples.length === 0) return null;
  const tree = peak?.unit === 'PSS';
  return (
    <section aria-label="Memory over time">
      <h2>
        Memory over time <a href={formatHash('timeline', tree ? {} : { process: mainProcess })}>All curves</a>
      </h2>
      {tree ? (
        <TreeMemoryChart whole={whole} range={range} onRange={setRange} height={200} />
      ) : (
        <ProcessMemoryChart process={mainProcess} whole={whole} range={range} onRange={setRange} height={200} brief />
      )}
      <StepStrip process={mainProcess} range={range} />
    </section>
  );
}
