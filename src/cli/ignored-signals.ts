// Signals that whoever started us wanted ignored (nohup's hang-up). bin/highwater.cjs reads them before node forgets them.

export const IGNORED_SIGNALS = 'HIGHWATER_IGNORED_SIGNALS';
/** Beyond these are real-time signals, and two that nothing can ignore. */
const LAST = 31;
const NEVER = new Set([9, 19]);
const HANG_UP = 1;

/** The numbers; and this process, too, ignores a hang-up from now on if it was to. */
export function keepIgnoredSignals(environment: NodeJS.ProcessEnv): number[] {
  const signals = parseIgnoredSignals(environment[IGNORED_SIGNALS] ?? '');
  if (signals.includes(HANG_UP)) process.on('SIGHUP', () => {});
  return signals;
}

/** Of SigIgn in /proc/PID/status: hexadecimal, bit n - 1 for signal n. */
export function parseIgnoredSignals(mask: string): number[] {
  if (!/^[0-9a-f]{1,16}$/.test(mask)) return [];
  const bits = BigInt(`0x${mask}`);
  const all = Array.from({ length: LAST }, (_, i) => i + 1);
  return all.filter((signal) => !NEVER.has(signal) && (bits & (1n << BigInt(signal - 1))) !== 0n);
}
