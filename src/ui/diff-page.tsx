// The page of `highwater diff`: the comparison alone.
import type { ComparisonPage } from '#report/compare-page.ts';
import { ThemeButton } from './parts/theme-button.tsx';
import { Tooltip } from './parts/tooltip.tsx';
import { Comparison } from './views/comparison.tsx';

export function DiffPage({ page }: { readonly page: ComparisonPage }) {
  const { before, after } = page;
  return (
    <>
      <header class="header header-plain">
        <div class="header-run">
          <span class="header-title">
            {after.name} <span class="muted">against</span> {before.name}
          </span>
          <ThemeButton />
        </div>
      </header>
      <main class="page" id="main" aria-label="Comparison">
        <Comparison page={page} />
      </main>
      <Tooltip />
    </>
  );
}
