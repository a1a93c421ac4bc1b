// Address space by the rows of an account: what is set aside for them, whether there is memory behind it or not.
import type { Bytes } from '#base/units.ts';
import type { PrivateAccount } from './account.ts';
import type { Untouched } from './account-live.ts';
import type { Pages } from './pages-between.ts';

/**
 * An allocator's address space divides as its pages do: what is alive has its own, touched or not, and the rest is held free. Rows
 * are told by several readings: none has less address space than pages.
 */
export function reservedOf(rows: PrivateAccount, pages: Pages, untouched: Untouched): PrivateAccount {
  const alive = rows.pythonLarge + rows.native + untouched.all;
  const reserved: PrivateAccount = {
    pythonSmall: rows.pythonSmall,
    pythonLarge: rows.pythonLarge + untouched.pythonLarge,
    native: rows.native + untouched.all - untouched.pythonLarge,
    mapped: pages.mappedReserved,
    pythonFree: pages.arenasReserved - rows.pythonSmall,
    nativeFree: pages.heapsReserved + pages.blocksReserved - alive,
    data: pages.dataReserved,
    stacks: pages.stacksReserved,
    agent: pages.agentReserved,
    other: pages.otherReserved,
  };
  const ids = Object.keys(reserved) as (keyof PrivateAccount)[];
  return Object.fromEntries(ids.map((id) => [id, Math.max(rows[id], reserved[id])])) as Record<
    (typeof ids)[number],
    Bytes
  >;
}
