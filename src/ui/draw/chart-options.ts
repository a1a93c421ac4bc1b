// What uPlot is told: scales, axes, colours, and what we draw on top.
import type uPlot from 'uplot';
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { Meaning } from '../state/meanings.ts';
import type { ChartProps, TimeRange } from './chart.tsx';
import { BYTE_STEPS, byteLabel, COUNT_STEPS, TIME_STEPS, timeLabel } from './chart-scale.ts';
import { colorReader } from './colors.ts';

export interface ChartSeries {
  readonly label: string;
  readonly meaning?: Meaning;
  /** CSS variable. */
  readonly color: string;
  readonly kind: 'area' | 'line';
  readonly values: Float64Array;
  /** Where it is drawn, when it stands on top of others; the legend still says `values`. */
  readonly drawn?: Float64Array;
  /** Known from its first value to its last: drawn as a line, however little of the chart that is. */
  readonly gapless?: boolean;
}

export interface Marker {
  readonly time: Milliseconds;
  readonly label: string;
}

/** Single readings, drawn as points. */
export interface Readings {
  readonly time: Float64Array;
  readonly bytes: Float64Array;
}

interface Wiring {
  readonly width: number;
  readonly onCursor: (index: number | null) => void;
  /** `shown`: the scale as it is; `range`: what it means. */
  readonly onZoom: (range: TimeRange, shown: TimeRange) => void;
}

/** Room for the labels at the left: the same in every chart, so that charts and the strip of steps stand in line. */
export const AXIS_WIDTH = 76;
export const RIGHT_PADDING = 24;

export function chartOptions(element: HTMLElement, props: ChartProps, wiring: Wiring): uPlot.Options {
  const color = colorReader(element);
  const axis = {
    stroke: color('--muted'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const top = Math.max(
    0,
    ...props.series.map((one) => largest(one.drawn ?? one.values)),
    largest(props.readings?.bytes),
  );
  return {
    width: wiring.width,
    height: props.height,
    padding: [14, RIGHT_PADDING, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: 'highwater', scales: ['x', null] },
      y: false,
      drag: { x: true, y: false, setScale: true },
      points: { size: 6 },
    },
    scales: {
      x: { time: false, range: (_, min, max) => [min, max] },
      y: { range: () => [0, top > 0 ? top * 1.06 : 1] },
    },
    axes: [
      {
        ...axis,
        incrs: TIME_STEPS,
        space: 70,
        size: 30,
        values: (_, splits, __, ___, step) => splits.map((ms) => timeLabel(ms, step)),
      },
      {
        ...axis,
        size: AXIS_WIDTH,
        incrs: props.unit === 'bytes' ? BYTE_STEPS : COUNT_STEPS,
        space: 34,
        values: (_, splits) => splits.map(props.unit === 'bytes' ? byteLabel : props.format),
      },
    ],
    series: [{}, ...props.series.map((one) => seriesOptions(one, color(one.color)))],
    bands: bandsOf(props.series),
    hooks: {
      setCursor: [(plot) => wiring.onCursor(plot.cursor.idx ?? null)],
      setScale: [(plot, key) => key === 'x' && reportZoom(plot, props, wiring)],
      draw: [(plot) => drawOnTop(plot, props, color)],
    },
  };
}

function seriesOptions(one: ChartSeries, color: string): uPlot.Series {
  const line: uPlot.Series = { label: one.label, stroke: color, width: 1.5, points: { show: false }, spanGaps: true };
  if (one.kind === 'area') return { ...line, width: 1, fill: `${color}b3` };
  // A line between readings that lie far apart would state what nobody saw.
  return isSparse(one.values) && !one.gapless
    ? { ...line, paths: () => null, points: { show: true, size: 6, fill: color } }
    : line;
}

function isSparse(values: Float64Array): boolean {
  let known = 0;
  for (const value of values) if (!Number.isNaN(value)) known++;
  return known > 0 && known < values.length / 2;
}

/** Between each stacked area and the one below it. */
function bandsOf(series: readonly ChartSeries[]): uPlot.Band[] {
  const stacked = series.flatMap((one, i) => (one.drawn ? [i + 1] : []));
  return stacked.slice(1).map((upper, i) => ({ series: [upper, stacked[i]!] }));
}

function reportZoom(plot: uPlot, props: ChartProps, wiring: Wiring): void {
  const { min, max } = plot.scales.x!;
  if (min === undefined || max === undefined || min === null || max === null) return;
  // A double click makes uPlot show all data; the run may be longer than what was sampled.
  const all = min === props.time[0] && max === props.time[props.time.length - 1];
  wiring.onZoom(all ? props.whole : [min, max], [min, max]);
}

function largest(values: Float64Array | undefined): Bytes {
  let most = 0;
  for (const value of values ?? []) if (value > most) most = value;
  return most;
}

function drawOnTop(plot: uPlot, props: ChartProps, color: (name: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height);
  ctx.clip();
  if (props.readings) drawReadings(plot, props.readings, color('--series-readings'));
  for (const marker of props.markers ?? []) drawMarker(plot, marker, color('--text'), color('--surface'));
  ctx.restore();
}

function drawReadings({ ctx, scales, valToPos }: uPlot, { time, bytes }: Readings, color: string): void {
  ctx.fillStyle = color;
  // Many readings would make a band of their points.
  const size = (time.length > 1000 ? 1 : 3) * devicePixelRatio;
  const { min = 0, max = 0 } = scales.x!;
  for (let i = 0; i < time.length; i++) {
    if (time[i]! < min || time[i]! > max) continue;
    ctx.fillRect(valToPos(time[i]!, 'x', true) - size / 2, valToPos(bytes[i]!, 'y', true) - size / 2, size, size);
  }
}

function drawMarker(plot: uPlot, marker: Marker, color: string, background: string): void {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(marker.time, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `600 ${11 * devicePixelRatio}px system-ui, sans-serif`;
  const wide = ctx.measureText(marker.label).width;
  const left = x + wide + 8 > bbox.left + bbox.width ? x - wide - 6 : x + 6;
  ctx.fillStyle = `${background}d9`;
  ctx.fillRect(left - 3, bbox.top, wide + 6, 15 * devicePixelRatio);
  ctx.fillStyle = color;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  ctx.fillText(marker.label, left, bbox.top + 2 * devicePixelRatio);
}
