// Numbers as people read them. Memory is printed in binary units (KiB, MiB, GiB), always with the unit: the kernel counts
// in pages, and "MB" would leave open which of two numbers is meant.
import type { Bytes, Fraction, Milliseconds } from './units.ts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Three significant digits and a unit: "0 B", "713 KiB", "1.42 GiB", "-3.00 MiB". NaN gives "unknown". */
export function formatBytes(bytes: Bytes): string {
  if (Number.isNaN(bytes)) return 'unknown';
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 ? 0 : value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const sign = bytes < 0 && Number(value.toFixed(digits)) !== 0 ? '-' : '';
  return `${sign}${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** MiB with one decimal for columns of one unit: "1,042.3". NaN gives "". */
export function formatMiB(bytes: Bytes): string {
  if (Number.isNaN(bytes)) return '';
  const digits = (bytes / (1024 * 1024)).toFixed(1);
  return digits === '-0.0' ? '0.0' : groupDigits(digits);
}

/** "840 ms", "12.4 s", "3 min 05 s", "2 h 07 min". */
export function formatDuration(ms: Milliseconds): string {
  if (Number.isNaN(ms)) return 'unknown';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** "+31.0 MiB", "-512 KiB". */
export function formatSigned(bytes: Bytes): string {
  return `${bytes > 0 ? '+' : ''}${formatBytes(bytes)}`;
}

/** MiB with a sign for columns: "+31.0", "-2.0", "0.0". */
export function formatSignedMiB(bytes: Bytes): string {
  const text = formatMiB(bytes);
  return bytes > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** "0 %", "3.4 %", "97 %"; below a tenth of a percent, of either sign, "<0.1 %". */
export function formatPercent(fraction: Fraction): string {
  if (!Number.isFinite(fraction)) return '';
  const percent = fraction * 100;
  const size = Math.abs(percent);
  if (size === 0) return '0 %';
  if (size < 0.1) return '<0.1 %';
  return `${percent.toFixed(size < 9.95 ? 1 : 0)} %`;
}

/** "1,234,567" (a count, or an estimate of one rounded to a whole). */
export function formatCount(count: number): string {
  return Number.isNaN(count) ? 'unknown' : groupDigits(String(Math.round(count)));
}

function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',').replace(/(\.\d*),/g, '$1');
}

const SIZE = /^\s*(\d+(?:\.\d+)?)\s*([kmgtp]?)(i?b?)?\s*$/i;

/** Reads "64K", "512 MiB", "1.5g", "4096" (binary multiples whatever the spelling). Gives undefined for anything else. */
export function parseBytes(text: string): Bytes | undefined {
  const match = SIZE.exec(text);
  if (!match) return undefined;
  const power = ['', 'k', 'm', 'g', 't', 'p'].indexOf(match[2]!.toLowerCase());
  const bytes = Number(match[1]) * 1024 ** power;
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : undefined;
}
