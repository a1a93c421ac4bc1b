// Statements about our own code that must hold. A broken one is a bug of ours, so it throws.

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`highwater bug: ${message}`);
}

/** Ends a switch over a union, so that the compiler names a forgotten case. */
export function assertNever(value: never): never {
  throw new Error(`highwater bug: unexpected ${JSON.stringify(value)}`);
}

export function ensure<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`highwater bug: ${what} is missing`);
  return value;
}
