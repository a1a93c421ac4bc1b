// What grew between two moments, for machines: `growth` of docs/schemas/report.schema.json.
import type { Growth } from '#analysis/growth.ts';
import type { Profile } from '#profile/types.ts';
import { estimateOf } from './json-text.ts';
import { sourceLookup } from './place.ts';

export function growthOf(profile: Profile, { lines, came, went, processes, ...growth }: Growth) {
  const source = sourceLookup(profile);
  return {
    ...growth,
    came: estimateOf(came),
    went: estimateOf(went),
    lines: lines.map(({ came, went, ...row }) => ({
      ...row,
      line: row.line > 0 ? row.line : null,
      source: row.place === 'line' ? source(row.file, row.line) : '',
      came: estimateOf(came),
      went: estimateOf(went),
      parts: { ...row.parts },
    })),
    processes: processes.map(({ process, came, went, net }) => ({
      index: process,
      came: estimateOf(came),
      went: estimateOf(went),
      net,
    })),
  };
}
