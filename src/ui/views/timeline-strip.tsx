// Under a chart, in line with it: which step ran when.
import { formatBytes, formatDuration } from '#base/format.ts';
import type { TimeRange } from '../draw/chart.tsx';
import { AXIS_WIDTH, RIGHT_PADDING } from '../draw/chart-options.ts';
import { useReport } from '../state/context.ts';
import { meaningOf } from '../state/meanings.ts';
import { STEP_COLORS } from '../state/step-colors.ts';

/** Narrower than this share of the strip nothing can be pointed at. */
const NARROWEST = 0.0008;

export function StepStrip({ process, range }: { readonly process: number; readonly range: TimeRange }) {
  const report = useReport();
  const spans = report.stepSpans(process);
  const steps = report.steps(process);
  if (spans.length === 0) return null;
  const [from, to] = range;
  const visible = spans.filter(
    (span) => span.end > from && span.start < to && span.end - span.start >= NARROWEST * (to - from),
  );
  return (
    <div class="strip-row">
      <span class="strip-label" style={{ width: `${AXIS_WIDTH}px` }} data-tip={meaningOf('step')}>
        steps
      </span>
      <div
        class="strip"
        style={{ marginRight: `${RIGHT_PADDING}px` }}
        role="img"
        aria-label="Steps of the run over time; the table of steps says the same in words."
      >
        {visible.map((span) => {
          const step = steps[span.step]!;
          const left = Math.max(0, (span.start - from) / (to - from));
          const right = Math.min(1, (span.end - from) / (to - from));
          const place = report.paths.place(step.file, step.line);
          return (
            <span
              key={span.start}
              style={{
                left: `${left * 100}%`,
                width: `${(right - left) * 100}%`,
                background: `var(${STEP_COLORS[span.step % STEP_COLORS.length]})`,
              }}
              data-tip={`${place}  ${report.sources.find(step.file, step.line)}\n${formatDuration(span.start)} – ${formatDuration(span.end)}; at most ${formatBytes(step.rssMax)} resident`}
            >
              {right - left > 0.08 ? place : ''}
            </span>
          );
        })}
      </div>
    </div>
  );
}
