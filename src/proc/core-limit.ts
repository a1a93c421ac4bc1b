// How many cores' worth of time a container grants. Thread pools size themselves by the machine's cores, not by this.
import { type CgroupLocation, findCgroup } from './cgroup-location.ts';
import { readKernelText } from './kernel-file.ts';

/** Tightest over the group and its ancestors; null = no limit. */
export function readCoreLimit(pid: number | 'self', root = ''): number | null {
  const location = findCgroup(pid, 'cpu', root);
  if (!location) return null;
  const limits = location.folders.map((folder) => readFolderLimit(location, `${root}${folder}`));
  const cores = Math.min(...limits.map((limit) => limit ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(cores) ? cores : null;
}

function readFolderLimit(location: CgroupLocation, folder: string): number | null {
  if (location.version === 2) return parseCpuMax(readKernelText(`${folder}/cpu.max`, 64) ?? '');
  const quota = readKernelText(`${folder}/cpu.cfs_quota_us`, 64) ?? '';
  return parseCpuMax(`${quota.trim()} ${readKernelText(`${folder}/cpu.cfs_period_us`, 64) ?? ''}`);
}

/** "max 100000" or "-1 100000" is no limit; "150000 100000" is one and a half cores. */
export function parseCpuMax(text: string): number | null {
  const match = /^(\d+) (\d+)/.exec(text);
  const cores = match ? Number(match[1]) / Number(match[2]) : Number.NaN;
  return cores > 0 && Number.isFinite(cores) ? cores : null;
}
