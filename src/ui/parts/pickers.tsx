// The choices that several views share: of which process, at which moment.
import type { LineRule } from '#analysis/line-of-stack.ts';
import { describeMoment, processesAt } from '../state/moments.ts';
import type { Report } from '../state/report.ts';
import { replaceParams } from '../state/route.ts';

export interface Option {
  readonly value: string;
  readonly text: string;
}

interface PickerProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
}

export function Picker({ label, value, options, onChange }: PickerProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Two or three choices side by side; one is pressed. */
export function Switch({ label, value, options, onChange }: PickerProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a line in every browser.
    <div class="field" role="group" aria-label={label}>
      <span aria-hidden="true">{label}</span>
      <span class="switch">
        {options.map((option) => (
          <button
            type="button"
            key={option.value}
            aria-pressed={option.value === value}
            onClick={() => onChange(option.value)}
          >
            {option.text}
          </button>
        ))}
      </span>
    </div>
  );
}

/** By which line memory is told: the user's own, or the one that called the allocator. Kept in the address. */
export function LineRuleSwitch({ by }: { readonly by: LineRule }) {
  return (
    <Switch
      label="By"
      value={by}
      options={[
        { value: 'user', text: 'your line' },
        { value: 'leaf', text: 'allocating line' },
      ]}
      onChange={(value) => replaceParams({ by: value })}
    />
  );
}

export function Check({
  label,
  checked,
  onChange,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label class="field check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

export function momentOptions(report: Report): Option[] {
  return Array.from({ length: report.profile.moments.length }, (_, moment) => ({
    value: String(moment),
    text: describeMoment(report, moment),
  }));
}

/** Whatever they hold; "" stands for all of them together. */
export function allProcessOptions(report: Report): Option[] {
  const processes = Array.from({ length: report.profile.processes.length }, (_, process) => ({
    value: String(process),
    text: report.processName(process),
  }));
  return [{ value: '', text: 'all together' }, ...processes];
}

/** Those that held something then; "" stands for all of them. */
export function processOptions(report: Report, moment: number): Option[] {
  const processes = processesAt(report, moment).map((process) => ({
    value: String(process),
    text: report.processName(process),
  }));
  return processes.length > 1 ? [{ value: '', text: 'all processes' }, ...processes] : processes;
}
