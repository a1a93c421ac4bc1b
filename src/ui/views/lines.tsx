// Every line that allocated: how much of it was alive at a moment, and how much passed through over the run.
import { useMemo } from 'preact/hooks';
import { formatCount, parseBytes } from '#base/format.ts';
import { NoAgent } from '../parts/empty.tsx';
import { useReport } from '../state/context.ts';
import { useDeferredValue } from '../state/deferred.ts';
import { filterLines, lineValue, parseOrder } from '../state/line-table.ts';
import { defaultMoment } from '../state/moments.ts';
import { type Params, replaceParams, rowParam } from '../state/route.ts';
import { formatOrder, sortRows } from '../state/sort.ts';
import { LinesTable } from './lines-table.tsx';
import { LinesToolbar } from './lines-toolbar.tsx';

export function LinesView({ params }: { readonly params: Params }) {
  const report = useReport();
  const { profile } = report;
  const moment = rowParam(params, 'moment', profile.moments.length, defaultMoment(report));
  const process = rowParam(params, 'process', profile.processes.length, -1);
  const by = params.by === 'leaf' ? 'leaf' : 'user';
  const order = useMemo(() => parseOrder(params.sort), [params.sort]);
  const text = useDeferredValue((params.q ?? '').trim().toLowerCase());
  const least = parseBytes(params.least ?? '') ?? 0;
  const imports = params.imports !== 'hidden';
  const all = report.lines(process < 0 ? { moment, by } : { moment, by, process });
  const rows = useMemo(
    () => sortRows(filterLines(report, all, { text, least, imports }), order, lineValue),
    [report, all, text, least, imports, order],
  );
  if (all.length === 0) return <NoAgent />;
  const whole = all.reduce((bytes, row) => bytes + row.heap.bytes, 0);
  return (
    <>
      <LinesToolbar params={params} moment={moment} process={process} by={by} />
      <p class="table-state" aria-live="polite">
        {rows.length === all.length
          ? `${formatCount(all.length)} lines`
          : `${formatCount(rows.length)} of ${formatCount(all.length)} lines`}
      </p>
      <LinesTable
        rows={rows}
        whole={whole}
        order={order}
        onOrder={(next) => replaceParams({ sort: formatOrder(next) })}
        by={by}
        moment={moment}
        process={process}
        open={params.open ?? ''}
      />
    </>
  );
}
