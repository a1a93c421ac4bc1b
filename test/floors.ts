// Who may import whom. The folders of src are floors: imports go down, by `#floor/...` names, and only edge floors touch the
// machine. Reads sources as text and gives violations; test/floors.test.ts judges them.
//
// Test files beside the sources are held to the same floors, but may use node:, the test libraries and files
// outside of src (test/, docs/).
import fs from 'node:fs';
import path from 'node:path';

export interface Floor {
  /** Floors that its files may import, besides their own. */
  readonly below: readonly string[];
  /** May use `node:` modules. Everything else gets its bytes handed in, and runs in a browser too. */
  readonly touchesMachine: boolean;
  /** npm packages that its files may import. */
  readonly packages: readonly string[];
}

export type Floors = Readonly<Record<string, Floor>>;

export const FLOORS: Floors = {
  base: { below: [], touchesMachine: false, packages: [] },
  profile: { below: ['base'], touchesMachine: false, packages: [] },
  proc: { below: ['base'], touchesMachine: true, packages: [] },
  heap: { below: ['base', 'profile'], touchesMachine: false, packages: [] },
  artifact: { below: ['base', 'profile'], touchesMachine: false, packages: ['fflate'] },
  capture: { below: ['base', 'profile', 'proc'], touchesMachine: true, packages: [] },
  analysis: { below: ['base', 'profile'], touchesMachine: false, packages: [] },
  gate: { below: ['base', 'profile', 'analysis'], touchesMachine: false, packages: [] },
  report: {
    below: ['base', 'profile', 'artifact', 'analysis', 'gate'],
    touchesMachine: false,
    packages: ['pprof-format'],
  },
  ui: {
    below: ['base', 'profile', 'analysis', 'gate', 'report'],
    touchesMachine: false,
    packages: ['preact', 'uplot'],
  },
  server: {
    below: ['base', 'profile', 'proc', 'heap', 'artifact', 'capture', 'analysis', 'gate', 'report'],
    touchesMachine: true,
    packages: [],
  },
  cli: {
    below: ['base', 'profile', 'proc', 'heap', 'artifact', 'capture', 'analysis', 'gate', 'report', 'server'],
    touchesMachine: true,
    packages: ['commander'],
  },
};

const TEST_PACKAGES = ['vitest', 'fast-check', 'ajv', 'playwright-core'];
const SOURCE_FILE = /\.(?:ts|tsx)$/;
const TEST_FILE = /\.test\.(?:ts|tsx)$/;

export interface Violation {
  /** Path from the root of the repository. */
  readonly file: string;
  /** From 1; 0 = the file or folder as a whole. */
  readonly line: number;
  readonly what: string;
}

export interface Debt {
  readonly file: string;
  /** What is imported (or 'README.md'). */
  readonly specifier: string;
  readonly reason: string;
}

export function formatViolation({ file, line, what }: Violation): string {
  return `${file}${line > 0 ? `:${line}` : ''}: ${what}`;
}

/** Every breach of the table under ROOT/src, and every debt that is none any more. */
export function findViolations(root: string, floors: Floors, debts: readonly Debt[] = []): Violation[] {
  const paid = new Set(debts);
  const violations: Violation[] = [];
  for (const folder of listFolders(path.join(root, 'src'))) {
    for (const found of checkFolder(root, folder, floors)) {
      const debt = debts.find((owed) => owed.file === found.file && owed.specifier === found.specifier);
      if (debt) paid.delete(debt);
      else violations.push({ file: found.file, line: found.line, what: found.what });
    }
  }
  for (const { file, specifier } of paid) {
    violations.push({ file, line: 0, what: `no longer imports ${specifier}: take it off the list of debts` });
  }
  return violations;
}

interface Finding extends Violation {
  readonly specifier: string;
}

function listFolders(source: string): string[] {
  const entries = fs.existsSync(source) ? fs.readdirSync(source, { withFileTypes: true }) : [];
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function checkFolder(root: string, folder: string, floors: Floors): Finding[] {
  const files = listSources(path.join(root, 'src', folder)).map((file) => path.relative(root, file));
  const floor = floors[folder];
  if (!floor) return [whole(`src/${folder}`, folder, `is no floor: add ${folder} to the table in test/floors.ts`)];
  const findings: Finding[] = [];
  if (files.length > 0 && !fs.existsSync(path.join(root, 'src', folder, 'README.md'))) {
    findings.push(
      whole(`src/${folder}`, 'README.md', 'has no README.md (what lives here, what never does, where to start)'),
    );
  }
  for (const file of files) findings.push(...checkFile(root, folder, file, floors));
  return findings;
}

function whole(file: string, specifier: string, what: string): Finding {
  return { file, line: 0, what, specifier };
}

function listSources(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE_FILE.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

function checkFile(root: string, folder: string, file: string, floors: Floors): Finding[] {
  const findings: Finding[] = [];
  for (const { specifier, line } of findImports(fs.readFileSync(path.join(root, file), 'utf8'))) {
    const what = judge(specifier, folder, file, floors);
    if (what) findings.push({ file, line, what, specifier });
  }
  return findings;
}

/** What is wrong with this import; undefined when it is allowed. */
function judge(specifier: string, folder: string, file: string, floors: Floors): string | undefined {
  const isTest = TEST_FILE.test(file);
  if (specifier.startsWith('.')) return judgeRelative(specifier, folder, file, isTest);
  if (specifier.startsWith('#')) return judgeFloor(specifier, folder, isTest, floors);
  const floor = floors[folder]!;
  if (specifier.startsWith('node:')) {
    if (floor.touchesMachine || isTest) return undefined;
    return `imports ${specifier}, but ${folder} does not touch the machine: have it handed in by the caller`;
  }
  const name = packageName(specifier);
  if (floor.packages.includes(name) || (isTest && TEST_PACKAGES.includes(name))) return undefined;
  return `imports the package ${name}, which the table does not give to ${folder}`;
}

function judgeRelative(specifier: string, folder: string, file: string, isTest: boolean): string | undefined {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (target.startsWith(`src/${folder}/`)) return undefined;
  if (isTest && !target.startsWith('src/')) return undefined;
  return `imports ${specifier}, which leaves src/${folder}: name the floor, as in #base/units.ts`;
}

function judgeFloor(specifier: string, folder: string, isTest: boolean, floors: Floors): string | undefined {
  const target = specifier.slice(1).split('/')[0]!;
  if (target === 'test' && isTest) return undefined;
  if (target === folder || floors[folder]!.below.includes(target)) return undefined;
  if (!floors[target]) return `imports ${specifier}, and there is no floor ${target}`;
  return `imports ${specifier}, but ${folder} may import only ${floors[folder]!.below.join(', ') || 'its own files'}`;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

export interface FoundImport {
  readonly specifier: string;
  readonly line: number;
}

const IMPORT = /\b(?:import|export)\b[^'"`;()]*?\bfrom\s*(['"])(.+?)\1|\bimport\s*\(?\s*(['"])(.+?)\3/g;

/** Static, type-only, side-effect, re-export and dynamic imports, in order of appearance. */
export function findImports(source: string): FoundImport[] {
  const code = blankComments(source);
  const found: FoundImport[] = [];
  for (const match of code.matchAll(IMPORT)) {
    const specifier = (match[2] ?? match[4])!;
    const at = match.index + match[0].length;
    found.push({ specifier, line: code.slice(0, at).split('\n').length });
  }
  return found;
}

const COMMENT_OR_TEXT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;

/** Comments and template texts become blanks; line numbers stay. */
function blankComments(source: string): string {
  return source.replace(COMMENT_OR_TEXT, (text) => (/^['"]/.test(text) ? text : text.replace(/[^\n]/g, ' ')));
}
