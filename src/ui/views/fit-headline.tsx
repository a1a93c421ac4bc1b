// The answer, and all peaks at once as one bar: what each run adds, pages of files once, and the limit.
import type { Fit } from '#analysis/fit/fit.ts';
import { formatBytes, formatCount, formatPercent } from '#base/format.ts';
import { chanceSentences, fitHeadline } from '#report/fit-words.ts';
import { PartsBar } from '../parts/bar.tsx';
import { Size } from '../parts/figures.tsx';
import { fitParts } from '../state/fit-parts.ts';

interface Props {
  readonly fit: Fit;
}

export function FitHeadline({ fit }: Props) {
  return (
    <section class="headline" aria-label="Verdict">
      <h1>{fitHeadline(fit)}</h1>
      {chanceSentences(fit).map((sentence) => (
        <p class="beside" key={sentence}>
          {sentence}
        </p>
      ))}
      <WorstBar fit={fit} />
    </section>
  );
}

function WorstBar({ fit }: Props) {
  const { limit, worst } = fit;
  const parts = fitParts(fit);
  const whole = Math.max(limit, worst.high);
  return (
    <div class="composition fit-bar">
      <h3>All peaks at once, against the limit</h3>
      <PartsBar parts={parts} whole={whole}>
        <span
          class="limit-mark"
          style={{ left: `${(100 * limit) / whole}%` }}
          data-tip={`Limit: ${formatBytes(limit)}`}
        />
      </PartsBar>
      <ul class="parts-list">
        {parts.map(({ name, bytes, color, count, each }) => (
          <li key={name}>
            <span class="swatch" style={{ background: `var(${color})` }} />
            {name} <b>{formatBytes(bytes)}</b>{' '}
            <small>
              {count > 1 ? `${formatCount(count)} x ${formatBytes(each)}, ` : ''}
              {formatPercent(bytes / worst.high)}
            </small>
          </li>
        ))}
        <li>
          <span class="swatch swatch-limit" />
          limit{' '}
          <b>
            <Size bytes={limit} />
          </b>
        </li>
      </ul>
    </div>
  );
}
