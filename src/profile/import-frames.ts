// How imports show in a stack: frames of Python's import system, and below them the body of the module that they load.

/** Files of Python's own import system. */
const IMPORT_FILES: ReadonlySet<string> = new Set([
  '<frozen importlib._bootstrap>',
  '<frozen importlib._bootstrap_external>',
]);

export function isImportSystem(file: string): boolean {
  return IMPORT_FILES.has(file);
}

/** Of a function of the import system: a module is made and run here, from here on by its own code. */
export function isLoading(func: string): boolean {
  return /(?:^|\.)(?:create|exec)_module$/.test(func);
}

/** Of a function of the import system: an import begins. */
export function isImportBegin(func: string): boolean {
  return func === '_find_and_load' || func === '_handle_fromlist' || func === '_gcd_import';
}

/** The body of a module; below the import system it is a module that is being imported. Code made from text is none. */
export function isModuleBody(file: string, func: string): boolean {
  return func === '<module>' && !isImportSystem(file) && (!file.startsWith('<') || file.startsWith('<frozen '));
}
