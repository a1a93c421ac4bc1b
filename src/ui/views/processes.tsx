// The processes of the run as a tree, with the kernel's word on each.

import { Empty } from '../parts/empty.tsx';
import { Size, Term } from '../parts/figures.tsx';
import { useReport } from '../state/context.ts';
import { orderAsTree, type TreeRow } from '../state/process-tree.ts';
import { type Params, rowParam } from '../state/route.ts';
import { ProcessRowView } from './process-row.tsx';

export function ProcessesView({ params }: { readonly params: Params }) {
  const report = useReport();
  const rows: TreeRow[] = orderAsTree(report.overview.processes);
  const selected = rowParam(params, 'process', rows.length, -1);
  if (rows.length === 0) return <Empty>No process was seen.</Empty>;
  return (
    <section aria-label="Processes">
      <h2>
        {rows.length} {rows.length === 1 ? 'process' : 'processes'}
      </h2>
      <div class="scroll-x">
        <table class="table processes">
          <thead>
            <tr>
              <th scope="col" class="grow">
                Process
              </th>
              <th scope="col">Python</th>
              <th scope="col" class="number">
                From – to
              </th>
              <th scope="col" class="number">
                <Term of="vmhwm" />
              </th>
              <th scope="col" class="number">
                Largest <Term of="pss" />
              </th>
              <th scope="col" class="number">
                Largest <Term of="privateBytes">private</Term>
              </th>
              <th scope="col" class="number">
                <Term of="heap">Alive at its peak</Term>
              </th>
              <th scope="col">
                <Term of="traced" />
              </th>
              <th scope="col">Look at</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <ProcessRowView key={row.process.process} row={row} selected={row.process.process === selected} />
            ))}
          </tbody>
        </table>
      </div>
      <UsageLine />
    </section>
  );
}

function UsageLine() {
  const { usage } = useReport().profile.meta;
  if (!usage) return null;
  return (
    <p class="muted">
      The kernel’s own summary at the end (wait4): the largest of the program and of each descendant that was waited for
      had <Size bytes={usage.maxRssBytes} /> resident.
    </p>
  );
}
