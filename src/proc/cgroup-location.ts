// Which folder of /sys/fs/cgroup a process belongs to, for one controller: v1, v2, both at once (hybrid), and containers
// whose mount shows only their own part of the hierarchy.
import { readKernelText } from './kernel-file.ts';
import { type Mount, readMounts } from './mountinfo.ts';

export interface CgroupLocation {
  readonly version: 1 | 2;
  /** Path within the hierarchy, as /proc/PID/cgroup has it. */
  readonly path: string;
  /** From the group itself up to the mount point: every folder whose limits bind the process and that can be seen. */
  readonly folders: readonly string[];
}

export interface CgroupMembership {
  /** Empty for v2 ("0::/path"). */
  readonly controllers: readonly string[];
  readonly path: string;
}

/** Undefined where the process has ended or no such hierarchy is mounted here. */
export function findCgroup(pid: number | 'self', controller: 'memory' | 'cpu', root = ''): CgroupLocation | undefined {
  const text = readKernelText(`${root}/proc/${pid}/cgroup`);
  return text === undefined ? undefined : locateCgroup(parseCgroupMembership(text), readMounts(root), controller);
}

/** Lines "hierarchy:controller,controller:path"; a path may hold colons. */
export function parseCgroupMembership(text: string): CgroupMembership[] {
  const memberships: CgroupMembership[] = [];
  for (const line of text.split('\n')) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (!match) continue;
    memberships.push({ controllers: match[1] === '' ? [] : match[1]!.split(','), path: deletedSuffix(match[2]!) });
  }
  return memberships;
}

function deletedSuffix(path: string): string {
  return path.replace(/ \(deleted\)$/, '');
}

/** v1 goes first: on a hybrid machine a controller is in exactly one hierarchy, and v2 is mounted without it. */
export function locateCgroup(
  memberships: readonly CgroupMembership[],
  mounts: readonly Mount[],
  controller: string,
): CgroupLocation | undefined {
  const v1 = memberships.find((one) => one.controllers.includes(controller));
  const v1Mounts = mounts.filter((one) => one.fileSystem === 'cgroup' && one.superOptions.includes(controller));
  if (v1) return locateIn(1, v1.path, v1Mounts);
  const v2 = memberships.find((one) => one.controllers.length === 0);
  return (
    v2 &&
    locateIn(
      2,
      v2.path,
      mounts.filter((one) => one.fileSystem === 'cgroup2'),
    )
  );
}

function locateIn(version: 1 | 2, path: string, mounts: readonly Mount[]): CgroupLocation | undefined {
  for (const mount of mounts) {
    const below = pathBelow(path, mount.root);
    if (below !== undefined) return { version, path, folders: foldersUpTo(mount.mountPoint, below) };
  }
  // A mount of another part of the hierarchy. In a container it is its own group that is mounted there, and the path is
  // told as the host sees it: the mount point is then the nearest folder that can be seen.
  const mount = mounts[0];
  return mount && { version, path, folders: [mount.mountPoint] };
}

/** '/a/b' below '/a' is '/b', below '/' itself. '..' leads out of what this namespace can see. */
function pathBelow(path: string, mountRoot: string): string | undefined {
  if (path.includes('/..') || mountRoot.includes('/..')) return undefined;
  if (mountRoot === '/') return path === '/' ? '' : path;
  if (path === mountRoot) return '';
  return path.startsWith(`${mountRoot}/`) ? path.slice(mountRoot.length) : undefined;
}

function foldersUpTo(mountPoint: string, below: string): string[] {
  const folders: string[] = [];
  for (let rest = below; rest !== ''; rest = rest.slice(0, rest.lastIndexOf('/'))) folders.push(mountPoint + rest);
  return [...folders, mountPoint];
}
