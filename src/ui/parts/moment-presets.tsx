// Two moments that are worth comparing, each pair by one button. Kept in the address.
import type { EdgeRange } from '#analysis/lifetimes.ts';
import { useReport } from '../state/context.ts';
import { presetsOf } from '../state/growth-view.ts';
import { replaceParams } from '../state/route.ts';
import { Switch } from './pickers.tsx';

export function MomentPresets({ range }: { readonly range: EdgeRange }) {
  const presets = presetsOf(useReport());
  const chosen = presets.find((one) => one.range.from === range.from && one.range.to === range.to);
  return (
    <Switch
      label="Between"
      value={chosen?.title ?? ''}
      options={presets.map(({ title }) => ({ value: title, text: title }))}
      onChange={(title) => {
        const { from, to } = presets.find((one) => one.title === title)!.range;
        replaceParams({ from, to });
      }}
    />
  );
}
