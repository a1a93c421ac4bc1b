// One process of the table.
import { formatDuration } from '#base/format.ts';
import { EstimateSize, Size, Term } from '../parts/figures.tsx';
import { useReport } from '../state/context.ts';
import { peakMomentOf } from '../state/moments.ts';
import type { TreeRow } from '../state/process-tree.ts';
import { formatHash } from '../state/route.ts';

export function ProcessRowView({ row, selected }: { readonly row: TreeRow; readonly selected: boolean }) {
  const report = useReport();
  const { process, depth } = row;
  const moment = peakMomentOf(report, process.process);
  return (
    <tr class={selected ? 'row-strong' : undefined}>
      <td style={{ paddingLeft: `${8 + depth * 20}px` }} data-tip={process.command}>
        <span class="process-name">
          {depth > 0 && (
            <span class="branch" aria-hidden="true">
              └{' '}
            </span>
          )}
          {process.name || '(no name)'} <span class="muted">pid {process.pid}</span>
        </span>
        <code class="command">{process.command}</code>
      </td>
      <td>{process.python || <span class="none">–</span>}</td>
      <td class="number">
        {formatDuration(process.start)} – {Number.isNaN(process.end) ? 'still there' : formatDuration(process.end)}
      </td>
      <td class="number">
        <Size bytes={process.peak} of="vmhwm" />
        {!Number.isNaN(process.peak) && (
          <small class="interval">
            {' '}
            <Term of={process.exact ? 'exact' : 'atLeast'}>{process.exact ? 'exact' : 'at least'}</Term>
          </small>
        )}
      </td>
      <td class="number">
        <Size bytes={process.largestPss} of="pss" />
      </td>
      <td class="number">
        <Size bytes={process.largestPrivate} of="privateBytes" />
      </td>
      <td class="number">
        {process.heap ? <EstimateSize value={process.heap} of="heap" /> : <span class="none">–</span>}
      </td>
      <td>{process.traced ? 'yes' : 'no'}</td>
      <td class="links">
        <a href={formatHash('timeline', { process: process.process })}>timeline</a>
        {moment >= 0 && <a href={formatHash('flame', { moment, process: process.process })}>flame</a>}
        {moment >= 0 && <a href={formatHash('lines', { moment, process: process.process })}>lines</a>}
      </td>
    </tr>
  );
}
