// Names for plain numbers, so that a signature says what a number measures.

/** A size in bytes. Exact up to 2^53. */
export type Bytes = number;
/** A time in milliseconds; in a profile, since the run began. */
export type Milliseconds = number;
/** A time of CLOCK_MONOTONIC in nanoseconds, as a double (exact for 104 days of uptime, to the microsecond for ever). */
export type MonotonicNs = number;
/** A number between 0 and 1. */
export type Fraction = number;

export const KIB = 1024;
export const MIB = 1024 * 1024;
export const GIB = 1024 * 1024 * 1024;
