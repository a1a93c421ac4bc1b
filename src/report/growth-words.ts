// What grew between two moments, in a sentence.
import type { Growth } from '#analysis/growth.ts';
import { formatBytes, formatDuration, formatSigned } from '#base/format.ts';

/** "Between 0.50 s and 1.70 s resident memory (RSS) went from 55.8 to 165.7 MiB: +109.8 MiB." */
export function growthSentence({ from, to, resident }: Growth): string {
  const times = growthTimes({ from, to });
  if (Number.isNaN(resident.from) || Number.isNaN(resident.to)) return `${times}:`;
  const change = formatSigned(resident.to - resident.from);
  return `${times} resident memory (${resident.unit}) went from ${formatBytes(resident.from)} to ${formatBytes(resident.to)}: ${change}.`;
}

/** "Between 0.50 s and 1.70 s". */
export function growthTimes({ from, to }: Pick<Growth, 'from' | 'to'>): string {
  return `Between ${from > 0 ? formatDuration(from) : 'the start'} and ${formatDuration(to)}`;
}

/** What the list below the sentence adds up to, what it does not explain, and how finely it tells moments apart. */
export function growthTotals({ came, went, resolution, resident }: Growth): string {
  const net = came.bytes - went.bytes;
  const other = resident.to - resident.from - net;
  const rest = Number.isNaN(other)
    ? ''
    : ` The other ${formatSigned(other)} is not held by lines: files, free memory that allocators keep, Python itself.`;
  return (
    `${formatBytes(came.bytes)} came and stayed, ${formatBytes(went.bytes)} of what was there went: ${formatSigned(net)}.${rest} ` +
    `Moments are told to ${formatDuration(Math.max(1, resolution))}; what came and went within that is not listed.`
  );
}
