// All pickles of a file rewritten, one after the other, and the proof that nothing else changed. What is no pickle, or is
// followed by something that is none, is refused.
import type { Bytes } from '#base/units.ts';
import { type ByteSink, CountingSink } from './byte-sink.ts';
import type { ByteSource } from './byte-source.ts';
import { unsupported } from './damage.ts';
import { type Detected, detectFormat } from './detect.ts';
import { hashGraph } from './pickle/graph-hash.ts';
import { type MemoUse, readMemoUse } from './pickle/memo-use.ts';
import { PickleScanner } from './pickle/scan.ts';
import { type SlimFacts, slimWith } from './pickle/slim.ts';
import {
  findStateClasses,
  findWrappedStates,
  NO_WRAPPED_STATES,
  type StateClass,
  type WrappedStates,
} from './pickle/slot-state.ts';

/** Says, for each class, whether setting its attributes is the same as writing them into __dict__; see slot-state.ts. */
export type ClassCheck = (classes: readonly StateClass[]) => readonly boolean[];

/** Sums over the pickles of a file, of which there may be a million. */
export interface SlimmedArtifact extends SlimFacts {
  readonly pickles: number;
  /** By pickle, where classes were asked about; else none. */
  readonly wrapped: readonly WrappedStates[];
}

/** The rewriter's own memory beside the tables that grow with the file. */
const BASE_BUDGET: Bytes = 24 * 2 ** 20;
/** Of the size of the file, for the table of constants; with its index and the filter it stays below 1.5. */
const BUDGET_SHARE = 0.6;

export function slimArtifact(source: ByteSource, sink: ByteSink, checkClasses?: ClassCheck): SlimmedArtifact {
  refuseOthers(detectFormat(source));
  const counting = new CountingSink(sink);
  const scanner = new PickleScanner(source);
  const wrapped: WrappedStates[] = [];
  const budget = BASE_BUDGET + BUDGET_SHARE * source.size;
  let sum = NOTHING_YET;
  while (scanner.position < source.size) {
    const start = scanner.position;
    if (start > 0) refuseTrailing(source, start);
    const use = readMemoUse(scanner);
    const states = checkClasses ? wrapStates(scanner, use, checkClasses) : NO_WRAPPED_STATES;
    if (checkClasses) wrapped.push(states);
    sum = addFacts(sum, slimWith(scanner, counting, counting.length, { budget, wrapped: states }, use));
  }
  return { ...sum, wrapped };
}

const NOTHING_YET = {
  pickles: 0,
  protocol: 0,
  opcodes: 0,
  memoBefore: 0,
  memoAfter: 0,
  shared: { text: 0, bytes: 0, float: 0, tuple: 0 },
  splicedArrays: 0,
  wrappedStates: 0,
  isTableFull: false,
};

function addFacts(sum: Omit<SlimmedArtifact, 'wrapped'>, facts: SlimFacts): Omit<SlimmedArtifact, 'wrapped'> {
  return {
    pickles: sum.pickles + 1,
    protocol: Math.max(sum.protocol, facts.protocol),
    opcodes: sum.opcodes + facts.opcodes,
    memoBefore: sum.memoBefore + facts.memoBefore,
    memoAfter: sum.memoAfter + facts.memoAfter,
    shared: {
      text: sum.shared.text + facts.shared.text,
      bytes: sum.shared.bytes + facts.shared.bytes,
      float: sum.shared.float + facts.shared.float,
      tuple: sum.shared.tuple + facts.shared.tuple,
    },
    splicedArrays: sum.splicedArrays + facts.splicedArrays,
    wrappedStates: sum.wrappedStates + facts.wrappedStates,
    isTableFull: sum.isTableFull || facts.isTableFull,
  };
}

/** One hash for all pickles of a file; of the original with the states wrapped that were. */
export function hashGraphs(source: ByteSource, wrapped: readonly WrappedStates[] = []): string {
  const scanner = new PickleScanner(source);
  let hash = '';
  for (let pickle = 0; scanner.position < source.size; pickle++) {
    const next = hashGraph(scanner, wrapped[pickle]);
    hash = pickle === 0 ? next : foldHashes(hash, next);
  }
  return hash;
}

function wrapStates(scanner: PickleScanner, use: MemoUse, checkClasses: ClassCheck): WrappedStates {
  if (use.protocol < 2) return NO_WRAPPED_STATES;
  const classes = findStateClasses(scanner, use);
  const answers = classes.length === 0 ? [] : checkClasses(classes);
  const plain = new Set(classes.filter((_, i) => answers[i]).map(({ module, name }) => `${module}\n${name}`));
  scanner.moveTo(use.start);
  return findWrappedStates(scanner, use, (module, name) => plain.has(`${module}\n${name}`));
}

function refuseOthers(found: Detected): void {
  if (found.kind === 'format' && found.id === 'pickle') return;
  throw unsupported(0, `only pickles and files of joblib can be slimmed, and this is ${describe(found)}`);
}

function describe(found: Detected): string {
  switch (found.kind) {
    case 'format':
      return `a file of the kind ${found.id}`;
    case 'zip':
      return 'a zip archive (torch and skops keep their tensors in one; a loader has no garbage to keep there)';
    case 'compressed':
      return `compressed with ${found.codec}`;
    case 'other':
      return found.what;
    default:
      return 'of no kind that highwater knows';
  }
}

/** What can begin another pickle: PROTO and a version, or one of the opcodes with which the old protocols begin. */
function refuseTrailing(source: ByteSource, at: number): void {
  const [first, second] = source.read(at, Math.min(2, source.size - at));
  if (first === 0x80 && second !== undefined && second <= 5) return;
  if (first !== undefined && OLD_FIRST.includes(first)) return;
  throw unsupported(at, `behind the pickle stand ${source.size - at} bytes that are no other pickle`);
}

const OLD_FIRST = [...'(])}lcIFGJKMLSTUVXNiP'].map((character) => character.charCodeAt(0));

function foldHashes(before: string, next: string): string {
  const lanes = [0, 8].map((at) => {
    const a = Number.parseInt(before.slice(at, at + 8), 16);
    const b = Number.parseInt(next.slice(at, at + 8), 16);
    return ((Math.imul(a, 0x9e3779b1) ^ b) >>> 0).toString(16).padStart(8, '0');
  });
  return lanes.join('');
}
