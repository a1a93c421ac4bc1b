// /proc/PID/maps: which files a process has mapped. From their names we know the allocator that serves it and the BLAS
// and OpenMP runtimes whose thread pools hold memory. Statically linked ones (MKL inside libtorch_cpu) do not show.
import { type Bytes, MIB } from '#base/units.ts';
import { decodeName, readKernelPieces } from './kernel-file.ts';

/** About 80 000 mappings; beyond it the list is cut. */
const MAPS_LIMIT: Bytes = 8 * MIB;

export interface KnownLibrary {
  readonly kind: 'allocator' | 'blas' | 'openmp';
  readonly name: string;
}

/** By file name. Wheels carry copies with a hash in the name ("libgomp-a34b3233.so.1"). */
const KNOWN: readonly (readonly [RegExp, KnownLibrary['kind'], string])[] = [
  [/^libjemalloc/, 'allocator', 'jemalloc'],
  [/^libtcmalloc/, 'allocator', 'tcmalloc'],
  [/^libmimalloc/, 'allocator', 'mimalloc'],
  [/^libtbbmalloc/, 'allocator', 'tbbmalloc'],
  [/^(?:lib)?snmalloc/, 'allocator', 'snmalloc'],
  [/^lib(?:scipy_)?openblas/, 'blas', 'openblas'],
  [/^libmkl_(?:rt|core)/, 'blas', 'mkl'],
  [/^libblis/, 'blas', 'blis'],
  [/^libflexiblas/, 'blas', 'flexiblas'],
  [/^lib[st]?atlas/, 'blas', 'atlas'],
  [/^libnvpl_blas/, 'blas', 'nvpl'],
  [/^libarmpl/, 'blas', 'armpl'],
  [/^libblas[.-]/, 'blas', 'netlib'],
  [/^libgomp/, 'openmp', 'gomp'],
  [/^libiomp5/, 'openmp', 'iomp5'],
  [/^libomp[.-]/, 'openmp', 'omp'],
];

export function findKnownLibrary(path: string): KnownLibrary | undefined {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const row = file.includes('.so') ? KNOWN.find(([pattern]) => pattern.test(file)) : undefined;
  return row && { kind: row[1], name: row[2] };
}

/** Each mapped file once, in order of address. Costs a walk over all mappings. */
export function readMappedPaths(pid: number | 'self', root = ''): string[] | undefined {
  const paths = new Set<string>();
  let rest = '';
  const done = readKernelPieces(`${root}/proc/${pid}/maps`, MAPS_LIMIT, (piece) => {
    const text = rest + piece;
    const end = text.lastIndexOf('\n') + 1;
    addMappedPaths(text.slice(0, end), paths);
    rest = text.slice(end);
  });
  return done ? [...paths].map(decodeName) : undefined;
}

export function parseMappedPaths(text: string): string[] {
  const paths = new Set<string>();
  addMappedPaths(text, paths);
  return [...paths].map(decodeName);
}

/** A line is "start-end perms offset device inode", blanks, then the path to the end of the line. Only a path has "/". */
function addMappedPaths(text: string, paths: Set<string>): void {
  for (const line of text.split('\n')) {
    const slash = line.indexOf('/');
    if (slash > 0) paths.add(line.slice(slash).replace(/ \(deleted\)$/, ''));
  }
}
