// Which files get their surrounding lines embedded: those that no installed package and no standard library owns. Reports
// decide again, with the user's own rules, whose code a frame is (analysis/ownership.ts).
import type { PythonFacts } from '#profile/types.ts';

export function isOwnFile(file: string, python: PythonFacts | null): boolean {
  if (/\/(?:site|dist)-packages\/|\/lib(?:64)?\/python3(?:\.\d+)?t?\//.test(file)) return false;
  return !(python?.libraryPaths ?? []).some((path) => file.startsWith(`${path}/`));
}
