// /proc/self/mountinfo: where the cgroup hierarchies are mounted, which part of each the mount shows, and what is in memory only.
import { readKernelText } from './kernel-file.ts';

export interface Mount {
  /** As /proc/PID/maps writes it: "08:01", hexadecimal. */
  readonly device: string;
  /** The folder of the file system that stands at the mount point; not "/" in a container without cgroup namespace. */
  readonly root: string;
  readonly mountPoint: string;
  readonly fileSystem: string;
  /** Options of the file system; for cgroup v1 they name the controllers. */
  readonly superOptions: readonly string[];
}

/**
 * Our own mounts, not the target's: the kernel writes cgroup paths as the *reader's* namespaces see them, and it is we who
 * open the files.
 */
export function readMounts(root = ''): Mount[] {
  return parseMountinfo(readKernelText(`${root}/proc/self/mountinfo`, 1024 * 1024) ?? '');
}

/** "36 35 98:0 /root /mount/point options [optional fields] - fstype source superoptions" */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const [left, right] = line.split(' - ', 2);
    const before = left?.split(' ') ?? [];
    const after = right?.split(' ') ?? [];
    if (before.length < 6 || after.length < 2) continue;
    mounts.push({
      device: before[2]!.split(':').map(hexadecimal).join(':'),
      root: unescapeOctal(before[3]!),
      mountPoint: unescapeOctal(before[4]!),
      fileSystem: after[0]!,
      superOptions: (after[2] ?? '').split(','),
    });
  }
  return mounts;
}

function hexadecimal(decimal: string): string {
  return Number(decimal).toString(16).padStart(2, '0');
}

/** Blanks, tabs, newlines and backslashes in paths stand as \040, \011, \012, \134. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
