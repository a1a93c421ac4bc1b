// What came to be alive between two moments that the reader chooses, and what of the first was gone at the second.
import { useMemo } from 'preact/hooks';
import { type EdgeRange, hasLifetimes, timeOf } from '#analysis/lifetimes.ts';
import { formatDuration } from '#base/format.ts';
import { growthSentence, growthTotals } from '#report/growth-words.ts';
import { Empty, NoAgent } from '../parts/empty.tsx';
import { MomentPresets } from '../parts/moment-presets.tsx';
import { allProcessOptions, LineRuleSwitch, Picker } from '../parts/pickers.tsx';
import { useReport } from '../state/context.ts';
import type { FlameBytes } from '../state/flame-choice.ts';
import { parseGrowthOrder, rangeOf } from '../state/growth-view.ts';
import { formatHash, type Params, replaceParams, rowParam } from '../state/route.ts';
import { formatOrder } from '../state/sort.ts';
import { GrowthChart } from './growth-chart.tsx';
import { GrowthParts } from './growth-parts.tsx';
import { GrowthProcesses } from './growth-processes.tsx';
import { GrowthTable } from './growth-table.tsx';

export function GrowthView({ params }: { readonly params: Params }) {
  const report = useReport();
  const { profile, overview } = report;
  const process = rowParam(params, 'process', profile.processes.length, -1);
  const by = params.by === 'leaf' ? 'leaf' : 'user';
  const range = rangeOf(report, params);
  const order = useMemo(() => parseGrowthOrder(params.sort), [params.sort]);
  if (!overview.heap) return <NoAgent />;
  if (!hasLifetimes(profile)) return <Empty>{NOT_RECORDED}</Empty>;
  const flame = (what: FlameBytes, line = '') =>
    formatHash('flame', {
      what,
      ...range,
      process: process < 0 ? '' : process,
      line,
      by: line && by === 'leaf' ? by : '',
    });
  const growth = report.growth({ ...range, by, ...(process >= 0 && { process }) });
  return (
    <>
      <p class="lead" aria-live="polite">
        {growthSentence(growth)}
      </p>
      <p class="muted">{growthTotals(growth)}</p>
      <div class="toolbar">
        <MomentPresets range={range} />
        {profile.processes.length > 1 && (
          <Picker
            label="Process"
            value={process < 0 ? '' : String(process)}
            options={allProcessOptions(report)}
            onChange={(value) => replaceParams({ process: value })}
          />
        )}
        <LineRuleSwitch by={by} />
      </div>
      <section aria-label="The two moments">
        <GrowthChart process={process} range={range} onRange={choose} />
        <MomentSlider label="From" edge={range.from} onEdge={(from) => from < range.to && choose({ ...range, from })} />
        <MomentSlider label="To" edge={range.to} onEdge={(to) => to > range.from && choose({ ...range, to })} />
      </section>
      <GrowthParts growth={growth} />
      <GrowthProcesses
        growth={growth}
        linkOf={(one) => formatHash('growth', { ...range, by: params.by ?? '', process: one })}
      />
      <p class="growth-flames">
        As a flame graph: <a href={flame('came')}>what came</a> · <a href={flame('went')}>what went</a>
      </p>
      <GrowthTable
        rows={growth.lines}
        order={order}
        onOrder={(next) => replaceParams({ sort: formatOrder(next) })}
        flameOf={(line) => flame('came', line)}
      />
    </>
  );
}

const NOT_RECORDED =
  'This profile does not say how long memory was held: it was made by an earlier highwater. Record the program again to see what grew when.';

function choose({ from, to }: EdgeRange): void {
  replaceParams({ from, to });
}

interface SliderProps {
  readonly label: string;
  readonly edge: number;
  readonly onEdge: (edge: number) => void;
}

function MomentSlider({ label, edge, onEdge }: SliderProps) {
  const { profile } = useReport();
  const time = formatDuration(timeOf(profile, edge));
  return (
    <label class="moment-slider">
      <span>{label}</span>
      <input
        type="range"
        min={0}
        max={profile.meta.intervals?.count ?? 0}
        value={edge}
        aria-valuetext={time}
        onInput={(event) => onEdge(Number(event.currentTarget.value))}
      />
      <output>{time}</output>
    </label>
  );
}
