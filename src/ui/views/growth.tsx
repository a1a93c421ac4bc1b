// What came to be alive between two moments that the reader chooses, and what of the first was gone at the second.
import { useMemo } from 'preact/hooks';
import { hasLifetimes, timeOf } from '#analysis/lifetimes.ts';
import { formatDuration } from '#base/format.ts';
import { growthSentence, growthTotals } from '#report/growth-words.ts';
import { Empty, NoAgent } from '../parts/empty.tsx';
import { LineRuleSwitch, Picker, Switch } from '../parts/pickers.tsx';
import { useReport } from '../state/context.ts';
import { type EdgeRange, parseGrowthOrder, presetsOf, rangeOf } from '../state/growth-view.ts';
import { type Params, replaceParams, rowParam } from '../state/route.ts';
import { formatOrder } from '../state/sort.ts';
import { GrowthChart } from './growth-chart.tsx';
import { GrowthParts } from './growth-parts.tsx';
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
  const growth = report.growth({ ...range, by, ...(process >= 0 && { process }) });
  return (
    <>
      <p class="lead" aria-live="polite">
        {growthSentence(growth)}
      </p>
      <p class="muted">{growthTotals(growth)}</p>
      <div class="toolbar">
        <Presets range={range} />
        {profile.processes.length > 1 && (
          <Picker
            label="Process"
            value={process < 0 ? '' : String(process)}
            options={[
              { value: '', text: 'all together' },
              ...Array.from({ length: profile.processes.length }, (_, i) => ({
                value: String(i),
                text: report.processName(i),
              })),
            ]}
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
      <GrowthTable rows={growth.lines} order={order} onOrder={(next) => replaceParams({ sort: formatOrder(next) })} />
    </>
  );
}

const NOT_RECORDED =
  'This profile does not say how long memory was held: it was made by an earlier highwater. Record the program again to see what grew when.';

function choose({ from, to }: EdgeRange): void {
  replaceParams({ from, to });
}

function Presets({ range }: { readonly range: EdgeRange }) {
  const presets = presetsOf(useReport());
  const chosen = presets.find((one) => one.range.from === range.from && one.range.to === range.to);
  return (
    <Switch
      label="Between"
      value={chosen?.title ?? ''}
      options={presets.map(({ title }) => ({ value: title, text: title }))}
      onChange={(title) => choose(presets.find((one) => one.title === title)!.range)}
    />
  );
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
