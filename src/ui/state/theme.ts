// Dark or light: as the system says, until the reader chooses. The choice is remembered where the browser allows it.
import { useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

const KEY = 'highwater-theme';
const listeners = new Set<() => void>();

function systemTheme(): Theme {
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function rememberedTheme(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'dark' || value === 'light' ? value : undefined;
  } catch {
    return undefined; // Storage may be switched off for local files.
  }
}

let chosen: Theme | undefined;
let printing = false;

function currentTheme(): Theme {
  if (printing) return 'light';
  chosen ??= rememberedTheme();
  return chosen ?? systemTheme();
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = currentTheme();
  for (const listener of listeners) listener();
}

/** Paper is light. Before a print there is time for one synchronous change, so charts must redraw in layout effects. */
export function followPrinting(): void {
  const change = (toPaper: boolean): void => {
    if (printing === toPaper) return;
    printing = toPaper;
    applyTheme();
  };
  matchMedia('print').addEventListener('change', (event) => change(event.matches));
  window.addEventListener('beforeprint', () => change(true));
  window.addEventListener('afterprint', () => change(false));
}

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Then it holds until the page is closed.
  }
  applyTheme();
}

export function useTheme(): Theme {
  const [theme, setTheme] = useState(currentTheme());
  useEffect(() => {
    const update = (): void => setTheme(currentTheme());
    const system = matchMedia('(prefers-color-scheme: dark)');
    listeners.add(update);
    system.addEventListener('change', applyTheme);
    return () => {
      listeners.delete(update);
      system.removeEventListener('change', applyTheme);
    };
  }, []);
  return theme;
}
