// The one-off facts of a run as the sampler's log holds them: JSON, checked on reading as anything from a file is.
import type { CgroupReading } from '#proc/cgroup.ts';
import type { MachineFacts } from '#proc/machine.ts';

type Fields = { readonly [name: string]: unknown };

export function parseMachineFacts(json: string): MachineFacts | undefined {
  const fields = parseFields(json);
  return (
    fields && {
      kernel: text(fields.kernel),
      architecture: text(fields.architecture),
      libc: text(fields.libc),
      cores: number(fields.cores) ?? 1,
      coreLimit: number(fields.coreLimit),
      memory: number(fields.memory) ?? Number.NaN,
      available: number(fields.available) ?? Number.NaN,
      swapTotal: number(fields.swapTotal) ?? Number.NaN,
      pageBytes: number(fields.pageBytes) ?? 4096,
    }
  );
}

export function parseCgroupReading(json: string): CgroupReading | undefined {
  const fields = parseFields(json);
  return (
    fields && {
      version: fields.version === 1 ? 1 : 2,
      path: text(fields.path),
      usage: number(fields.usage),
      peak: number(fields.peak),
      limit: number(fields.limit),
      cache: number(fields.cache),
      limitHits: number(fields.limitHits) ?? 0,
      oomKills: number(fields.oomKills) ?? 0,
    }
  );
}

function parseFields(json: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
