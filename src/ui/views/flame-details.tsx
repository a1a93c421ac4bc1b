// Under the flame graph: all that is known of the box that the pointer or the keyboard is at.
import { formatPercent } from '#base/format.ts';
import { Size, Term } from '../parts/figures.tsx';
import type { FlameNames } from '../state/flame-names.ts';
import { OWNER_KINDS } from '../state/owners.ts';
import { formatHash } from '../state/route.ts';

export function FlameDetails({
  names,
  row,
  by,
}: {
  readonly names: FlameNames;
  readonly row: number;
  readonly by: 'user' | 'leaf';
}) {
  const { tree } = names;
  if (row >= tree.length) return null;
  const name = names.name(row);
  const owner = names.owner(row);
  return (
    <div class="flame-details">
      <div class="flame-details-name">
        <b>{name.func || '(no name)'}</b>
        {name.place && <span data-tip={name.file}>{name.place}</span>}
        {name.source && <code>{name.source}</code>}
        {names.hasLineRow(row) && (
          <a href={formatHash('lines', { open: `${name.file}:${name.line}`, by })}>in the table of lines</a>
        )}
      </div>
      <dl class="figures">
        <div>
          <dt>
            <Term of="total" />
          </dt>
          <dd>
            <Size bytes={tree.total[row]!} of="total" /> ({formatPercent(tree.total[row]! / tree.total[0]!)})
          </dd>
        </div>
        <div>
          <dt>
            <Term of="self" />
          </dt>
          <dd>
            <Size bytes={tree.self[row]!} of="self" />
          </dd>
        </div>
        {owner >= 0 && (
          <div>
            <dt>Code of</dt>
            <dd>{OWNER_KINDS[owner]!.title}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
