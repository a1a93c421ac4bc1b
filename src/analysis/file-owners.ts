// What a file belongs to, by its path: an installed package, Python itself, the system's libraries, or a data file by its own name;
// and what a piece of shared memory is called.

const PACKAGE = /\/(?:site|dist)-packages\/([^/]+)/;
const PYTHON = /\/(?:libpython3[^/]*|python3[^/]*|lib-dynload\/[^/]+)$/;
/** It is a package that installs its libraries beside Python's. */
const MKL = /\/libmkl_[^/]*\.so/;
const SYSTEM = /^\/(?:usr\/)?lib(?:32|64|exec)?\/|\.so(?:\.[\d.]+)?$/;
const OWN = /\/(?:agent-\d+-\d+\.hws|highwater-agent[^/]*\.so)$/;

export function ownerOfFile(path: string): string {
  if (path === '') return 'other files';
  if (OWN.test(path)) return '(highwater)';
  const installed = PACKAGE.exec(path)?.[1];
  if (installed !== undefined) return installed.replace(/\.libs$/, '').replace(/\..*\.so$|\.so$|\.py$/, '');
  if (PYTHON.test(path)) return '(Python)';
  if (MKL.test(path)) return 'mkl';
  if (SYSTEM.test(path)) return "(the system's libraries)";
  return baseName(path);
}

/** What frameworks make by the hundred, with numbers and random letters of their own, is one. */
const MADE_BY_THE_HUNDRED: readonly (readonly [RegExp, string])[] = [
  [/^torch_\d+_/, 'torch_*'],
  [/^pym-\d+-/, 'pym-*'],
  [/^sem\./, 'sem.*'],
];

export function nameOfSharedMemory(path: string): string {
  if (path === '') return 'other shared memory';
  if (OWN.test(path)) return '(highwater)';
  if (path.startsWith('/dev/zero')) return '(anonymous)';
  if (path.startsWith('/SYSV')) return '(System V)';
  if (path.startsWith('/memfd:')) return path.slice(1);
  const name = baseName(path);
  return MADE_BY_THE_HUNDRED.find(([pattern]) => pattern.test(name))?.[1] ?? name;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
