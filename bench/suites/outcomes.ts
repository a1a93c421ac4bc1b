// What became of each test of a suite, read from the files that the test runners write, and what changed from one run to another.

export type Outcome = 'ok' | 'skipped' | 'failed' | 'error' | 'expected failure' | 'unexpected success';

/** By the test's full name. */
export type Outcomes = ReadonlyMap<string, Outcome>;

/** From harmless to grave: a test that is told of twice (a subtest, a teardown) counts with the graver word. */
const BY_GRAVITY: readonly Outcome[] = ['ok', 'expected failure', 'skipped', 'unexpected success', 'failed', 'error'];

/** The elements within a `testcase` that say more than "ok". `output` and `outcome` are CPython's own. */
const ELEMENTS: readonly [element: string, outcome: Outcome][] = [
  ['error', 'error'],
  ['failure', 'failed'],
  ['outcome', 'unexpected success'],
  ['skipped', 'skipped'],
  ['output', 'expected failure'],
];

/** A JUnit file as CPython's regrtest and pytest (`junit_family=xunit1`) write it: no CDATA, all text escaped. */
export function readJunit(xml: string): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const [, attributes, body = ''] of xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)) {
    const name = nameOf(readAttributes(attributes!));
    const found = ELEMENTS.find(([element]) => new RegExp(`<${element}[\\s/>]`).test(body));
    if (name) add(outcomes, name, found?.[1] ?? 'ok');
  }
  return outcomes;
}

/** CPython gives the whole name; pytest the file, the class with its module, and the name, which make its node id. */
function nameOf({ name = '', file, classname = '' }: Readonly<Record<string, string>>): string {
  if (file === undefined) return name; // a test whose subtests failed has none: readVerbose finds it
  const module = file.replace(/\.py$/, '').replaceAll('/', '.');
  const inModule = classname.startsWith(`${module}.`) ? classname.slice(module.length + 1).split('.') : [];
  return [file, ...inModule, name].join('::');
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function readAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name, value]) => [name!, unescapeXml(value!)]);
  return Object.fromEntries(pairs);
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (all, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

const SAID: Readonly<Record<string, Outcome>> = {
  FAIL: 'failed',
  ERROR: 'error',
  'UNEXPECTED SUCCESS': 'unexpected success',
};

/**
 * unittest's list of failures at the end of its output. regrtest's file lacks the name of a test whose subtests failed, and
 * whatever went wrong outside of a test (setUpClass). Up to 3.10 the name in brackets is that of the class.
 */
export function readVerbose(text: string): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const [, word, name, inBrackets] of text.matchAll(/^(FAIL|ERROR|UNEXPECTED SUCCESS): (\S+) \(([^)\s]+)\)/gm)) {
    const full = inBrackets!.endsWith(`.${name}`) ? inBrackets! : `${inBrackets}.${name}`;
    add(outcomes, full, SAID[word!]!);
  }
  return outcomes;
}

export function joinOutcomes(...all: readonly Outcomes[]): Map<string, Outcome> {
  const joined = new Map<string, Outcome>();
  for (const outcomes of all) for (const [name, outcome] of outcomes) add(joined, name, outcome);
  return joined;
}

function add(outcomes: Map<string, Outcome>, name: string, outcome: Outcome): void {
  const before = outcomes.get(name);
  if (before && BY_GRAVITY.indexOf(before) > BY_GRAVITY.indexOf(outcome)) return;
  outcomes.set(name, outcome);
}

export type OutcomeOrNone = Outcome | 'not run';

export interface Difference {
  readonly test: string;
  readonly plain: OutcomeOrNone;
  readonly profiled: OutcomeOrNone;
}

export function compareOutcomes(plain: Outcomes, profiled: Outcomes): Difference[] {
  const names = [...new Set([...plain.keys(), ...profiled.keys()])].sort();
  return names.flatMap((test) => {
    const [before, after] = [plain.get(test) ?? 'not run', profiled.get(test) ?? 'not run'] as const;
    return before === after ? [] : [{ test, plain: before, profiled: after }];
  });
}

export type Verdict =
  /** Alone, too, it always comes out one way without and another way with. */
  | 'repeats'
  /** Alone it comes out now one way, now another, be it with or without. */
  | 'flaky'
  /** Alone it comes out the same every time, with and without. */
  | 'not repeated'
  /** It cannot be run alone. */
  | 'unclear';

export function judge(plain: readonly OutcomeOrNone[], profiled: readonly OutcomeOrNone[]): Verdict {
  const [before, after] = [new Set(plain), new Set(profiled)];
  if (before.size === 0 || after.size === 0 || before.has('not run')) return 'unclear';
  if (before.size > 1 || after.size > 1) return 'flaky';
  return [...before].every((outcome) => after.has(outcome)) ? 'not repeated' : 'repeats';
}

export function countOutcomes(outcomes: Outcomes): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const outcome of outcomes.values()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
