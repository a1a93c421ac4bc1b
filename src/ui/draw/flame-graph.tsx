// The flame graph as a component: a canvas that is as large as what is seen of it, inside a box that scrolls.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useTheme } from '../state/theme.ts';
import { colorReader } from './colors.ts';
import { type FlameColors, paintFlame, ROW_HEIGHT } from './flame-canvas.ts';
import { boxAt, type Direction, type FlameLayout, neighbourOf, visibleBoxes } from './flame-layout.ts';
import { type Pointer, PointerTip } from './pointer-tip.tsx';

export interface FlameGraphProps {
  readonly layout: FlameLayout;
  /** The row whose box fills the width. */
  readonly zoom: number;
  readonly onZoom: (row: number) => void;
  /** The row that the keyboard or the pointer is at, told to the view for its details. */
  readonly onPoint: (row: number) => void;
  /** Root at the bottom, calls growing upwards. */
  readonly upwards: boolean;
  readonly matches: Uint8Array | null;
  readonly label: (row: number) => string;
  readonly owner: (row: number) => number;
  /** CSS variables, by owner. */
  readonly ownerColors: readonly string[];
  readonly describe: (row: number) => string;
}

/** A shallow tree still gets a picture of this many rows. */
const MIN_ROWS = 12;

const KEYS: Readonly<Record<string, Direction>> = {
  ArrowRight: 'next',
  ArrowLeft: 'previous',
  ArrowDown: 'deeper',
  ArrowUp: 'shallower',
};
const UPWARDS_KEYS: Readonly<Record<string, Direction>> = { ...KEYS, ArrowDown: 'shallower', ArrowUp: 'deeper' };

export function FlameGraph(props: FlameGraphProps) {
  const { layout, zoom, upwards } = props;
  const theme = useTheme();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [scrollTop, setScrollTop] = useState(0);
  const [focused, setFocused] = useState(-1);
  const [hovered, setHovered] = useState(-1);
  const [pointer, setPointer] = useState<Pointer>({ x: 0, y: 0 });

  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const boxes = useMemo(() => visibleBoxes(layout, zoom, size.width), [layout, zoom, size.width]);
  const rows = useMemo(() => boxes.reduce((deepest, box) => Math.max(deepest, box.depth), 0) + 1, [boxes]);
  const whole = rows * ROW_HEIGHT;
  const yOf = (depth: number): number =>
    upwards ? Math.max(whole, size.height) - (depth + 1) * ROW_HEIGHT : depth * ROW_HEIGHT;
  const shownFocus = focused >= 0 && focused < layout.tree.length ? focused : -1;

  // Another tree is another picture.
  useEffect(() => {
    setFocused(-1);
    setHovered(-1);
  }, [layout]);

  // The root is at the bottom when calls grow upwards.
  useLayoutEffect(() => {
    scroller.current!.scrollTop = upwards ? scroller.current!.scrollHeight : 0;
  }, [upwards, layout, whole]);

  const colors = useMemo(() => readColors(scroller.current, props.ownerColors), [theme, props.ownerColors, size.width]);
  useLayoutEffect(() => {
    const context = prepareCanvas(canvas.current!, size.width, size.height);
    if (!context || !colors) return;
    const { matches, label, owner } = props;
    paintFlame(context, {
      boxes,
      ...size,
      scrollTop,
      yOf,
      label,
      owner,
      matches,
      focused: shownFocus,
      hovered,
      colors,
    });
  });

  const rowAt = (event: MouseEvent): number => {
    const place = canvas.current!.getBoundingClientRect();
    const y = event.clientY - place.top + scrollTop;
    const depth = Math.floor((upwards ? Math.max(whole, size.height) - y : y) / ROW_HEIGHT);
    return boxAt(boxes, event.clientX - place.left, depth);
  };
  const point = (row: number): void => {
    if (row >= 0) props.onPoint(row);
  };
  const focusOn = (row: number): void => {
    setFocused(row);
    point(row);
    scrollTo(scroller.current!, yOf(layout.tree.depth[row]!));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const from = shownFocus < 0 ? zoom : shownFocus;
    const direction = (upwards ? UPWARDS_KEYS : KEYS)[event.key];
    if (direction) focusOn(shownFocus < 0 ? zoom : neighbourOf(layout, from, direction, zoom));
    else if (event.key === 'Enter' || event.key === ' ') props.onZoom(from);
    else if (event.key === 'Escape' || event.key === 'Backspace') {
      const out = Math.max(0, layout.tree.parent[zoom]!);
      props.onZoom(event.key === 'Escape' ? 0 : out);
      focusOn(event.key === 'Escape' ? 0 : out);
    } else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      class="flame"
      style={{ height: `${Math.max(MIN_ROWS, layout.deepest + 1) * ROW_HEIGHT + 2}px` }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk among the boxes, see aria-label.
      tabIndex={0}
      role="application"
      aria-label="Flame graph. Arrow keys move among calls, Enter zooms, Backspace goes one call out, Escape shows all."
      onKeyDown={onKeyDown}
      onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
    >
      <canvas
        ref={canvas}
        onMouseMove={(event) => {
          const row = rowAt(event);
          setHovered(row);
          setPointer({ x: event.clientX, y: event.clientY });
          point(row);
        }}
        onMouseLeave={() => setHovered(-1)}
        onClick={(event) => {
          const row = rowAt(event);
          if (row < 0) return;
          setFocused(row);
          props.onZoom(row);
        }}
      />
      <div style={{ height: `${Math.max(0, whole - size.height)}px` }} />
      {hovered >= 0 && hovered < layout.tree.length && <PointerTip text={props.describe(hovered)} at={pointer} />}
      <span class="hidden" aria-live="polite">
        {shownFocus >= 0 ? props.describe(shownFocus) : ''}
      </span>
    </div>
  );
}

function readColors(element: HTMLElement | null, owners: readonly string[]): FlameColors | null {
  if (!element) return null;
  const color = colorReader(element);
  return {
    owners: owners.map(color),
    root: color('--flame-root'),
    rest: color('--flame-rest'),
    text: color('--flame-text'),
    dimText: color('--text'),
    match: color('--flame-match'),
    focus: color('--focus'),
    background: color('--surface'),
  };
}

/** Sized in device pixels, drawn in CSS pixels. */
function prepareCanvas(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d', { alpha: false });
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

function scrollTo(element: HTMLElement, y: number): void {
  if (y < element.scrollTop) element.scrollTop = y;
  else if (y + ROW_HEIGHT > element.scrollTop + element.clientHeight)
    element.scrollTop = y + ROW_HEIGHT - element.clientHeight;
}
