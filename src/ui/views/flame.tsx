// Who called what: bytes by call path, as a flame graph from the program's start or from the allocating line.

import { useMemo, useState } from 'preact/hooks';
import { hasLifetimes, timeOf } from '#analysis/lifetimes.ts';
import { formatBytes, formatCount, formatPercent } from '#base/format.ts';
import { growthTimes } from '#report/growth-words.ts';
import { FlameGraph } from '../draw/flame-graph.tsx';
import { layOut } from '../draw/flame-layout.ts';
import { searchTree } from '../draw/flame-search.ts';
import { Empty, NoAgent } from '../parts/empty.tsx';
import { useReport } from '../state/context.ts';
import { useDeferredValue } from '../state/deferred.ts';
import { type FlameBytes, type FlameChoice, keyOfFlame } from '../state/flame-choice.ts';
import { FlameNames } from '../state/flame-names.ts';
import { rangeOf } from '../state/growth-view.ts';
import { defaultMoment } from '../state/moments.ts';
import { OWNER_KINDS } from '../state/owners.ts';
import type { Report } from '../state/report.ts';
import { type Params, rowParam } from '../state/route.ts';
import { FlameDetails } from './flame-details.tsx';
import { FlameToolbar } from './flame-toolbar.tsx';

const OWNER_COLORS = OWNER_KINDS.map((kind) => kind.color);

export function FlameView({ params }: { readonly params: Params }) {
  const report = useReport();
  if (report.profile.stacks.length === 0) return <NoAgent />;
  const choice = choiceOf(report, params);
  // Another choice is another tree: what was zoomed and pointed at belongs to the old one.
  return <FlameOf key={keyOfFlame(choice)} choice={choice} params={params} />;
}

function choiceOf(report: Report, params: Params): FlameChoice {
  const { moments, processes } = report.profile;
  const line = /^(.*):(-?\d+)$/s.exec(params.line ?? '');
  return {
    what: whatOf(report, params),
    moment: rowParam(params, 'moment', moments.length, defaultMoment(report)),
    range: hasLifetimes(report.profile) ? rangeOf(report, params) : null,
    process: rowParam(params, 'process', processes.length, -1),
    inverted: params.order === 'inverted',
    hideImports: params.imports === 'hidden',
    line: line ? { file: line[1]!, line: Number(line[2]), by: params.by === 'leaf' ? 'leaf' : 'user' } : null,
  };
}

function whatOf({ profile }: Report, { what }: Params): FlameBytes {
  if (hasLifetimes(profile) && (what === 'came' || what === 'went')) return what;
  return what === 'allocated' || profile.moments.length === 0 ? 'allocated' : 'live';
}

function FlameOf({ choice, params }: { readonly choice: FlameChoice; readonly params: Params }) {
  const report = useReport();
  const tree = report.flame(choice);
  const layout = useMemo(() => layOut(tree), [tree]);
  const names = useMemo(() => new FlameNames(report, tree, choice.inverted), [report, tree, choice.inverted]);
  const [zoom, setZoom] = useState(0);
  const [pointed, setPointed] = useState(0);
  const query = useDeferredValue((params.q ?? '').trim().toLowerCase());
  const matches = useMemo(
    () => (query === '' ? null : searchTree(tree, (frame) => names.matches(frame, query))),
    [tree, names, query],
  );
  const whole = tree.total[0]!;
  return (
    <>
      <FlameToolbar choice={choice} params={params} />
      <div class="flame-state">
        <p aria-live="polite">
          {titleOf(report, choice)}: <b>{formatBytes(whole)}</b>
          {choice.line && (
            <>
              {' '}
              at <b>{report.paths.place(choice.line.file, choice.line.line)}</b>
            </>
          )}
          {matches && (
            <span class="matched">
              {' '}
              · matched <b>{formatBytes(matches.total)}</b> ({formatPercent(matches.total / whole) || '0 %'}) in{' '}
              {formatCount(matches.count)} {matches.count === 1 ? 'box' : 'boxes'}
            </span>
          )}
        </p>
        {zoom > 0 && (
          <button type="button" onClick={() => setZoom(0)}>
            Show all again
          </button>
        )}
        <OwnerLegend />
      </div>
      {whole > 0 ? (
        <FlameGraph
          layout={layout}
          zoom={zoom}
          onZoom={setZoom}
          onPoint={setPointed}
          upwards={params.shape === 'flame'}
          matches={matches?.rows ?? null}
          label={names.label}
          owner={names.owner}
          ownerColors={OWNER_COLORS}
          describe={names.describe}
        />
      ) : (
        <Empty>Nothing was held here with these choices.</Empty>
      )}
      <FlameDetails names={names} row={pointed} by={choice.line?.by ?? 'user'} />
    </>
  );
}

function titleOf({ profile }: Report, { what, range }: FlameChoice): string {
  if (what === 'live') return 'Alive';
  if (what === 'allocated') return 'Allocated over the run';
  const times = growthTimes({ from: timeOf(profile, range!.from), to: timeOf(profile, range!.to) });
  return `${times}, ${what === 'came' ? 'came and stayed' : 'was there and went'}`;
}

function OwnerLegend() {
  return (
    <ul class="owner-legend" aria-label="Colours">
      {OWNER_KINDS.map((kind) => (
        <li key={kind.title}>
          <span class="swatch" style={{ background: `var(${kind.color})` }} />
          {kind.title}
        </li>
      ))}
    </ul>
  );
}
