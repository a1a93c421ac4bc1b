// Memory over time as an area of block characters, with its highest column marked.
import { cutEnd, textWidth } from '#base/text-table.ts';
import type { Point } from './timeline.ts';

export interface AreaChart {
  readonly points: readonly Point[];
  /** The mark, and the height of the column that it stands under: readings can miss the true peak. */
  readonly peak: Point;
  readonly end: number;
  /** Terminal columns and rows of the area. */
  readonly width: number;
  readonly height: number;
}

const BLOCKS = ' ▁▂▃▄▅▆▇█';

/** Rows from top to bottom. */
export function renderArea(chart: AreaChart): string[] {
  const levels = levelsOf(chart);
  return Array.from({ length: chart.height }, (_, row) => {
    const below = (chart.height - 1 - row) * 8;
    return levels
      .map((level) => BLOCKS[Math.min(8, Math.max(0, level - below))])
      .join('')
      .trimEnd();
  });
}

/** "0 s        ▲ peak 3.20 s             8.10 s", the mark under the peak's column. */
export function renderAxis(chart: AreaChart, peakLabel: string, endLabel: string): string {
  const column = columnOf(chart, chart.peak.time);
  const toTheRight = `▲ ${peakLabel}`;
  const label = textWidth(toTheRight) + column <= chart.width ? toTheRight : `${peakLabel} ▲`;
  const start = label === toTheRight ? column : Math.max(0, column + 1 - textWidth(label));
  const marked = ' '.repeat(start) + label;
  const gap = chart.width - textWidth(marked) - textWidth(endLabel);
  return cutEnd(gap >= 2 ? marked + ' '.repeat(gap) + endLabel : marked, chart.width);
}

function columnOf({ end, width }: AreaChart, time: number): number {
  return Math.min(width - 1, Math.max(0, Math.floor((time / end) * width)));
}

function levelsOf(chart: AreaChart): number[] {
  const columns = new Float64Array(chart.width).fill(Number.NaN);
  const raise = (column: number, bytes: number) => {
    if (!(columns[column]! >= bytes)) columns[column] = bytes;
  };
  for (const point of chart.points) raise(columnOf(chart, point.time), point.bytes);
  raise(columnOf(chart, chart.peak.time), chart.peak.bytes);
  const top = columns.reduce((highest, bytes) => (bytes > highest ? bytes : highest), 0);
  // Between two readings nothing is known; the earlier one is drawn on, as a step.
  let last = 0;
  return Array.from(columns, (bytes) => {
    if (!Number.isNaN(bytes)) last = bytes;
    return last <= 0 || top <= 0 ? 0 : Math.max(1, Math.round((last / top) * chart.height * 8));
  });
}
