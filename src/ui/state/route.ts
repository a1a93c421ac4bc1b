// Which view is shown, and with what: kept in the address after '#', so that a link or a bookmark leads back to it.
import { useEffect, useState } from 'preact/hooks';

export const VIEWS = ['overview', 'timeline', 'growth', 'flame', 'lines', 'processes', 'compare', 'about'] as const;
export type ViewName = (typeof VIEWS)[number];
export type Params = Readonly<Record<string, string>>;

export interface Route {
  readonly view: ViewName;
  readonly params: Params;
}

/** "#/lines?by=leaf" -> {view: 'lines', params: {by: 'leaf'}}. Anything unknown leads to the overview. */
export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const view = VIEWS.find((name) => name === path) ?? 'overview';
  return { view, params: Object.fromEntries(new URLSearchParams(query)) };
}

/** Empty values are left out. */
export function formatHash(view: ViewName, params: Readonly<Record<string, string | number>> = {}): string {
  const filled = Object.entries(params).filter(([, value]) => value !== '');
  const query = new URLSearchParams(filled.map(([name, value]) => [name, String(value)])).toString();
  return query === '' ? `#/${view}` : `#/${view}?${query}`;
}

const listeners = new Set<() => void>();

/** Where the address asks for no view. */
export function openAt(view: string): void {
  if (view !== '' && location.hash === '') replaceHash(view);
}

/** Changes what the current view shows, without a new step in the browser's history. */
export function replaceParams(changes: Readonly<Record<string, string | number>>): void {
  const { view, params } = parseHash(location.hash);
  replaceHash(formatHash(view, { ...params, ...changes }));
  for (const listener of listeners) listener();
}

function replaceHash(hash: string): void {
  try {
    history.replaceState(null, '', hash);
  } catch {
    location.hash = hash; // Inside a notebook's frame the history may be out of reach.
  }
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const update = (): void => setHash(location.hash);
    listeners.add(update);
    window.addEventListener('hashchange', update);
    return () => {
      listeners.delete(update);
      window.removeEventListener('hashchange', update);
    };
  }, []);
  return parseHash(hash);
}

/** A whole number among the parameters that is a row of a table of `length` rows, else `otherwise`. */
export function rowParam(params: Params, name: string, length: number, otherwise: number): number {
  const text = params[name];
  if (text === undefined || !/^\d+$/.test(text)) return otherwise;
  const row = Number(text);
  return row < length ? row : otherwise;
}
