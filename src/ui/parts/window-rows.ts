// Which rows of a long table are in sight: of thousands, only these are in the page, between two spacers.
import { useLayoutEffect, useState } from 'preact/hooks';

export interface RowWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** One row may be taller by `extra` pixels: `openRow`, -1 for none. */
export function windowOf(
  count: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
  openRow: number,
  extra: number,
): RowWindow {
  const toRow = (y: number): number => {
    const openEnd = (openRow + 1) * rowHeight;
    if (openRow < 0 || y <= openEnd) return y / rowHeight;
    return y <= openEnd + extra ? openRow + 1 : (y - extra) / rowHeight;
  };
  const margin = 12;
  const first = Math.max(0, Math.floor(toRow(scrollTop)) - margin);
  const end = Math.min(count, Math.ceil(toRow(scrollTop + height)) + margin);
  return { first: Math.min(first, end), end };
}

/** Where an element that scrolls stands, and how tall it is. */
export function useScroll(element: { readonly current: HTMLElement | null }): { top: number; height: number } {
  const [scroll, setScroll] = useState({ top: 0, height: 800 });
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const read = (): void => setScroll({ top: target.scrollTop, height: target.clientHeight });
    read();
    target.addEventListener('scroll', read, { passive: true });
    const observer = new ResizeObserver(read);
    observer.observe(target);
    return () => {
      target.removeEventListener('scroll', read);
      observer.disconnect();
    };
  }, [element]);
  return scroll;
}
