// Paints boxes onto a canvas: only those between the top and the bottom of what is scrolled into view.
import type { Box } from './flame-layout.ts';

export const ROW_HEIGHT = 20;
const FONT = '12px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

export interface FlameColors {
  readonly owners: readonly string[];
  readonly root: string;
  readonly rest: string;
  readonly text: string;
  readonly dimText: string;
  readonly match: string;
  readonly focus: string;
  readonly background: string;
}

export interface FlamePicture {
  readonly boxes: readonly Box[];
  readonly width: number;
  readonly height: number;
  /** Top of the canvas within the whole picture. */
  readonly scrollTop: number;
  /** y of a depth within the whole picture. */
  readonly yOf: (depth: number) => number;
  readonly label: (row: number) => string;
  /** Index into FlameColors.owners, -1 for the root. */
  readonly owner: (row: number) => number;
  /** Null while nothing is searched for. */
  readonly matches: Uint8Array | null;
  readonly focused: number;
  readonly hovered: number;
  readonly colors: FlameColors;
}

export function paintFlame(context: CanvasRenderingContext2D, picture: FlamePicture): void {
  const { colors, width, height, scrollTop } = picture;
  context.fillStyle = colors.background;
  context.fillRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = 'middle';
  const letter = context.measureText('m').width;
  for (const box of picture.boxes) {
    const y = picture.yOf(box.depth) - scrollTop;
    if (y > height || y + ROW_HEIGHT < 0) continue;
    paintBox(context, picture, box, y, letter);
  }
}

function paintBox(context: CanvasRenderingContext2D, picture: FlamePicture, box: Box, y: number, letter: number): void {
  const { colors, matches } = picture;
  const owner = picture.owner(box.row);
  const found = matches?.[box.row] === 1 && box.kind !== 'rest';
  const dimmed = box.kind === 'ancestor' || (matches !== null && !found && box.row !== 0);
  // A hair of background between boxes; a box of one pixel keeps its pixel.
  const width = Math.max(1, box.width - (box.width > 3 ? 1 : 0));
  context.globalAlpha = dimmed ? 0.4 : 1;
  context.fillStyle =
    box.kind === 'rest' ? colors.rest : found ? colors.match : owner < 0 ? colors.root : colors.owners[owner]!;
  context.fillRect(box.x, y, width, ROW_HEIGHT - 1);
  context.globalAlpha = 1;
  if (box.kind === 'rest') return;
  if (box.row === picture.focused || box.row === picture.hovered) {
    context.strokeStyle = colors.focus;
    context.lineWidth = 2;
    context.strokeRect(box.x + 1, y + 1, Math.max(1, width - 2), ROW_HEIGHT - 3);
  }
  const room = Math.floor((width - 8) / letter);
  if (room < 3) return;
  const label = picture.label(box.row);
  context.fillStyle = dimmed ? colors.dimText : colors.text;
  context.fillText(label.length <= room ? label : `${label.slice(0, room - 1)}…`, box.x + 4, y + ROW_HEIGHT / 2);
}
