// The first screen: how much, when, of what, by whom.
import { useReport } from '../state/context.ts';
import { SincePrevious } from './compare.tsx';
import { Banners, Notes } from './notes.tsx';
import { Composition } from './overview-composition.tsx';
import { Headline } from './overview-headline.tsx';
import { Files, Imports } from './overview-imports.tsx';
import { TopLines } from './overview-lines.tsx';
import { OverviewTimeline } from './overview-timeline.tsx';
import { StepsTable } from './steps-table.tsx';

export function OverviewView() {
  const report = useReport();
  const { overview } = report;
  return (
    <>
      <Banners />
      <Headline />
      <SincePrevious />
      <Composition />
      <div class="columns">
        <TopLines />
        <Files />
      </div>
      <div class="columns">
        <Imports />
      </div>
      <OverviewTimeline />
      {overview.steps.length > 0 && <StepsTable process={overview.mainProcess} />}
      <Notes besideBanners />
    </>
  );
}
