// Which of several processes it was that came to hold more.
import type { Growth } from '#analysis/growth.ts';
import { formatCount, formatSigned } from '#base/format.ts';
import type { IndexIntoProcesses } from '#profile/types.ts';
import { CellBar } from '../parts/bar.tsx';
import { describeBytes, EstimateSize, Term } from '../parts/figures.tsx';
import { useReport } from '../state/context.ts';

const MOST = 20;

interface GrowthProcessesProps {
  readonly growth: Growth;
  /** Address of the same moments of one process. */
  readonly linkOf: (process: IndexIntoProcesses) => string;
}

export function GrowthProcesses({ growth, linkOf }: GrowthProcessesProps) {
  const report = useReport();
  const { processes } = growth;
  if (processes.length === 0) return null;
  const most = processes.reduce((bytes, { net }) => Math.max(bytes, net), 0);
  const rest = processes.slice(MOST);
  return (
    <section aria-label="Growth by process">
      <h2>By process</h2>
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="number">
                <Term of="net" />
              </th>
              <th scope="col" class="number">
                <Term of="came" />
              </th>
              <th scope="col" class="number">
                <Term of="went" />
              </th>
              <th scope="col" class="grow">
                Process
              </th>
            </tr>
          </thead>
          <tbody>
            {processes.slice(0, MOST).map(({ process, net, came, went }) => (
              <tr key={process}>
                <td class="number">
                  <span class="size" data-tip={describeBytes(net, 'net')}>
                    {formatSigned(net)}
                  </span>
                  {net > 0 && <CellBar share={net / most} />}
                </td>
                <td class="number">
                  <EstimateSize value={came} of="came" />
                </td>
                <td class="number">
                  <EstimateSize value={went} of="went" />
                </td>
                <td>
                  <a class="quiet" href={linkOf(process)}>
                    {report.processName(process)}
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rest.length > 0 && (
        <p class="more muted">
          {formatCount(rest.length)} more processes with {formatSigned(rest.reduce((sum, { net }) => sum + net, 0))}.
        </p>
      )}
    </section>
  );
}
