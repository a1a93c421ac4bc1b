// What resident memory was for at the two moments.
import type { Growth } from '#analysis/growth.ts';
import { formatDuration, formatSigned } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { ROW_WORDS } from '#report/composition-words.ts';
import { growthParts, isReservedTold } from '#report/growth-parts.ts';
import { Size, Term } from '../parts/figures.tsx';

export function GrowthParts({ growth }: { readonly growth: Growth }) {
  const parts = growthParts(growth);
  if (!growth.account || parts.length === 0) return null;
  const { from, to } = growth.account;
  const isTold = isReservedTold(parts);
  return (
    <section aria-label="What memory was for">
      <h2>What memory was for</h2>
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="grow">
                Row
              </th>
              <th scope="col" class="number">
                At {formatDuration(from.time)}
              </th>
              <th scope="col" class="number">
                At {formatDuration(to.time)}
              </th>
              <th scope="col" class="number">
                Change
              </th>
              {isTold && (
                <>
                  <th scope="col" class="number">
                    <Term of="reservedSpace">Reserved</Term> at {formatDuration(from.time)}
                  </th>
                  <th scope="col" class="number">
                    at {formatDuration(to.time)}
                  </th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr key={part.id}>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its meaning shows on focus. */}
                <td data-tip={ROW_WORDS[part.id].meaning} tabIndex={0}>
                  {ROW_WORDS[part.id].title}
                </td>
                <Figures from={part.from} to={part.to} />
                {isTold && <Reserved bytes={part.reservedFrom} />}
                {isTold && <Reserved bytes={part.reservedTo} />}
              </tr>
            ))}
            <tr class="row-strong">
              <td>{growth.resident.unit}, as the kernel was read</td>
              <Figures from={from.total} to={to.total} />
              {isTold && <td colSpan={2} />}
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Reserved({ bytes }: { readonly bytes: Bytes }) {
  return <td class="number">{!Number.isNaN(bytes) && <Size bytes={bytes} of="reservedSpace" />}</td>;
}

function Figures({ from, to }: { readonly from: Bytes; readonly to: Bytes }) {
  return (
    <>
      <td class="number">
        <Size bytes={from} />
      </td>
      <td class="number">
        <Size bytes={to} />
      </td>
      <td class="number">{formatSigned(to - from)}</td>
    </>
  );
}
