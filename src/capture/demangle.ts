// Names of C++ and Rust functions as people write them: c++filt does the work where there is one, in one process for all
// names of a step; without it they stay as they are. What it gives is made short: parameters left out, long template
// arguments too, since a name of a thousand characters tells no more.
import { spawnSync } from 'node:child_process';

const PATIENCE_MS = 20_000;
const LARGEST_ANSWER = 256 << 20;
const LONGEST_ARGUMENTS = 24;
const LONGEST_NAME = 200;
const MANGLED = /^_?_(?:Z|R)/;

/** One name for each that was given. */
export function demangle(names: readonly string[]): string[] {
  const plain = names.map(withoutSuffix);
  const mangled = [...new Set(plain.filter((name) => MANGLED.test(name) && !/\s/.test(name)))];
  const answers = new Map(askFilter(mangled));
  return plain.map((name) => cut(shortenTemplates(answers.get(name) ?? name)));
}

/** `f.cold`, `f.part.0`, `f.constprop.1`, `f.localalias`: pieces and copies that the compiler made of f. `f@@V1`: a version. */
function withoutSuffix(name: string): string {
  return name
    .replace(/(?<=.)@.*$/, '')
    .replace(/(?<=.)\.(?:cold|part|constprop|isra|lto_priv|localalias|llvm)\b.*$/, '');
}

function askFilter(names: readonly string[]): [string, string][] {
  if (names.length === 0) return [];
  const answer = spawnSync('c++filt', ['--no-params', '--no-verbose'], {
    input: `${names.join('\n')}\n`,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    maxBuffer: LARGEST_ANSWER,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = answer.error || answer.status !== 0 ? [] : answer.stdout.trimEnd().split('\n');
  return lines.length === names.length ? names.map((name, i) => [name, lines[i]!]) : [];
}

const OPERATOR = /operator(?:<=>|<<=?|>>=?|->\*?|[<>]=?)/y;

/** "std::vector<at::Tensor, std::allocator<at::Tensor> >::reserve" -> "std::vector<...>::reserve". */
export function shortenTemplates(name: string): string {
  let short = '';
  for (let at = 0; at < name.length; ) {
    OPERATOR.lastIndex = at;
    const operator = OPERATOR.exec(name)?.[0];
    if (operator !== undefined) {
      short += operator;
      at += operator.length;
    } else if (name[at] === '<') {
      const end = closingAngle(name, at);
      if (end < 0) return short + name.slice(at);
      const inside = name.slice(at + 1, end - 1);
      short += inside.length > LONGEST_ARGUMENTS ? '<...>' : `<${inside.trimEnd()}>`;
      at = end;
    } else short += name[at++];
  }
  return short;
}

/** One past the `>` that closes the `<` at `from`; -1 where none does. */
function closingAngle(name: string, from: number): number {
  let depth = 0;
  for (let at = from; at < name.length; at++) {
    if (name[at] === '<') depth++;
    else if (name[at] === '>' && name[at - 1] !== '-' && --depth === 0) return at + 1;
  }
  return -1;
}

function cut(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 3)}...` : name;
}
