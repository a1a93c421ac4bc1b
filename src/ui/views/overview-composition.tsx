// What the peak consisted of: as the kernel counts, and beneath, on the same scale, what is known to be alive in it.
import { findHeldFree } from '#analysis/held-free.ts';
import type { MappedBy } from '#analysis/mapped-by.ts';
import { formatBytes, formatPercent } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { heldFreeWords } from '#report/held-free-words.ts';
import { hugePagesWords } from '#report/huge-pages-words.ts';
import { mappedByAdvice, mappedByHint, mappedByTitle } from '#report/mapped-by-words.ts';
import { PartsBar } from '../parts/bar.tsx';
import { describeBytes, EstimateSize, Size, Term } from '../parts/figures.tsx';
import { type Part, type PartBeyond, peakPartsOf } from '../state/composition.ts';
import { useReport } from '../state/context.ts';
import { type Meaning, meaningOf } from '../state/meanings.ts';

export function Composition() {
  const report = useReport();
  const composition = peakPartsOf(report);
  if (!composition || composition.rows.length === 0) return null;
  const { whole, rows, beyond, reserved, peak } = composition;
  const huge = hugePagesWords(report.overview.hugePages);
  return (
    <section aria-label="What the peak consisted of">
      <h2>What the peak consisted of</h2>
      {rows.map((row) => (
        <div class="composition" key={row.title}>
          <h3 data-tip={row.tip}>{row.title}</h3>
          <PartsBar parts={row.parts} whole={whole} />
          <PartsList parts={row.parts} whole={peak} />
        </div>
      ))}
      {findHeldFree(report.profile, report.overview).map((held) => (
        <p class="beside" key={held.kind}>
          {heldFreeWords(held)}
        </p>
      ))}
      {mappedByAdvice(report.overview.mappedBy, peak).map((text) => (
        <p class="beside" key={text}>
          {text}
        </p>
      ))}
      {huge !== '' && <p class="beside">{huge}</p>}
      {report.overview.mappedBy.length > 0 && <MappersTable rows={report.overview.mappedBy} />}
      {beyond.length > 0 && <BeyondTable parts={beyond} />}
      {beyond.length === 0 && reserved > 0 && (
        <p class="beside">
          Beside it,{' '}
          <span data-tip={`${describeBytes(reserved)} ${meaningOf('reserved')}`}>{formatBytes(reserved)}</span> of
          address space reserved without memory behind it.
        </p>
      )}
    </section>
  );
}

/** A figure that is about the same as what was resident is left out. */
function BeyondTable({ parts }: { readonly parts: readonly PartBeyond[] }) {
  return (
    <div class="composition scroll-x">
      <h3 data-tip="Only parts where these differ by 5 % of the peak and 1 MiB or more. An empty field: about as much as was resident, or not known.">
        Asked for and reserved, beside what was resident
      </h3>
      <table class="table beyond">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <Head of="requested">Requested</Head>
            <Head of="reservedSpace">Reserved</Head>
            <Head of="residentPart">Resident</Head>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ name, tip, bytes, requested, reserved }) => (
            <tr key={name}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its meaning shows on focus. */}
              <td data-tip={tip} tabIndex={0}>
                {name}
              </td>
              <td class="number">{requested && <EstimateSize value={requested} of="requested" plain />}</td>
              <td class="number">{!Number.isNaN(reserved) && <Size bytes={reserved} of="reservedSpace" />}</td>
              <td class="number">
                <Size bytes={bytes} of="residentPart" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const MOST_MAPPERS = 8;

function MappersTable({ rows }: { readonly rows: readonly MappedBy[] }) {
  return (
    <div class="composition scroll-x">
      <h3 data-tip="Anonymous mappings of 1 MiB and more that code of a library asked for, by the library.">
        Mapped by libraries
      </h3>
      <table class="table beyond">
        <thead>
          <tr>
            <th scope="col">Library</th>
            <Head of="residentPart">Resident</Head>
            <Head of="requested">Requested</Head>
            <th scope="col">Mappings</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_MAPPERS).map((row) => (
            <tr key={row.file}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its path shows on focus. */}
              <td data-tip={row.file} tabIndex={0}>
                {mappedByTitle(row)}
              </td>
              <td class="number">
                <Size bytes={row.bytes} of="residentPart" />
              </td>
              <td class="number">
                <Size bytes={row.requested} of="requested" />
              </td>
              <td>{mappedByHint(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ of, children }: { readonly of: Meaning; readonly children: string }) {
  return (
    <th scope="col" class="number">
      <Term of={of}>{children}</Term>
    </th>
  );
}

function PartsList({ parts, whole }: { readonly parts: readonly Part[]; readonly whole: Bytes }) {
  return (
    <ul class="parts-list">
      {parts.map((part) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its meaning shows on focus.
        <li key={part.name} data-tip={`${describeBytes(part.bytes)} ${part.tip}`} tabIndex={0}>
          <span class="swatch" style={{ background: `var(${part.color})` }} />
          {part.name} <b>{formatBytes(part.bytes)}</b> <small>{formatPercent(part.bytes / whole)}</small>
        </li>
      ))}
    </ul>
  );
}
