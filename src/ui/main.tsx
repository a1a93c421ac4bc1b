// Where the pages start.
import { render } from 'preact';
import { messageOf } from '#base/result.ts';
import { App } from './app.tsx';
import { DiffPage } from './diff-page.tsx';
import { FitPage } from './fit-page.tsx';
import { readEmbeddedComparison, readEmbeddedFit, readEmbeddedOptions, readEmbeddedProfile } from './load.ts';
import { ReportContext } from './state/context.ts';
import { Report } from './state/report.ts';
import { openAt } from './state/route.ts';
import { applyTheme, followPrinting } from './state/theme.ts';
import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/page.css';
import './style/figures.css';
import './style/tables.css';
import './style/charts.css';
import './style/compare.css';
import './style/fit.css';
import './style/print.css';

async function start(place: HTMLElement): Promise<void> {
  applyTheme();
  followPrinting();
  const comparison = readEmbeddedComparison(document);
  const fit = readEmbeddedFit(document);
  if (fit || (comparison && !document.getElementById('highwater-profile'))) {
    place.textContent = '';
    render(fit ? <FitPage fit={fit} /> : <DiffPage page={comparison!} />, place);
    return;
  }
  const profile = await readEmbeddedProfile(document);
  place.textContent = '';
  if (!profile.ok) {
    render(<Unreadable reason={profile.error.message} />, place);
    return;
  }
  const { ownership = {}, view = '' } = readEmbeddedOptions(document);
  const report = new Report(profile.value, ownership, comparison);
  openAt(view);
  render(
    <ReportContext.Provider value={report}>
      <App />
    </ReportContext.Provider>,
    place,
  );
}

function Unreadable({ reason }: { readonly reason: string }) {
  return (
    <main class="page">
      <h1>This report cannot be shown</h1>
      <p role="alert">{reason}.</p>
      <p>The file may have been cut short on its way here. Ask for it again, or make it anew from the profile.</p>
    </main>
  );
}

const place = document.getElementById('app');
if (place) {
  start(place).catch((thrown: unknown) => {
    place.textContent = '';
    render(<Unreadable reason={messageOf(thrown)} />, place);
    throw thrown;
  });
}
