// Numbers as they stand in text and tables, each with its meaning.
import type { ComponentChildren } from 'preact';
import type { TimeEstimate } from '#analysis/import-times.ts';
import type { Estimate } from '#analysis/interval.ts';
import { formatBytes, formatCount, formatDuration } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { MEANINGS, type Meaning, meaningOf } from '../state/meanings.ts';

/** A word that is explained on hover and focus. */
export function Term({ of, children }: { readonly of: Meaning; readonly children?: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: its explanation shows on focus.
    <span class="term" tabIndex={0} data-tip={meaningOf(of)}>
      {children ?? MEANINGS[of].term}
    </span>
  );
}

export function Size({ bytes, of }: { readonly bytes: Bytes; readonly of?: Meaning }) {
  if (Number.isNaN(bytes))
    return (
      <span class="none" data-tip="Not measured.">
        –
      </span>
    );
  return (
    <span class="size" data-tip={describeBytes(bytes, of)}>
      {formatBytes(bytes)}
    </span>
  );
}

/** "512 MiB", with its interval where it was sampled; "< 3.1 MiB" where too few samples stand behind it. */
export function EstimateSize({
  value,
  of,
  plain,
}: {
  readonly value: Estimate;
  readonly of?: Meaning;
  readonly plain?: boolean;
}) {
  return (
    <span class={value.certain ? 'size' : 'size uncertain'} data-tip={describeEstimate(value, of)}>
      {formatEstimate(value)}
      {!plain && value.certain && value.samples > 0 && <small class="interval"> {formatInterval(value)}</small>}
    </span>
  );
}

/** "412 ms", with what it took at least and at most on hover. */
export function Duration({ value, of }: { readonly value: TimeEstimate; readonly of: Meaning }) {
  const { ms, low, high } = value;
  const bounds = `Between ${formatDuration(low)} and ${formatDuration(high)}.`;
  return (
    <span class="size" data-tip={`${bounds} ${MEANINGS[of].term}: ${meaningOf(of)}`}>
      {formatDuration(ms)}
    </span>
  );
}

export function formatEstimate(value: Estimate): string {
  return value.certain ? formatBytes(value.bytes) : `< ${formatBytes(value.high)}`;
}

/** "497–528 MiB"; the unit once where both share it. */
export function formatInterval({ low, high }: Estimate): string {
  const [from, to] = [formatBytes(low), formatBytes(high)];
  const unit = to.slice(to.indexOf(' '));
  return from.endsWith(unit) ? `${from.slice(0, -unit.length)}–${to}` : `${from} – ${to}`;
}

export function describeBytes(bytes: Bytes, of?: Meaning): string {
  const exact = Number.isNaN(bytes) ? 'Not measured.' : `${formatCount(bytes)} bytes.`;
  return of ? `${exact} ${MEANINGS[of].term}: ${meaningOf(of)}` : exact;
}

function describeEstimate(value: Estimate, of?: Meaning): string {
  const meaning = of ? ` ${MEANINGS[of].term}: ${meaningOf(of)}` : '';
  if (value.samples === 0) return `${formatCount(value.bytes)} bytes, recorded exactly.${meaning}`;
  const word = value.certain ? 'About' : 'Too few samples to state it: about';
  return `${word} ${formatBytes(value.bytes)}, 95 % interval ${formatInterval(value)}, from ${formatCount(value.samples)} samples.${meaning}`;
}
