// What is said of a pickle that cannot be read to its end: a loader gets as far as we did, and what was named and called until
// then has run.
import type { NamedBefore } from './damage.ts';
import { judgeGlobal } from './global-rules.ts';
import { currentName } from './python2-names.ts';

const MOST_SHOWN = 3;

/** A clause that goes on after the sentence about the damage; '' where nothing was named. */
export function namedBeforeWords(named: readonly NamedBefore[]): string {
  const all = new Map(named.map(({ module, name }) => [currentName(module, name), judgeGlobal(module, name).verdict]));
  if (all.size === 0) return '';
  const bad = [...all.keys()].filter((name) => all.get(name) === 'dangerous');
  if (bad.length > 0) return `; before that it names ${list(bad)}, known to be dangerous: loading it would run that`;
  const called = named.filter((row) => row.called).map(({ module, name }) => currentName(module, name));
  const unknown = [...new Set(called)].filter((name) => all.get(name) === 'unknown');
  return unknown.length > 0 ? `; before that it calls ${list(unknown)}` : '';
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, MOST_SHOWN).map((name) => name.slice(0, 80));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
