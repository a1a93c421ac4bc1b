// The rows of a forked process in PSS. What it asked for itself since the fork is its alone; what it has from its parent the two
// share, page by page until one of them writes, and the kernel's figure says how much of it counts here.
import type { Bytes } from '#base/units.ts';
import type { PrivateAccount } from './account.ts';
import type { LiveRows } from './account-live.ts';

export interface Forked {
  /** Counted for this process. */
  readonly rows: PrivateAccount;
  /** Of what malloc has from the parent, that Python had asked for there: all of it, and the part that counts here. */
  readonly pythonLarge: { readonly all: Bytes; readonly counted: Bytes };
}

const OWN_ROWS = ['pythonSmall', 'pythonLarge', 'native', 'mapped'] as const satisfies readonly (keyof LiveRows)[];

/**
 * `rows` add up to `anon`, the process's private memory by RSS, of which `pss` counts here. `lines`: what is alive that it asked for
 * itself. `ofPython`: part of the parent's blocks of malloc that Python asked for; here they stand as malloc's, whoever asked.
 */
export function forkedRows(
  rows: PrivateAccount,
  lines: LiveRows,
  { pss, anon, ofPython }: { readonly pss: Bytes; readonly anon: Bytes; readonly ofPython: number },
): Forked {
  const own = Object.fromEntries(OWN_ROWS.map((id) => [id, Math.min(lines[id], rows[id])])) as Record<
    keyof LiveRows,
    Bytes
  >;
  const ownSum = OWN_ROWS.reduce((sum, id) => sum + own[id], 0);
  // A process that forked in turn shares what it asked for, too.
  const isOwn = ownSum <= pss && ownSum < anon;
  const share = isOwn ? (pss - ownSum) / (anon - ownSum) : pss / anon;
  const counted = (id: keyof PrivateAccount): Bytes => {
    const alone = isOwn && id in own ? own[id as keyof LiveRows] : 0;
    return alone + (rows[id] - alone) * share;
  };
  const all = Object.fromEntries(Object.keys(rows).map((id) => [id, counted(id as keyof PrivateAccount)]));
  const inherited = (rows.native - own.native) * ofPython;
  const moved = inherited * share;
  const result = all as unknown as PrivateAccount;
  return {
    rows: { ...result, native: result.native - moved, pythonLarge: result.pythonLarge + moved },
    pythonLarge: { all: inherited, counted: moved },
  };
}
