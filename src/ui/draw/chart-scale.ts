// Steps and labels of the axes: bytes in powers of two, times in seconds and minutes.
import { formatBytes } from '#base/format.ts';

export const BYTE_STEPS: number[] = Array.from({ length: 44 }, (_, i) => 2 ** i);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const TIME_STEPS: number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 6, 12, 24, 48, 96].map((n) => n * HOUR),
];

export const COUNT_STEPS: number[] = Array.from({ length: 12 }, (_, i) => [1, 2, 5].map((n) => n * 10 ** i)).flat();

/** "0", "256 MiB", "1.5 GiB": as formatBytes, without zeros that say nothing. */
export function byteLabel(bytes: number): string {
  return bytes === 0
    ? '0'
    : formatBytes(bytes)
        .replace(/\.0+ /, ' ')
        .replace(/(\.\d*[1-9])0+ /, '$1 ');
}

/** `step` is the distance between labels: it decides how much must be said. */
export function timeLabel(ms: number, step: number): string {
  if (ms === 0) return '0';
  if (step < SECOND && ms < MINUTE) return `${Number((ms / SECOND).toFixed(3))} s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  if (minutes < 60) return rest === '00' ? `${minutes} min` : `${minutes}:${rest} min`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')} h`;
}

/** A range of `span` around `center`, moved to lie within [0, whole]. */
export function clampRange(center: number, span: number, whole: readonly [number, number]): [number, number] {
  const size = Math.min(span, whole[1] - whole[0]);
  const from = Math.min(Math.max(whole[0], center - size / 2), whole[1] - size);
  return [from, from + size];
}
