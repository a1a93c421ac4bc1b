// The run as a list of steps: which line ran when, and what resident memory did meanwhile.

import type { Step } from '#analysis/steps.ts';
import { formatDuration, formatSigned } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { Size, Term } from '../parts/figures.tsx';
import { useReport } from '../state/context.ts';
import { meaningOf } from '../state/meanings.ts';
import { STEP_COLORS } from '../state/step-colors.ts';

/** More than anyone reads; the longest are kept. */
const MOST = 40;

export function StepsTable({ process }: { readonly process: number }) {
  const report = useReport();
  const all = report.steps(process).map((step, index) => ({ step, index }));
  const shown = new Set([...all].sort((a, b) => importance(b.step) - importance(a.step)).slice(0, MOST));
  const most = Math.max(...all.map(({ step }) => step.rssMax));
  return (
    <section aria-label="Steps">
      <h2>
        <Term of="step">Steps</Term> of {report.processName(process)}
      </h2>
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="grow">
                Line
              </th>
              <th scope="col" class="number">
                <Term of="firstSeen" />
              </th>
              <th scope="col" class="number">
                <Term of="ranFor" />
              </th>
              <th scope="col" class="number">
                <Term of="before" />
              </th>
              <th scope="col" class="number">
                <Term of="during" />
              </th>
              <th scope="col" class="number">
                <Term of="after" />
              </th>
              <th scope="col" class="number">
                <Term of="kept" />
              </th>
            </tr>
          </thead>
          <tbody>
            {all
              .filter((one) => shown.has(one))
              .map(({ step, index }) => (
                <StepRow key={index} step={step} index={index} most={most} />
              ))}
          </tbody>
        </table>
      </div>
      {all.length > MOST && (
        <p class="more muted">
          The {MOST} of {all.length} steps that ran longest or raised memory most.
        </p>
      )}
    </section>
  );
}

function importance(step: Step): number {
  return step.busy / 1000 + (step.rssMax - step.rssBefore) / 2 ** 24;
}

function StepRow({ step, index, most }: { readonly step: Step; readonly index: number; readonly most: Bytes }) {
  const report = useReport();
  const source = report.sources.find(step.file, step.line);
  return (
    <tr class={step.rssMax === most ? 'row-strong' : undefined}>
      <td>
        <span class="swatch" style={{ background: `var(${STEP_COLORS[index % STEP_COLORS.length]})` }} />
        <span class="line-name">
          <span class="line-place" data-tip={`${step.file}, line ${step.line}`}>
            {report.paths.place(step.file, step.line)}
          </span>
          {step.func && step.func !== '<module>' && <span class="line-func"> {step.func}</span>}
          {step.importing && <span class="tag">import</span>}
          {source && <code class="line-source">{source}</code>}
        </span>
      </td>
      <td class="number">{formatDuration(step.start)}</td>
      <td class="number">{formatDuration(step.busy)}</td>
      <td class="number">
        <Size bytes={step.rssBefore} of="before" />
      </td>
      <td class="number">
        <Size bytes={step.rssMax} of="during" />
      </td>
      <td class="number">
        <Size bytes={step.rssAfter} of="after" />
      </td>
      <td class="number" data-tip={meaningOf('kept')}>
        {formatSigned(step.rssAfter - step.rssBefore)}
      </td>
    </tr>
  );
}
