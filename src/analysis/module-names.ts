// Names of modules and packages, from the paths of their files.

const INSTALLED_AS = /\/(?:site|dist)-packages\/(?:[^/]+\.egg\/)?(.+)/;
const STANDARD_AS = /\/lib(?:64)?\/python3[^/]*\/(.+)/;

/** "…/site-packages/sklearn/utils/x.py" -> "sklearn.utils.x"; "…/lib/python3.11/json/__init__.py" -> "json". */
export function moduleOf(file: string): string {
  const frozen = /^<frozen ([^>]+)>/.exec(file);
  if (frozen) return frozen[1]!;
  const known = INSTALLED_AS.exec(file) ?? STANDARD_AS.exec(file);
  const parts = (known?.[1] ?? file).replace(/\.py[cio]?$/, '').split('/');
  if (parts.length > 1 && parts.at(-1) === '__init__') parts.pop();
  return known ? parts.join('.') : parts.at(-1)!; // where its package begins is not known
}

/** "scipy.sparse._csr" -> "scipy". */
export function packageOf(module: string): string {
  return module.startsWith('(') ? module : module.split('.', 1)[0]!;
}

/** "scipy.sparse._csr" -> "scipy.sparse", "scipy" -> "scipy". */
export function partOf(module: string): string {
  return module.startsWith('(') ? module : module.split('.', 2).join('.');
}
