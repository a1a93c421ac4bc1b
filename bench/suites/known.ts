// Differences that have been looked into and are the test's own doing: it counts or forbids what every preloaded library
// brings along. A difference without an entry here fails the nightly run.

export interface KnownCause {
  readonly test: RegExp;
  readonly cause: string;
}

export const KNOWN_CAUSES: readonly KnownCause[] = [];

export function findCause(test: string): string | undefined {
  return KNOWN_CAUSES.find((known) => known.test.test(test))?.cause;
}
