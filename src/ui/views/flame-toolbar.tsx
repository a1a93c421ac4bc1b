// The choices of the flame graph. Each is kept in the address.
import { MomentPresets } from '../parts/moment-presets.tsx';
import { allProcessOptions, Check, momentOptions, Picker, processOptions, Switch } from '../parts/pickers.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { useReport } from '../state/context.ts';
import type { FlameChoice } from '../state/flame-choice.ts';
import { formatHash, type Params, replaceParams } from '../state/route.ts';

const GROWTH_BYTES = [
  { value: 'came', text: 'came' },
  { value: 'went', text: 'went' },
];

export function FlameToolbar({ choice, params }: { readonly choice: FlameChoice; readonly params: Params }) {
  const report = useReport();
  const moments = momentOptions(report);
  const between = choice.what === 'came' || choice.what === 'went' ? choice.range : null;
  const processes = between ? allProcessOptions(report) : processOptions(report, choice.moment);
  return (
    <div class="toolbar">
      <SearchField
        label="Search"
        hint="function, file or file:line"
        value={params.q ?? ''}
        onChange={(q) => replaceParams({ q })}
      />
      {moments.length > 0 && (
        <Switch
          label="Bytes"
          value={choice.what}
          options={[
            { value: 'live', text: 'alive' },
            { value: 'allocated', text: 'allocated' },
            ...(choice.range ? GROWTH_BYTES : []),
          ]}
          onChange={(what) => replaceParams({ what })}
        />
      )}
      {choice.what === 'live' && moments.length > 1 && (
        <Picker
          label="Moment"
          value={String(choice.moment)}
          options={moments}
          onChange={(moment) => replaceParams({ moment, process: '' })}
        />
      )}
      {between && (
        <>
          <MomentPresets range={between} />
          <a href={formatHash('growth', { ...between, process: params.process ?? '' })}>choose the moments</a>
        </>
      )}
      {processes.length > 1 && (
        <Picker
          label="Process"
          value={choice.process < 0 ? '' : String(choice.process)}
          options={processes}
          onChange={(process) => replaceParams({ process })}
        />
      )}
      <Switch
        label="Order"
        value={choice.inverted ? 'inverted' : 'calls'}
        options={[
          { value: 'calls', text: 'callers first' },
          { value: 'inverted', text: 'inverted' },
        ]}
        onChange={(order) => replaceParams({ order })}
      />
      <Switch
        label="Root"
        value={params.shape === 'flame' ? 'flame' : 'icicle'}
        options={[
          { value: 'icicle', text: 'on top' },
          { value: 'flame', text: 'below' },
        ]}
        onChange={(shape) => replaceParams({ shape })}
      />
      <Check
        label="Hide imports"
        checked={choice.hideImports}
        onChange={(hide) => replaceParams({ imports: hide ? 'hidden' : '' })}
      />
      {choice.line && (
        <button type="button" onClick={() => replaceParams({ line: '', by: '' })}>
          Show all lines
        </button>
      )}
    </div>
  );
}
