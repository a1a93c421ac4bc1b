// The tree of imports: a package opens to what it imported in turn, and to its own modules.
import { useState } from 'preact/hooks';
import type { ImportedPackage, ImportTree } from '#analysis/import-tree.ts';
import { CellBar } from '../parts/bar.tsx';
import { Duration, EstimateSize, Size, Term } from '../parts/figures.tsx';
import { type ImportRow, importRows } from '../state/import-rows.ts';

export function ImportsTable({ tree }: { readonly tree: ImportTree }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) =>
    setOpen((now) => (now.has(key) ? new Set([...now].filter((k) => k !== key)) : new Set([...now, key])));
  const { time, files } = tree.total;
  const largest = Math.max(0, ...tree.packages.map((one: ImportedPackage) => one.total.heap.bytes));
  return (
    <div class="scroll-x">
      <table class="table">
        <thead>
          <tr>
            <Head of="importHeap" />
            <Head of="importSelf" />
            {time && <Head of="importTime" />}
            {time && <Head of="importTimeSelf" />}
            {files !== null && <Head of="importFiles" />}
            <th scope="col" class="grow">
              <Term of="importedBy">Package</Term>
            </th>
          </tr>
        </thead>
        <tbody>
          {importRows(tree.packages, open).map((row) => (
            <tr key={row.key} class={row.kind === 'package' ? undefined : 'muted'}>
              <td class="number">
                {row.heap && <EstimateSize value={row.heap} of="importHeap" plain />}
                {row.heap && row.depth === 0 && largest > 0 && <CellBar share={row.heap.bytes / largest} />}
                {row.bytes !== undefined && <Size bytes={row.bytes} of="importHeap" />}
              </td>
              <td class="number">{row.heapSelf && <EstimateSize value={row.heapSelf} of="importSelf" plain />}</td>
              {time && <td class="number">{row.time && <Duration value={row.time} of="importTime" />}</td>}
              {time && <td class="number">{row.timeSelf && <Duration value={row.timeSelf} of="importTimeSelf" />}</td>}
              {files !== null && <td class="number">{row.files ? <Size bytes={row.files} of="importFiles" /> : ''}</td>}
              <td style={{ paddingLeft: `${8 + row.depth * 20}px` }}>
                <Name row={row} isOpen={open.has(row.key)} onToggle={() => toggle(row.key)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ of }: { readonly of: 'importHeap' | 'importSelf' | 'importTime' | 'importTimeSelf' | 'importFiles' }) {
  return (
    <th scope="col" class="number">
      <Term of={of} />
    </th>
  );
}

interface NameProps {
  readonly row: ImportRow;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Name({ row, isOpen, onToggle }: NameProps) {
  if (!row.opens) return <span class="tree-leaf">{row.name}</span>;
  return (
    <button type="button" class="line-open" aria-expanded={isOpen} onClick={onToggle}>
      <span class="branch" aria-hidden="true">
        {isOpen ? '▾' : '▸'}{' '}
      </span>
      <span class="line-place">{row.name}</span>
    </button>
  );
}
