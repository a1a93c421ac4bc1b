// Every curve of the run, for one process or for all together.
import { useMemo, useState } from 'preact/hooks';
import { formatDuration } from '#base/format.ts';
import type { TimeRange } from '../draw/chart.tsx';
import { clampRange } from '../draw/chart-scale.ts';
import { Empty } from '../parts/empty.tsx';
import { Picker } from '../parts/pickers.tsx';
import { useReport } from '../state/context.ts';
import { type Params, replaceParams, rowParam } from '../state/route.ts';
import { StepsTable } from './steps-table.tsx';
import { ProcessMemoryChart } from './timeline-process.tsx';
import { StepStrip } from './timeline-strip.tsx';
import { ActivityCharts, SystemCharts } from './timeline-system.tsx';
import { TreeMemoryChart } from './timeline-tree.tsx';

export function TimelineView({ params }: { readonly params: Params }) {
  const report = useReport();
  const { profile, overview } = report;
  const count = profile.processes.length;
  const byDefault = count > 1 && overview.peak?.unit === 'PSS' ? -1 : overview.mainProcess;
  const process = params.process === 'all' ? -1 : rowParam(params, 'process', count, byDefault);
  const whole = useMemo<TimeRange>(() => [0, Math.max(1, profile.meta.durationMs)], [profile]);
  const [range, setRange] = useState<TimeRange>(whole);
  if (profile.samples.length === 0)
    return <Empty>The run ended before the kernel’s figures were read from outside.</Empty>;
  const zoom = { whole, range, onRange: setRange };
  return (
    <>
      <div class="toolbar">
        {count > 1 && (
          <Picker
            label="Process"
            value={process < 0 ? 'all' : String(process)}
            options={[
              { value: 'all', text: 'all together' },
              ...Array.from({ length: count }, (_, i) => ({ value: String(i), text: report.processName(i) })),
            ]}
            onChange={(value) => replaceParams({ process: value })}
          />
        )}
        <ZoomButtons {...zoom} />
        <span class="hint">Drag to zoom, double-click to see all again.</span>
      </div>
      <section>
        <h2>{process < 0 ? 'Memory by process' : `Memory of ${report.processName(process)}`}</h2>
        {process < 0 ? (
          <TreeMemoryChart {...zoom} height={300} />
        ) : (
          <ProcessMemoryChart {...zoom} process={process} height={300} />
        )}
        <StepStrip process={process < 0 ? overview.mainProcess : process} range={range} />
      </section>
      <SystemCharts {...zoom} />
      {process >= 0 && <ActivityCharts {...zoom} process={process} />}
      {process >= 0 && report.steps(process).length > 0 && <StepsTable process={process} />}
    </>
  );
}

function ZoomButtons({
  whole,
  range,
  onRange,
}: {
  readonly whole: TimeRange;
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
}) {
  const center = (range[0] + range[1]) / 2;
  const span = range[1] - range[0];
  const isWhole = range[0] <= whole[0] && range[1] >= whole[1];
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are buttons in a line, not a part of a form.
    <div class="field" role="group" aria-label="Zoom">
      <span class="switch">
        <button type="button" onClick={() => onRange(clampRange(center, span / 2, whole))} aria-label="Zoom in">
          +
        </button>
        <button
          type="button"
          disabled={isWhole}
          onClick={() => onRange(clampRange(center, span * 2, whole))}
          aria-label="Zoom out"
        >
          −
        </button>
        <button
          type="button"
          disabled={isWhole}
          onClick={() => onRange(clampRange(center - span / 2, span, whole))}
          aria-label="Earlier"
        >
          ←
        </button>
        <button
          type="button"
          disabled={isWhole}
          onClick={() => onRange(clampRange(center + span / 2, span, whole))}
          aria-label="Later"
        >
          →
        </button>
        <button type="button" disabled={isWhole} onClick={() => onRange(whole)}>
          all
        </button>
      </span>
      <span class="hint" aria-live="polite">
        {formatDuration(range[0])} – {formatDuration(range[1])}
      </span>
    </div>
  );
}
