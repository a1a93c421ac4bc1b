// JSON as all reports for machines write it.
import type { Estimate } from '#analysis/interval.ts';

/** Text with a line feed at the end; indented unless `compact`. */
export function formatJson(value: unknown, compact = false): string {
  return `${escapeInvisible(JSON.stringify(value, finite, compact ? undefined : 2))}\n`;
}

export function estimateOf({ bytes, low, high, samples, certain }: Estimate) {
  return { bytes, low, high, samples, certain };
}

/** JSON has no NaN: what was not measured is null. */
function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** Characters that JSON allows as they are but that would steer a terminal: written as \uXXXX, which means the same. */
function escapeInvisible(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
