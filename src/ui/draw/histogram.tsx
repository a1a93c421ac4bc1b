// Counts in bins of bytes as bars, with a limit: what lies above it has another colour.
import type { Distribution } from '#analysis/fit/distribution.ts';
import { formatBytes, formatCount, formatMiB, formatPercent } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { axisOf } from './histogram-axis.ts';

/** Percent of the plot: above it is room for the limit's label. */
const TALLEST = 86;

interface HistogramProps {
  readonly distribution: Distribution;
  readonly limit: Bytes;
  /** What is shown, for those who do not see it. */
  readonly label: string;
}

export function Histogram({ distribution, limit, label }: HistogramProps) {
  const { from, width, counts } = distribution;
  const axis = axisOf(distribution, limit);
  const most = Math.max(...counts);
  const draws = counts.reduce((sum, count) => sum + count, 0);
  const at = (bytes: Bytes) => `${(100 * (bytes - axis.from)) / (axis.to - axis.from)}%`;
  return (
    <figure class="histogram">
      <div class="histogram-plot" role="img" aria-label={label}>
        {counts.map((count, bin) => {
          const left = from + bin * width;
          const share = `${formatPercent(count / draws)} of starts`;
          return (
            count > 0 && (
              <span
                key={left}
                class={left >= limit - width / 2 ? 'histogram-bar histogram-over' : 'histogram-bar'}
                data-tip={`${share}: ${formatBytes(left)} to ${formatBytes(left + width)}`}
                style={{ left: at(left), width: at(axis.from + width), height: `${(TALLEST * count) / most}%` }}
              />
            )
          );
        })}
        {axis.hasLimit && (
          <span class="histogram-limit" style={{ left: at(limit) }}>
            <b class={limit - axis.from > (axis.to - axis.from) / 2 ? 'to-left' : ''}>limit {formatBytes(limit)}</b>
          </span>
        )}
      </div>
      <div class="histogram-axis" aria-hidden="true">
        {axis.ticks.map((bytes) => (
          <span key={bytes} style={{ left: at(bytes) }}>
            {formatMiB(bytes).replace(/\.0$/, '')}
          </span>
        ))}
      </div>
      <figcaption class="muted">
        MiB at most; height is the share of {formatCount(draws)} starts
        {!axis.hasLimit && (
          <>
            ; the limit of {formatBytes(limit)} lies {limit > axis.to ? 'above' : 'below'} all of them
          </>
        )}
      </figcaption>
    </figure>
  );
}
