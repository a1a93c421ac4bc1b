// The answer in a few sentences.

import type { Headroom } from '#analysis/headroom.ts';
import type { Peak } from '#analysis/peak.ts';
import { formatBytes, formatDuration, formatPercent } from '#base/format.ts';
import { failedRequestOf } from '#report/failed-words.ts';
import { hasEndedWell, lastRiseOf } from '#report/headline.ts';
import { describeBytes, EstimateSize, Size, Term } from '../parts/figures.tsx';
import { LineName } from '../parts/line-name.tsx';
import { useReport } from '../state/context.ts';
import { meaningOf } from '../state/meanings.ts';
import type { Report } from '../state/report.ts';

export function Headline() {
  const report = useReport();
  const { peak, headroom } = report.overview;
  const lastRise = lastRiseOf(report.profile, report.overview);
  const failed = failedRequestOf(report.profile, report.overview);
  if (!peak) {
    return (
      <section class="headline">
        <h1>No memory figures were recorded</h1>
        <p>The program ended, or the profiler was stopped, before the kernel’s figures could be read once.</p>
      </section>
    );
  }
  return (
    <section class="headline" aria-label="Peak">
      <h1>
        {nameOfPeak(report, peak)} needed {peak.unit === 'VmHWM' && !peak.exact && 'at least '}
        <span class="headline-number" data-tip={describeBytes(peak.bytes)}>
          {formatBytes(peak.bytes)}
        </span>{' '}
        at {peak.processes > 1 ? 'their' : 'its'} peak
      </h1>
      <div class="facts">
        <How peak={peak} />
        <When peak={peak} report={report} />
        <Left headroom={headroom} peak={peak} />
        <Who report={report} />
      </div>
      {lastRise !== undefined && <p class="banner banner-bad">{lastRise}</p>}
      {failed !== undefined && <p class={hasEndedWell(report.profile) ? 'banner' : 'banner banner-bad'}>{failed}</p>}
    </section>
  );
}

function nameOfPeak(report: Report, peak: Peak): string {
  if (peak.unit === 'PSS') return `${report.profile.meta.title} and its processes`;
  return report.processName(report.overview.mainProcess);
}

function How({ peak }: { readonly peak: Peak }) {
  return (
    <div class="fact">
      <h2>How it is known</h2>
      {peak.unit === 'VmHWM' ? (
        <p>
          <Term of="vmhwm">VmHWM</Term>, the kernel’s own high-water mark,{' '}
          <Term of={peak.exact ? 'exact' : 'atLeast'}>{peak.exact ? 'read at the end' : 'read while it ran'}</Term>
        </p>
      ) : (
        <p>
          <Term of="pss">PSS</Term> of {peak.processes} processes, the largest sum that was seen
          {peak.high > peak.bytes && <>; between two looks it was at most {formatBytes(peak.high)}</>}
        </p>
      )}
    </div>
  );
}

function When({ report, peak }: { readonly report: Report; readonly peak: Peak }) {
  const { durationMs } = report.profile.meta;
  if (Number.isNaN(peak.time)) {
    return (
      <div class="fact">
        <h2>When</h2>
        <p>not known</p>
      </div>
    );
  }
  const { mainProcess } = report.overview;
  const span = report.stepSpans(mainProcess).findLast((one) => one.start <= peak.time && peak.time <= one.end);
  const step = span ? report.steps(mainProcess)[span.step] : undefined;
  return (
    <div class="fact">
      <h2>When</h2>
      <p>
        {formatDuration(peak.time)} into a run of {formatDuration(durationMs)}
        {step && (
          <>
            , while{' '}
            <code data-tip={report.sources.find(step.file, step.line)}>{report.paths.place(step.file, step.line)}</code>{' '}
            ran
          </>
        )}
      </p>
    </div>
  );
}

const SOURCES: Readonly<Record<Headroom['source'], string>> = {
  cgroup: 'container limit',
  machine: 'machine’s memory',
  'address space limit': 'address space limit',
};

function Left({ headroom, peak }: { readonly headroom: Headroom; readonly peak: Peak }) {
  if (!Number.isFinite(headroom.limit) || headroom.limit <= 0) return null;
  const left = headroom.limit - peak.bytes;
  const level = headroom.used > 0.9 ? 'meter meter-high' : 'meter';
  return (
    <div class="fact">
      <h2>
        <Term of="headroom">Headroom</Term>
      </h2>
      <p>
        {formatPercent(headroom.used)} of the {SOURCES[headroom.source]} of <Size bytes={headroom.limit} />;{' '}
        {left >= 0 ? <>{formatBytes(left)} were left</> : <>{formatBytes(-left)} over it</>}
        {headroom.oomKills > 0 && (
          <strong>
            {' '}
            – the kernel killed {headroom.oomKills} {headroom.oomKills === 1 ? 'process' : 'processes'} for lack of
            memory
          </strong>
        )}
      </p>
      <span class={level} aria-hidden="true">
        <span style={{ width: `${Math.min(100, headroom.used * 100)}%` }} />
      </span>
    </div>
  );
}

function nobodyLeads({ overview }: Report): string {
  const imports = overview.imports.reduce((sum, row) => sum + row.bytes, 0);
  return `no line of your own; imports hold ${formatBytes(imports)} of ${formatBytes(overview.heap?.bytes ?? 0)} alive`;
}

function Who({ report }: { readonly report: Report }) {
  const { lines, heap, peak } = report.overview;
  const top = lines.find((row) => row.place === 'line' && !row.importing && row.heap.bytes > 0 && row.heap.certain);
  return (
    <div class="fact">
      <h2>Who held most</h2>
      {top && heap && peak ? (
        <p>
          <EstimateSize value={top.heap} of="heap" plain />{' '}
          <span data-tip={meaningOf('ofPeak')}>({formatPercent(top.heap.bytes / peak.bytes)} of the peak)</span>:{' '}
          <LineName report={report} row={top} />
        </p>
      ) : (
        <p>{heap ? nobodyLeads(report) : 'not known: nothing was recorded inside the program'}</p>
      )}
    </div>
  );
}
