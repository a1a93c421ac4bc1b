// The rows of a flame tree in words and figures.
import { type FlameTree, NATIVE_FRAME } from '#analysis/flame.ts';
import { moduleName } from '#analysis/native-calls.ts';
import { OWNER } from '#analysis/ownership.ts';
import { formatBytes, formatPercent } from '#base/format.ts';
import { FRAME_KIND } from '#profile/types.ts';
import { ownerOf } from './owners.ts';
import type { Report } from './report.ts';

export interface FrameName {
  readonly func: string;
  readonly file: string;
  readonly line: number;
  /** "train.py:12", "[libtorch_cpu.so]", or "" for what is no line of code. */
  readonly place: string;
  readonly source: string;
}

export class FlameNames {
  readonly report: Report;
  readonly tree: FlameTree;

  readonly #inverted: boolean;

  constructor(report: Report, tree: FlameTree, inverted: boolean) {
    this.report = report;
    this.tree = tree;
    this.#inverted = inverted;
  }

  /** True where bytes are counted at this line: it is the innermost of the user's own on some path through this box. */
  hasLineRow(row: number): boolean {
    if (this.owner(row) !== OWNER.user) return false;
    const { parent, depth, self, length } = this.tree;
    if (this.#inverted) {
      for (let at = parent[row]!; at > 0; at = parent[at]!) if (this.owner(at) === OWNER.user) return false;
      return true;
    }
    if (self[row]! > 0) return true;
    for (let at = row + 1; at < length && depth[at]! > depth[row]!; at++) {
      if (parent[at] === row && this.owner(at) !== OWNER.user) return true;
    }
    return false;
  }

  name(row: number): FrameName {
    const nothing = { file: '', line: -1, place: '', source: '' };
    const frame = this.tree.frame[row]!;
    if (row === 0) return { func: 'all', ...nothing };
    if (frame === NATIVE_FRAME) return { func: '(native code)', ...nothing };
    const { frames, strings } = this.report.profile;
    const file = strings[frames.file[frame]!]!;
    if (frames.kind[frame] === FRAME_KIND.native) {
      const module = moduleName(file);
      return { ...nothing, func: strings[frames.func[frame]!]!, file, place: module && `[${module}]` };
    }
    const line = frames.line[frame]!;
    return {
      func: strings[frames.func[frame]!]!,
      file,
      line,
      place: file === '' ? '' : this.report.paths.place(file, line),
      source: this.report.sources.find(file, line),
    };
  }

  readonly label = (row: number): string => {
    const { func, place } = this.name(row);
    if (place === '') return func;
    return func === '' || func === '<module>' ? place : `${func}  ${place}`;
  };

  readonly owner = (row: number): number =>
    row === 0 ? -1 : ownerOf(this.report.overview.ownership, this.tree.frame[row]!);

  readonly describe = (row: number): string => {
    const { source } = this.name(row);
    const total = this.tree.total[row]!;
    const figures = `${formatBytes(total)}, ${formatPercent(total / this.tree.total[0]!)} of all; itself ${formatBytes(this.tree.self[row]!)}`;
    return [this.label(row), source, figures].filter((part) => part !== '').join('\n');
  };

  /** `query` in lower case: part of a function's name, a path, or "file:line". */
  matches(frame: number, query: string): boolean {
    if (frame < 0) return frame === NATIVE_FRAME && '(native code)'.includes(query);
    const { frames, strings } = this.report.profile;
    const file = strings[frames.file[frame]!]!;
    const text = `${strings[frames.func[frame]!]} ${file}:${frames.line[frame]}`;
    return text.toLowerCase().includes(query);
  }
}
