// A tooltip beside the pointer, for what is drawn on a canvas and so has no element of its own.
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface Pointer {
  readonly x: number;
  readonly y: number;
}

const DISTANCE = 14;

export function PointerTip({ text, at }: { readonly text: string; readonly at: Pointer }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current!;
    const { width, height } = element.getBoundingClientRect();
    const isLow = at.y + DISTANCE + height > innerHeight;
    element.style.left = `${Math.max(4, Math.min(at.x + DISTANCE, innerWidth - width - 8))}px`;
    element.style.top = `${isLow ? Math.max(4, at.y - DISTANCE - height) : at.y + DISTANCE}px`;
  });
  return (
    <div ref={box} class="tooltip" role="tooltip">
      {text}
    </div>
  );
}
