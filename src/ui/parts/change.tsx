// A change: its amount with a sign, a bar to the left or right of nothing, and the verdict in words.

import type { Change, Verdict } from '#analysis/noise.ts';
import { formatSigned } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { VERDICT_WORDS } from '#report/compare-words.ts';
import { describeBytes } from './figures.tsx';

const MARKS: Readonly<Record<Verdict, string>> = {
  grew: 'mark mark-bad',
  new: 'mark mark-bad',
  shrank: 'mark mark-good',
  gone: 'mark mark-good',
  noChange: 'muted',
  cannotTell: 'mark',
};

/** What the bars of a table are drawn on: from its largest fall to its largest rise. */
export interface ChangeScale {
  /** Not above 0. */
  readonly least: Bytes;
  /** Not below 0. */
  readonly most: Bytes;
}

export function scaleOfChanges(rows: readonly Change[]): ChangeScale {
  return rows.reduce(
    ({ least, most }, { change }) => ({ least: Math.min(least, change), most: Math.max(most, change) }),
    {
      least: 0,
      most: 0,
    },
  );
}

/** Three cells. */
export function ChangeCells({ row, scale }: { readonly row: Change; readonly scale: ChangeScale }) {
  const { change, verdict } = row;
  return (
    <>
      <td class="number">
        <span class={verdict === 'noChange' ? 'size muted' : 'size'} data-tip={describeBytes(change)}>
          {formatSigned(change)}
        </span>
      </td>
      <td class="change-cell" aria-hidden="true">
        <ChangeBar row={row} scale={scale} />
      </td>
      <td class="verdict">
        <span class={MARKS[verdict]}>{VERDICT_WORDS[verdict]}</span>
      </td>
    </>
  );
}

export function ChangeHeads() {
  return (
    <>
      <th scope="col" class="number">
        Change
      </th>
      <td class="change-cell" />
      <td class="verdict" />
    </>
  );
}

function ChangeBar({ row, scale }: { readonly row: Change; readonly scale: ChangeScale }) {
  const whole = Math.max(1, scale.most - scale.least);
  const percent = (bytes: Bytes) => `${(100 * bytes) / whole}%`;
  return (
    <span class="change-bar">
      <span class="change-zero" style={{ left: percent(-scale.least) }} />
      <span
        class={`change-${row.verdict}`}
        style={{ left: percent(Math.min(0, row.change) - scale.least), width: percent(Math.abs(row.change)) }}
      />
    </span>
  );
}
