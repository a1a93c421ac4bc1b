// The page of `highwater fit`: the answer first, what the runs need together, how that is spread over random starts, each run.
import type { Fit } from '#analysis/fit/fit.ts';
import { assumptions, cautions } from '#report/fit-words.ts';
import { ThemeButton } from './parts/theme-button.tsx';
import { Tooltip } from './parts/tooltip.tsx';
import { FitDistribution } from './views/fit-distribution.tsx';
import { FitHeadline } from './views/fit-headline.tsx';
import { FitRuns } from './views/fit-runs.tsx';

export function FitPage({ fit }: { readonly fit: Fit }) {
  return (
    <>
      <header class="header header-plain">
        <div class="header-run">
          <span class="header-title">Do these runs fit together?</span>
          <span class={fit.fits ? 'mark mark-good' : 'mark mark-bad'}>{fit.fits ? 'yes' : 'no'}</span>
          <ThemeButton />
        </div>
      </header>
      <main class="page" id="main" aria-label="Fit">
        <FitHeadline fit={fit} />
        {cautions(fit).map((caution) => (
          <p class="banner" key={caution}>
            {caution}
          </p>
        ))}
        <FitDistribution fit={fit} />
        <FitRuns fit={fit} />
        {assumptions(fit).map((text) => (
          <p class="hint" key={text}>
            {text}
          </p>
        ))}
      </main>
      <Tooltip />
    </>
  );
}
