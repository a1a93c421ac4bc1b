// Under the lines that hold most: what they were doing in native code; without `run --native` only the calls that made mappings.
import { hasNativeStacks, moduleName, type NativePath } from '#analysis/native-calls.ts';
import { formatBytes } from '#base/format.ts';
import { formatLinePlace } from './place.ts';
import { plainLine } from './plain-text.ts';
import type { Screen } from './screen.ts';
import { rankLines } from './terminal-lines.ts';

const MOST_LINES = 5;
const MOST_PATHS = 2;
const INDENT = '  ';

export function nativeSection({ profile, overview, paint, width }: Screen): string[] {
  const rows = rankLines(overview.lines.filter((row) => !row.importing)).slice(0, MOST_LINES);
  const blocks = rows.flatMap((row) => {
    const paths = overview.nativeCalls.of(row).slice(0, MOST_PATHS);
    if (paths.length === 0) return [];
    const title = formatLinePlace(row, profile.meta.workingDirectory);
    return [title, ...paths.map((path) => paint('faint', formatPath(path, width)))];
  });
  return blocks.length === 0
    ? []
    : [paint('strong', hasNativeStacks(profile) ? 'In native code' : 'Of these, mapped by libraries'), ...blocks];
}

const SEPARATOR = ' > ';
const GAP = '...';

/** From both ends inwards: where the width does not hold all, calls in the middle go. */
function formatPath({ calls, bytes }: NativePath, width: number): string {
  const size = `${INDENT}${formatBytes(bytes)}  `;
  const names = calls.map(({ func, file }, i) => {
    const module = moduleName(file);
    const changes = i === calls.length - 1 || module !== moduleName(calls[i + 1]!.file);
    return plainLine(changes && module !== '' ? `${func} [${module}]` : func);
  });
  let [head, tail] = [0, names.length];
  let room = width - size.length - GAP.length - SEPARATOR.length;
  for (let fromTail = true; head < tail; fromTail = !fromTail) {
    room -= names[fromTail ? tail - 1 : head]!.length + SEPARATOR.length;
    if (room < 0 && tail < names.length) break;
    if (fromTail) tail--;
    else head++;
  }
  const shown = [...names.slice(0, head), ...(head < tail ? [GAP] : []), ...names.slice(tail)];
  return `${size}${shown.join(SEPARATOR)}`.slice(0, width);
}
