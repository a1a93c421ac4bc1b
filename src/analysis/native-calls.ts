// What a line of Python did in native code: the calls inside it that hold memory at a moment, from those that Python made
// down to the allocation. Without `run --native` a profile knows only those that made large mappings.
import type { Bytes } from '#base/units.ts';
import { FRAME_KIND, type IndexIntoStacks, type Profile } from '#profile/types.ts';
import { isHeap, isLiveMemory, residentOf } from './domains.ts';
import { type LineRule, lineOfStack } from './line-of-stack.ts';
import type { LineOptions, LineRow } from './lines.ts';
import type { Ownership } from './ownership.ts';

export interface NativePath {
  /** Outermost first. Inside a line the interpreter's own functions on the way in and at the end are left out, where there
   * are others. */
  readonly calls: readonly NativeCall[];
  readonly bytes: Bytes;
}

export interface NativeCall {
  readonly func: string;
  /** Path of the ELF file; "" for code that was made at run time. */
  readonly file: string;
}

export interface NativeCalls {
  /** Largest first. Rows are those that computeLines gives for the same options. */
  of(row: LineRow): readonly NativePath[];
}

export function computeNativeCalls(profile: Profile, ownership: Ownership, options: LineOptions): NativeCalls {
  const byLine = new Map<string, Map<string, { calls: NativeCall[]; bytes: Bytes }>>();
  const { live } = profile;
  const hasNative = profile.frames.kind.includes(FRAME_KIND.native);
  for (let row = 0; hasNative && row < live.length; row++) {
    const stack = live.stack[row]!;
    if (live.moment[row] !== options.moment || stack < 0 || !isLiveMemory(live.domain[row]!)) continue;
    if (options.process !== undefined && live.process[row] !== options.process) continue;
    const python = ownership.pythonStack[stack]!;
    if (python === stack) continue;
    const key = keyOfStack(profile, ownership, options.by, stack);
    const paths = byLine.get(key) ?? new Map();
    byLine.set(key, paths);
    addPath(paths, callsBetween(profile, stack, python), residentOf(live, row));
  }
  const sorted = new Map<string, readonly NativePath[]>();
  for (const [key, paths] of byLine) {
    const held = [...paths.values()].filter((path) => path.bytes > 0);
    sorted.set(
      key,
      held.sort((a, b) => b.bytes - a.bytes),
    );
  }
  return { of: (row) => sorted.get(keyOfRow(row)) ?? [] };
}

function addPath(paths: Map<string, { calls: NativeCall[]; bytes: Bytes }>, calls: NativeCall[], bytes: Bytes): void {
  const key = JSON.stringify(calls.map(({ func, file }) => [func, file]));
  const path = paths.get(key);
  if (path) path.bytes += bytes;
  else paths.set(key, { calls, bytes });
}

function keyOfRow(row: LineRow): string {
  return row.place === 'line' ? `${row.importing} ${row.file}:${row.line}` : `${row.importing} ${row.place}`;
}

function keyOfStack(profile: Profile, ownership: Ownership, by: LineRule, stack: IndexIntoStacks): string {
  const { frames, strings } = profile;
  const { frame, place, importing } = lineOfStack(profile, ownership, by, stack);
  return frame >= 0 ? `${importing} ${strings[frames.file[frame]!]}:${frames.line[frame]}` : `${importing} ${place}`;
}

function callsBetween(
  { stacks, frames, strings }: Profile,
  stack: IndexIntoStacks,
  end: IndexIntoStacks,
): NativeCall[] {
  const calls: NativeCall[] = [];
  for (let at = stack; at !== end; at = stacks.parent[at]!) {
    const frame = stacks.frame[at]!;
    calls.push({ func: strings[frames.func[frame]!]!, file: strings[frames.file[frame]!]! });
  }
  calls.reverse();
  if (end < 0) return calls;
  const first = calls.findIndex((call) => !isInterpreter(call.file));
  const last = calls.findLastIndex((call) => !isInterpreter(call.file));
  return first < 0 ? calls : calls.slice(first, last + 1);
}

function isInterpreter(file: string): boolean {
  return /^(?:lib)?python[\d.]*t?(?:\.so.*)?$/.test(moduleName(file));
}

/** False where only the calls that made mappings are known, as without `run --native`. */
export function hasNativeStacks({ churn, stacks, frames }: Profile): boolean {
  for (let row = 0; row < churn.length; row++) {
    const stack = churn.stack[row]!;
    if (stack >= 0 && isHeap(churn.domain[row]!) && frames.kind[stacks.frame[stack]!] === FRAME_KIND.native)
      return true;
  }
  return false;
}

/** "libtorch_cpu.so" of its path; "_umath.so" of ".../_umath.cpython-311-x86_64-linux-gnu.so". */
export function moduleName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.(?:cpython-[\w-]+|abi3)(?=\.so$)/, '');
}

/** "at::native::empty_cpu [libtorch_cpu.so]". */
export function nativeLabel({ func, file }: NativeCall): string {
  const module = moduleName(file);
  return module === '' ? func : `${func} [${module}]`;
}
