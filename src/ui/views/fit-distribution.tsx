// What they need at most within a cycle when each starts at a random place of its own: as bars, and as figures beside.
import type { Fit } from '#analysis/fit/fit.ts';
import { formatBytes, formatMiB, formatPercent } from '#base/format.ts';
import { togetherRows } from '#report/fit-words.ts';
import { Histogram } from '../draw/histogram.tsx';

interface Props {
  readonly fit: Fit;
}

export function FitDistribution({ fit }: Props) {
  const { limit, random } = fit;
  const { draws, peaks } = random;
  return (
    <div class="columns columns-even">
      <section aria-label="Joint peak at random starts">
        <h2>Joint peak at random starts</h2>
        {peaks.width === 0 ? (
          <p class="muted">However they start, they need {formatBytes(peaks.from)} at most within a cycle.</p>
        ) : (
          <Histogram
            distribution={peaks}
            limit={limit}
            label={`How the joint peak is spread over ${draws} random starts`}
          />
        )}
      </section>
      <section aria-label="Together">
        <h2>Together</h2>
        <TogetherTable fit={fit} />
      </section>
    </div>
  );
}

function TogetherTable({ fit }: Props) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col" class="grow">
            MiB
          </th>
          <th scope="col" class="number">
            At most
          </th>
          <th scope="col" class="number">
            At least
          </th>
          <th scope="col" class="number">
            Of limit
          </th>
        </tr>
      </thead>
      <tbody>
        {togetherRows(fit).map(({ title, low, high, margin }) => (
          <tr key={title}>
            <th scope="row" class="row-name">
              {title}
            </th>
            <td class={high > fit.limit ? 'number over' : 'number'}>
              {formatMiB(high)} {margin !== '' && <small class="interval">{margin}</small>}
            </td>
            <td class="number">{formatMiB(low)}</td>
            <td class="number">{formatPercent(high / fit.limit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
