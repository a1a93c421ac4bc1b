// The frame around every view: what was run and how it ended, the way to the views, and the view itself.
import { useEffect, useRef } from 'preact/hooks';
import { assertNever } from '#base/assert.ts';
import { formatDuration } from '#base/format.ts';
import type { Exit } from '#profile/types.ts';
import { ThemeButton } from './parts/theme-button.tsx';
import { Tooltip } from './parts/tooltip.tsx';
import { useReport } from './state/context.ts';
import { formatHash, type Route, useRoute, VIEWS, type ViewName } from './state/route.ts';
import { AboutView } from './views/about.tsx';
import { CompareView } from './views/compare.tsx';
import { FlameView } from './views/flame.tsx';
import { GrowthView } from './views/growth.tsx';
import { LinesView } from './views/lines.tsx';
import { OverviewView } from './views/overview.tsx';
import { ProcessesView } from './views/processes.tsx';
import { TimelineView } from './views/timeline.tsx';

const TITLES: Readonly<Record<ViewName, string>> = {
  overview: 'Overview',
  timeline: 'Timeline',
  growth: 'Growth',
  flame: 'Flame graph',
  lines: 'Lines',
  processes: 'Processes',
  compare: 'Compare',
  about: 'About this run',
};

export function App() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // A new view begins at its top, and with the focus.
  useEffect(() => {
    if (!first.current) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [route.view]);
  return (
    <>
      <Header current={route.view} />
      <main class="page" id="main" ref={main} tabIndex={-1} aria-label={TITLES[route.view]}>
        <View route={route} />
      </main>
      <Tooltip />
    </>
  );
}

function View({ route }: { readonly route: Route }) {
  switch (route.view) {
    case 'overview':
      return <OverviewView />;
    case 'timeline':
      return <TimelineView params={route.params} />;
    case 'growth':
      return <GrowthView params={route.params} />;
    case 'flame':
      return <FlameView params={route.params} />;
    case 'lines':
      return <LinesView params={route.params} />;
    case 'processes':
      return <ProcessesView params={route.params} />;
    case 'compare':
      return <CompareView />;
    case 'about':
      return <AboutView />;
    default:
      return assertNever(route.view);
  }
}

function Header({ current }: { readonly current: ViewName }) {
  const { profile, comparison } = useReport();
  const { meta } = profile;
  const views = VIEWS.filter((view) => view !== 'compare' || comparison !== null);
  return (
    <header class="header">
      <div class="header-run">
        <span class="header-title" data-tip={meta.command.join(' ')}>
          {meta.title}
        </span>
        <ExitMark exit={meta.exit} />
        {!meta.complete && <span class="mark mark-bad">cut off</span>}
        <span class="header-when">
          {new Date(meta.startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC, ran{' '}
          {formatDuration(meta.durationMs)}
        </span>
        <ThemeButton />
      </div>
      <nav aria-label="Views">
        <ul class="tabs">
          {views.map((view) => (
            <li key={view}>
              <a href={formatHash(view)} aria-current={view === current ? 'page' : undefined}>
                {TITLES[view]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

function ExitMark({ exit }: { readonly exit: Exit }) {
  switch (exit.kind) {
    case 'exited':
      return exit.code === 0 ? (
        <span class="mark mark-good">exited with 0</span>
      ) : (
        <span class="mark mark-bad">exited with {exit.code}</span>
      );
    case 'signaled':
      return <span class="mark mark-bad">killed by {exit.name || `signal ${exit.signal}`}</span>;
    case 'unknown':
      return <span class="mark">end not seen</span>;
    default:
      return assertNever(exit);
  }
}
