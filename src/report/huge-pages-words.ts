// Huge pages at the peak, in one or two sentences: the same in the terminal and on the page.
import type { HugePages } from '#analysis/huge-pages.ts';
import { formatBytes, formatDuration } from '#base/format.ts';
import { MIB } from '#base/units.ts';

/** "" where there is nothing worth a word. */
export function hugePagesWords(huge: HugePages | null): string {
  const sentences: string[] = [];
  if (huge && huge.bytes >= MIB) {
    const when = huge.distance >= 1 ? ` (read ${formatDuration(huge.distance)} from the peak)` : '';
    const share = `${formatBytes(huge.bytes)} of ${formatBytes(huge.anon)} anonymous memory were in huge pages${when}`;
    sentences.push(`${share}: ${formatBytes(huge.pageBytes)} each, resident whole once a byte of it is touched.`);
  }
  if (huge && huge.pool >= MIB) {
    sentences.push(`${formatBytes(huge.pool)} of hugetlbfs come on top: no figure of resident memory contains them.`);
  }
  return sentences.join(' ');
}
