// The run beside the one before it.
import { Empty } from '../parts/empty.tsx';
import { useReport } from '../state/context.ts';
import { formatHash } from '../state/route.ts';
import { Comparison } from './comparison.tsx';

export function CompareView() {
  const { comparison } = useReport();
  if (!comparison) {
    return <Empty>This report was made without a run before it. `highwater diff` compares any two.</Empty>;
  }
  return <Comparison page={comparison} />;
}

/** One line for the first screen; nothing where there is no run before. */
export function SincePrevious() {
  const { comparison } = useReport();
  if (!comparison) return null;
  return (
    <section class="since" aria-label="Since the previous run">
      <b>Since the previous run:</b> {comparison.change}. <a href={formatHash('compare')}>Compare</a>
    </section>
  );
}
