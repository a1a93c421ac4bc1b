// Resident memory over time, three rows high.
import { formatBytes, formatDuration } from '#base/format.ts';
import { type AreaChart, renderArea, renderAxis } from './area-chart.ts';
import type { Screen } from './screen.ts';
import { type Point, pssOverTime, residentOverTime } from './timeline.ts';

const ROWS = 3;
const LABEL = 10;
const WIDEST_AREA = 120;

export function chartSection(screen: Screen): string[] {
  const { profile, overview, paint } = screen;
  const { peak } = overview;
  const points = pointsOf(screen);
  if (!peak || Number.isNaN(peak.time) || points.length < 3) return [];
  const chart: AreaChart = {
    points,
    peak: { time: peak.time, bytes: peak.bytes },
    end: Math.max(1, profile.meta.durationMs, points[points.length - 1]!.time, peak.time),
    width: Math.min(WIDEST_AREA, screen.width - LABEL - 3),
    height: ROWS,
  };
  const label = formatBytes(peak.bytes).padStart(LABEL);
  const area = renderArea(chart).map(
    (row, i) => `${i === 0 ? label : ' '.repeat(LABEL)} ${paint('faint', '│')}${paint('accent', row)}`,
  );
  const axis = renderAxis(chart, `peak ${formatDuration(peak.time)}`, formatDuration(chart.end));
  return [...area, `${' '.repeat(LABEL + 2)}${paint('faint', axis)}`];
}

function pointsOf({ profile, overview }: Screen): Point[] {
  if (overview.peak?.unit === 'PSS') return pssOverTime(profile);
  const points = residentOverTime(profile, overview.mainProcess);
  const end = profile.processes.end[overview.mainProcess];
  const last = points[points.length - 1];
  // A process that ended before the run did holds nothing from then on.
  if (last && end !== undefined && end > last.time && end < profile.meta.durationMs) {
    points.push({ time: end, bytes: 0 });
  }
  return points;
}
