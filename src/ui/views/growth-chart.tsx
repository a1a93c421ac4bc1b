// Memory over time with the two moments marked; dragging over it chooses them.
import { useMemo } from 'preact/hooks';
import { type EdgeRange, edgeAt, timeOf } from '#analysis/lifetimes.ts';
import type { TimeRange } from '../draw/chart.tsx';
import type { Marker } from '../draw/chart-options.ts';
import { useReport } from '../state/context.ts';
import { ProcessMemoryChart } from './timeline-process.tsx';
import { TreeMemoryChart } from './timeline-tree.tsx';

interface GrowthChartProps {
  /** -1: all together. */
  readonly process: number;
  readonly range: EdgeRange;
  readonly onRange: (range: EdgeRange) => void;
}

export function GrowthChart({ process, range, onRange }: GrowthChartProps) {
  const { profile } = useReport();
  // Made anew with the moments, so that the chart goes back to the whole run after a drag.
  const whole = useMemo<TimeRange>(() => [0, Math.max(1, profile.meta.durationMs)], [profile, range.from, range.to]);
  const markers = useMemo<Marker[]>(
    () => [
      { time: timeOf(profile, range.from), label: 'from' },
      { time: timeOf(profile, range.to), label: 'to' },
    ],
    [profile, range.from, range.to],
  );
  if (profile.samples.length === 0) return null;
  const choose = ([start, end]: TimeRange): void => {
    const [from, to] = [edgeAt(profile, start), edgeAt(profile, end)];
    const isAll = start <= whole[0] && end >= whole[1];
    if (from < to && !isAll) onRange({ from, to });
  };
  const shared = { whole, range: whole, onRange: choose, height: 200, markers };
  const isTree = process < 0 && profile.processes.length > 1;
  return isTree ? (
    <TreeMemoryChart {...shared} />
  ) : (
    <ProcessMemoryChart {...shared} process={Math.max(0, process)} brief />
  );
}
