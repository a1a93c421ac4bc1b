// Whose code a frame is. Reports lead with the lines that the reader can change: the innermost frame of their own code,
// with library frames folded into it.
import { isImportSystem } from '#profile/import-frames.ts';
import { FRAME_KIND, type Meta, type Profile } from '#profile/types.ts';

/** Kinds of frames. */
export const OWNER = { user: 0, library: 1, standard: 2, importing: 3, native: 4 } as const;

export interface OwnershipOptions {
  /** Only files that match one of these count as the user's own (glob with * and **, or a plain part of the path). */
  readonly include?: readonly string[];
  /** Files that match never count as the user's own. */
  readonly exclude?: readonly string[];
  /** Every Python frame counts as the user's own. */
  readonly all?: boolean;
}

export interface Ownership {
  /** OWNER of each frame. */
  readonly frame: Uint8Array;
  /** Innermost call of each stack that is a line of Python, as a row of StackTable; -1 where there is only native code. */
  readonly pythonStack: Int32Array;
  /** Innermost user frame of each stack, as a row of FrameTable; -1 where none. */
  readonly userFrame: Int32Array;
  /**
   * 1 where the import system runs inside the innermost user frame (or where there is none): what an import statement on
   * that line costs. Lines of the user's own modules stay lines, though those modules are imported too.
   */
  readonly importing: Uint8Array;
}

const INSTALLED = /\/(?:site|dist)-packages\//;
const STANDARD = /\/lib(?:64)?\/python3(?:\.\d+)?t?\//;

export function computeOwnership(profile: Profile, options: OwnershipOptions = {}): Ownership {
  const { frames, stacks, strings } = profile;
  const classify = frameClassifier(profile.meta, options);
  const ownerOfFile = new Map<number, number>();
  const frame = new Uint8Array(frames.length);
  for (let row = 0; row < frames.length; row++) {
    if (frames.kind[row] === FRAME_KIND.native) {
      frame[row] = OWNER.native;
      continue;
    }
    const file = frames.file[row]!;
    let owner = ownerOfFile.get(file);
    if (owner === undefined) {
      owner = classify(strings[file]!);
      ownerOfFile.set(file, owner);
    }
    frame[row] = owner;
  }
  const pythonStack = new Int32Array(stacks.length);
  const userFrame = new Int32Array(stacks.length);
  const importing = new Uint8Array(stacks.length);
  for (let row = 0; row < stacks.length; row++) {
    const parent = stacks.parent[row]!;
    const own = stacks.frame[row]!;
    pythonStack[row] = frame[own] !== OWNER.native ? row : parent < 0 ? -1 : pythonStack[parent]!;
    userFrame[row] = frame[own] === OWNER.user ? own : parent < 0 ? -1 : userFrame[parent]!;
    if (frame[own] === OWNER.importing) importing[row] = 1;
    else if (frame[own] !== OWNER.user && parent >= 0) importing[row] = importing[parent]!;
  }
  return { frame, pythonStack, userFrame, importing };
}

function frameClassifier(meta: Meta, options: OwnershipOptions): (file: string) => number {
  const { python } = meta.environment;
  // Libraries make functions from text too (dataclasses, namedtuple), in a file of the same name as that of `python -c`.
  const isCommandText = meta.command.includes('-c');
  const include = (options.include ?? []).map(pathMatcher);
  const exclude = (options.exclude ?? []).map(pathMatcher);
  const libraries = (python?.libraryPaths ?? []).map((path) => (path.endsWith('/') ? path : `${path}/`));
  return (file) => {
    if (file === '') return OWNER.native;
    if (isImportSystem(file)) return OWNER.importing;
    const own =
      include.length > 0
        ? include.some((match) => match(file))
        : options.all || isOutsideLibraries(file, libraries, isCommandText);
    if (own && !exclude.some((match) => match(file))) return OWNER.user;
    return INSTALLED.test(file) ? OWNER.library : OWNER.standard;
  };
}

function isOutsideLibraries(file: string, libraries: readonly string[], isCommandText: boolean): boolean {
  if (file === '<string>') return isCommandText;
  if (file.startsWith('<')) return /^<(?:stdin|ipython-input)/.test(file);
  if (INSTALLED.test(file) || STANDARD.test(file)) return false;
  return !libraries.some((path) => file.startsWith(path));
}

/** A glob over the whole path where the pattern has a * or ?, else a plain part of it. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  if (!/[*?]/.test(pattern)) return (path) => path.includes(pattern);
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (glob) => (glob.startsWith('**') ? '.*' : glob === '*' ? '[^/]*' : '[^/]'));
  const regex = new RegExp(`(?:^|/)${source}$`);
  return (path) => regex.test(path);
}
