// Expected failure is a value; misuse throws.

export type Result<T, E = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** A failure that a user can meet: facts only. The command line adds the usual causes and one command to try. */
export interface Failure {
  /** Stable name, for tests and for src/cli/explain.ts: 'profile-truncated', 'python-not-found', ... */
  readonly code: string;
  /** One sentence: what happened, to which file or process. */
  readonly message: string;
  /** The system's own word, where there is one (ENOSPC, EACCES, ...). */
  readonly cause?: string;
}

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail(code: string, message: string, cause?: string): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error: cause === undefined ? { code, message } : { code, message, cause } };
}

/** A Failure on its way up through code that cannot go on: thrown where a value would only be passed along. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'FailureError';
    this.failure = failure;
  }
}

/** The value, or the failure thrown. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new FailureError(result.error);
}

/** What an unknown thrown thing says, in one line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The errno name of a system error ('ENOSPC'), or undefined. */
export function errnoOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
