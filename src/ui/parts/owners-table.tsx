// A short table of who owns what: the largest with a bar each, the rest in one row.
import type { Bytes } from '#base/units.ts';
import type { Meaning } from '../state/meanings.ts';
import { CellBar } from './bar.tsx';
import { Size, Term } from './figures.tsx';

const MOST = 10;

export interface Owner {
  readonly name: string;
  readonly bytes: Bytes;
}

interface OwnersTableProps {
  /** The largest first. */
  readonly owners: readonly Owner[];
  readonly of: Meaning;
  /** Headers of the two columns. */
  readonly amount: Meaning;
  readonly who: string;
}

export function OwnersTable({ owners, of, amount, who }: OwnersTableProps) {
  const rest = owners.slice(MOST);
  const restBytes = rest.reduce((bytes, row) => bytes + row.bytes, 0);
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col" class="number">
            <Term of={amount} />
          </th>
          <th scope="col" class="grow">
            {who}
          </th>
        </tr>
      </thead>
      <tbody>
        {owners.slice(0, MOST).map((row) => (
          <tr key={row.name}>
            <td class="number">
              <Size bytes={row.bytes} of={of} />
              <CellBar share={row.bytes / owners[0]!.bytes} />
            </td>
            <td>{row.name}</td>
          </tr>
        ))}
        {rest.length > 0 && (
          <tr class="muted">
            <td class="number">
              <Size bytes={restBytes} of={of} />
            </td>
            <td>{rest.length} more</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
