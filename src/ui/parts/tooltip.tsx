// One tooltip for the page: any element with data-tip shows its text on hover and on focus, and Escape hides it.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Shown {
  readonly text: string;
  readonly target: Element;
}

const ID = 'tooltip';

export function Tooltip() {
  const [shown, setShown] = useState<Shown | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const show = (event: Event): void => {
      const target = (event.target as Element | null)?.closest?.('[data-tip]') ?? null;
      setShown(target ? { target, text: target.getAttribute('data-tip') ?? '' } : null);
    };
    const hide = (): void => setShown(null);
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('mouseover', show);
    document.addEventListener('focusin', show);
    document.addEventListener('focusout', hide);
    document.addEventListener('keydown', onKey);
    document.addEventListener('scroll', hide, { capture: true, passive: true });
    return () => {
      document.removeEventListener('mouseover', show);
      document.removeEventListener('focusin', show);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('scroll', hide, { capture: true });
    };
  }, []);

  useLayoutEffect(() => {
    if (!shown || !box.current) return;
    placeBeside(box.current, shown.target.getBoundingClientRect());
    shown.target.setAttribute('aria-describedby', ID);
    return () => shown.target.removeAttribute('aria-describedby');
  }, [shown]);

  if (!shown || shown.text === '') return null;
  return (
    <div ref={box} id={ID} class="tooltip" role="tooltip">
      {shown.text}
    </div>
  );
}

/** Below the target, or above where there is no room; never past an edge. */
function placeBeside(box: HTMLElement, target: DOMRect): void {
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(Math.max(8, target.left), Math.max(8, innerWidth - width - 8));
  const below = target.bottom + 6;
  box.style.left = `${left}px`;
  box.style.top = `${below + height > innerHeight ? Math.max(4, target.top - height - 6) : below}px`;
}
