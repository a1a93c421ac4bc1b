// The choices of the table of lines. Each is kept in the address.
import { parseBytes } from '#base/format.ts';
import { Check, LineRuleSwitch, momentOptions, Picker, processOptions } from '../parts/pickers.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { useReport } from '../state/context.ts';
import { type Params, replaceParams } from '../state/route.ts';

interface LinesToolbarProps {
  readonly params: Params;
  readonly moment: number;
  readonly process: number;
  readonly by: 'user' | 'leaf';
}

export function LinesToolbar({ params, moment, process, by }: LinesToolbarProps) {
  const report = useReport();
  const moments = momentOptions(report);
  const processes = processOptions(report, moment);
  const least = params.least ?? '';
  const unreadable = least !== '' && parseBytes(least) === undefined;
  return (
    <div class="toolbar">
      <SearchField
        label="Filter"
        hint="path, function or source"
        value={params.q ?? ''}
        onChange={(q) => replaceParams({ q })}
      />
      <label class="field">
        <span>At least</span>
        <input
          class="short"
          value={least}
          placeholder="1 MiB"
          aria-invalid={unreadable}
          data-tip={unreadable ? 'Not a size: write 512K, 1 MiB or 2G.' : undefined}
          onInput={(event) => replaceParams({ least: event.currentTarget.value })}
        />
      </label>
      <LineRuleSwitch by={by} />
      {moments.length > 1 && (
        <Picker
          label="Moment"
          value={String(moment)}
          options={moments}
          onChange={(value) => replaceParams({ moment: value, process: '' })}
        />
      )}
      {processes.length > 1 && (
        <Picker
          label="Process"
          value={process < 0 ? '' : String(process)}
          options={processes}
          onChange={(value) => replaceParams({ process: value })}
        />
      )}
      <Check
        label="Show imports"
        checked={params.imports !== 'hidden'}
        onChange={(show) => replaceParams({ imports: show ? '' : 'hidden' })}
      />
    </div>
  );
}
