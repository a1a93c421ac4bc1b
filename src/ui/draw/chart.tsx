// A chart over time: uPlot for the lines and areas, with our legend, markers and keys around it.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Bytes, Milliseconds } from '#base/units.ts';
import { useTheme } from '../state/theme.ts';
import { ChartLegend } from './chart-legend.tsx';
import { type ChartSeries, chartOptions, type Marker, type Readings } from './chart-options.ts';
import { clampRange } from './chart-scale.ts';

export type TimeRange = readonly [from: Milliseconds, to: Milliseconds];

export interface ChartProps {
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  readonly time: Float64Array;
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  readonly unit: 'bytes' | 'count';
  readonly height: number;
  /** All of the run: what a reset leads back to. */
  readonly whole: TimeRange;
  /** What is shown of it. Charts that share it zoom together. */
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
  readonly markers?: readonly Marker[];
  readonly readings?: Readings | undefined;
}

export function Chart(props: ChartProps) {
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const latest = useRef(props);
  latest.current = props;
  // The scale as it is meant to be. uPlot tells of what we set as of a drag, later; reported, two charts that share a range could
  // answer each other for ever.
  const set = useRef<TimeRange>(props.range);
  const show = (on: uPlot, range: TimeRange): void => {
    set.current = range;
    on.setScale('x', { min: range[0], max: range[1] });
  };

  // A new theme means new colours, so a new plot.
  useLayoutEffect(() => {
    const element = place.current!;
    const options = chartOptions(element, latest.current, {
      width: element.clientWidth || 600,
      onCursor: setCursor,
      onZoom: (range, shown) => {
        if (shown[0] === set.current[0] && shown[1] === set.current[1]) return;
        set.current = shown; // the next zoom may come before this one is drawn, and lead back to where this one began
        latest.current.onRange(range);
      },
    });
    const data = [props.time, ...props.series.map((one) => nullWhereMissing(one.drawn ?? one.values))];
    const made = new uPlot(options, data as unknown as uPlot.AlignedData, element);
    show(made, props.range);
    props.series.forEach((one, i) => {
      if (hidden.has(one.label)) made.setSeries(i + 1, { show: false });
    });
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: props.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [theme, props.time, props.series, props.markers, props.readings, props.unit, props.height]);

  useEffect(() => {
    set.current = props.range;
    const { min, max } = plot.current?.scales.x ?? {};
    if (min !== props.range[0] || max !== props.range[1]) {
      if (plot.current) show(plot.current, props.range);
    }
  }, [props.range]);

  const toggle = (index: number): void => {
    const name = props.series[index]!.label;
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
    plot.current?.setSeries(index + 1, { show: !next.has(name) });
  };

  return (
    <figure class="chart">
      <div
        ref={place}
        class="chart-plot"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows, plus, minus and Escape work on the chart.
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={`${props.label}. Arrow keys move the cursor, plus and minus zoom, Escape shows all.`}
        onKeyDown={(event) => {
          if (plot.current && pressKey(event.key, plot.current, latest.current)) event.preventDefault();
        }}
      />
      <ChartLegend {...props} cursor={cursor} hidden={hidden} onToggle={toggle} />
    </figure>
  );
}

/** uPlot leaves a gap at null, and would draw NaN as zero. */
function nullWhereMissing(values: Float64Array): ArrayLike<Bytes | null> {
  return values.some(Number.isNaN) ? Array.from(values, (value) => (Number.isNaN(value) ? null : value)) : values;
}

/** True where the key meant something. */
function pressKey(key: string, plot: uPlot, { whole, range, time, onRange }: ChartProps): boolean {
  const span = range[1] - range[0];
  const at = plot.cursor.idx ?? null;
  const center = at === null ? (range[0] + range[1]) / 2 : time[at]!;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const step = Math.max(plot.over.clientWidth / 60, 1) * (key === 'ArrowLeft' ? -1 : 1);
      const from = (plot.cursor.left ?? -1) < 0 ? plot.over.clientWidth / 2 : plot.cursor.left!;
      const left = Math.min(Math.max(0, from + step), plot.over.clientWidth - 1);
      plot.setCursor({ left, top: plot.over.clientHeight / 2 });
      return true;
    }
    case '+':
    case '=':
      onRange(clampRange(center, span / 2, whole));
      return true;
    case '-':
      onRange(clampRange(center, span * 2, whole));
      return true;
    case '0':
    case 'Escape':
      onRange(whole);
      return true;
    default:
      return false;
  }
}
