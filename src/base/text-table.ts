// Text in a fixed number of terminal columns: how wide it is, how it is cut, and tables whose columns line up.

export interface TextColumn {
  readonly header?: string;
  readonly align: 'left' | 'right';
  /** Where text may be cut when the table is too wide; absent: only when nothing else is left to cut. The last such
   * column gives way first. */
  readonly cut?: 'start' | 'end';
  /** A cut column keeps this much while others can still give way. */
  readonly least?: number;
  /** Applied to what is printed, after cutting and padding: colour. */
  readonly paint?: (text: string) => string;
}

export interface TableStyle {
  /** Terminal columns that the table may take. */
  readonly width: number;
  readonly indent?: string;
  readonly gap?: string;
  readonly paintHeader?: (text: string) => string;
}

/** One string a line, without trailing spaces. A header line comes first where a column has a header. */
export function renderTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  style: TableStyle,
): string[] {
  const indent = style.indent ?? '  ';
  const gap = style.gap ?? '  ';
  const room = style.width - indent.length - gap.length * (columns.length - 1);
  const widths = fitWidths(columns, naturalWidths(columns, rows), room);
  const lines = rows.map((row) => joinCells(columns, row, { indent, gap, widths }));
  if (!columns.some((column) => column.header)) return lines;
  const header = columns.map((column) => column.header ?? '');
  const plain = columns.map(({ align }): TextColumn => ({ align, cut: 'end', paint: style.paintHeader ?? String }));
  return [joinCells(plain, header, { indent, gap, widths }), ...lines];
}

function naturalWidths(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): number[] {
  return columns.map((column, i) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[i] ?? '')), textWidth(column.header ?? '')),
  );
}

// How narrow a column may get, in rounds: what may be cut down to its least, then to nothing much, then everything.
const GIVING_WAY: readonly ((column: TextColumn) => number)[] = [
  (column) => (column.cut ? (column.least ?? 8) : Number.POSITIVE_INFINITY),
  (column) => (column.cut ? 1 : Number.POSITIVE_INFINITY),
  () => 1,
];

function fitWidths(columns: readonly TextColumn[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  for (const least of GIVING_WAY) {
    for (let i = columns.length - 1; i >= 0 && excess > 0; i--) {
      const given = Math.min(excess, Math.max(0, widths[i]! - least(columns[i]!)));
      widths[i]! -= given;
      excess -= given;
    }
  }
  return widths;
}

function joinCells(
  columns: readonly TextColumn[],
  cells: readonly string[],
  layout: { readonly indent: string; readonly gap: string; readonly widths: readonly number[] },
): string {
  let line = '';
  let pending = layout.indent;
  columns.forEach((column, i) => {
    const width = layout.widths[i]!;
    const text = column.cut === 'start' ? cutStart(cells[i] ?? '', width) : cutEnd(cells[i] ?? '', width);
    const space = ' '.repeat(Math.max(0, width - textWidth(text)));
    if (column.align === 'right') pending += space;
    // Spaces are written only before a text, so that no line ends in one and colours cover words alone.
    if (text !== '') {
      line += pending + (column.paint?.(text) ?? text);
      pending = '';
    }
    pending += (column.align === 'left' ? space : '') + layout.gap;
  });
  return line;
}

/** Terminal columns that a text takes: 2 for East Asian wide characters and emoji, 0 for marks that sit on others. */
export function textWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

const PRINTABLE_ASCII = /^[ -~]*$/;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
// Blocks that Unicode's EastAsianWidth table gives as W or F nearly throughout.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** "some long te…": no wider than `width`. */
export function cutEnd(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return width < 1 ? '' : `${takeWidth([...text], width - 1).join('')}…`;
}

/** "…g/tail/of.path": no wider than `width`. */
export function cutStart(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return width < 1
    ? ''
    : `…${takeWidth([...text].reverse(), width - 1)
        .reverse()
        .join('')}`;
}

function takeWidth(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let left = width;
  for (const character of characters) {
    left -= characterWidth(character);
    if (left < 0) break;
    taken.push(character);
  }
  return taken;
}

/** Lines broken at spaces, none wider than `width`; a word that is wider stands cut on a line of its own. */
export function wrapText(text: string, width: number, indent: { first?: string; rest?: string } = {}): string[] {
  const lines: string[] = [];
  const rest = indent.rest ?? '  ';
  let line = indent.first ?? '';
  let empty = true;
  for (const word of text.split(/ +/)) {
    if (!empty && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(cutEnd(line, width));
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, cutEnd(line, width)];
}
