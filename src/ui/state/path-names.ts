// Paths as people say them: below the working directory, below site-packages, below the standard library.

/** Modules that are built into the interpreter have a name instead of a path. */
const FROZEN = /^<frozen (.*)>$/;
const KNOWN_ROOTS = /^.*\/(?:(?:site|dist)-packages|lib(?:64)?\/python3[^/]*)\//;

export class PathNames {
  readonly #directory: string;
  readonly #short = new Map<string, string>();

  constructor(workingDirectory: string) {
    this.#directory = workingDirectory.endsWith('/') ? workingDirectory : `${workingDirectory}/`;
  }

  /** "train.py", "sklearn/utils/x.py", "json/decoder.py", "importlib._bootstrap"; other paths whole. */
  shorten(file: string): string {
    let short = this.#short.get(file);
    if (short === undefined) {
      short = this.#belowRoot(file);
      this.#short.set(file, short);
    }
    return short;
  }

  #belowRoot(file: string): string {
    if (KNOWN_ROOTS.test(file)) return file.replace(KNOWN_ROOTS, '');
    if (file.startsWith(this.#directory)) return file.slice(this.#directory.length);
    return file.replace(FROZEN, '$1');
  }

  /** "train.py:12". */
  place(file: string, line: number): string {
    if (file === '') return '(native code)';
    return line > 0 ? `${this.shorten(file)}:${line}` : this.shorten(file);
  }
}
