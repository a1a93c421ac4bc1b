// How the columns of a graph grow. Memory of a new column is not there before it is touched, so room to spare costs nothing;
// copies do, and what was copied is there twice until the collector comes by. So the size that the whole file will need is
// guessed from the part of it that was read.

/** Below this, growth is too cheap to think about. */
const SMALL = 65_536;
/** Of the guess: the parts of a file are alike, but not equal. */
const MARGIN = 1.05;

/** Rows to make room for, where `rows` are needed now and `share` of the file has been read. */
export function roomFor(rows: number, share: number): number {
  if (rows < SMALL) return 2 * rows;
  const guess = (rows / Math.max(share, 0.01)) * MARGIN;
  return Math.ceil(Math.min(4 * rows, Math.max(1.3 * rows, guess)));
}

export function lengthen(column: Int32Array, rows: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(rows);
  longer.set(column);
  return longer;
}

export function lengthenBytes(column: Uint8Array, rows: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(rows);
  longer.set(column);
  return longer;
}
