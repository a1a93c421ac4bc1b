// States written as (None, state). From Python 3.11 on an instance that is unpickled from a plain dict of attributes keeps a dict
// of its own, 64 bytes and more that an instance made by its class does not have; from (None, state) the loader sets attribute
// by attribute instead. The two come to the same where the class lets attributes be set without a hand in it: no
// __setstate__, no __setattr__, no property or slot of that name. That cannot be seen in the file, so classes are asked about
// (findStateClasses), and only states of those that were found to be plain are wrapped (findWrappedStates).
import { damaged } from '../damage.ts';
import { BitSet } from './bit-set.ts';
import { isOfJoblib } from './joblib-splices.ts';
import type { MemoUse } from './memo-use.ts';
import { GlobalValue, InstanceValue, StateDict, type Value } from './named-values.ts';
import { NamesMachine, type NamesRules } from './names-machine.ts';
import { OP } from './opcodes.ts';
import { END, type PickleScanner } from './scan.ts';
import { skipSplice } from './splices.ts';

export interface WrappedStates {
  /** Which EMPTY_DICT of the pickle, counted from 0, gets a None before it; which BUILD a TUPLE2. */
  readonly dicts: BitSet;
  readonly builds: BitSet;
  readonly count: number;
}

export const NO_WRAPPED_STATES: WrappedStates = { dicts: new BitSet(), builds: new BitSet(), count: 0 };

/** A class whose instances get plain dicts as their state, with all attributes that occur. */
export interface StateClass {
  readonly module: string;
  readonly name: string;
  readonly attributes: readonly string[];
  readonly instances: number;
}

const MOST_ATTRIBUTES = 10_000;

export function findStateClasses(scanner: PickleScanner, use: MemoUse): StateClass[] {
  const classes = new Map<GlobalValue, { attributes: Set<string>; instances: number }>();
  walk(scanner, use, (owner, state) => {
    const found = classes.get(owner.class) ?? { attributes: new Set<string>(), instances: 0 };
    classes.set(owner.class, found);
    found.instances++;
    for (const key of state.keys) found.attributes.add(key);
  });
  return [...classes]
    .filter(([, { attributes }]) => attributes.size <= MOST_ATTRIBUTES)
    .map(([{ module, name }, { attributes, instances }]) => ({ module, name, attributes: [...attributes], instances }));
}

/** `isPlain` is asked for each class once. */
export function findWrappedStates(
  scanner: PickleScanner,
  use: MemoUse,
  isPlain: (module: string, name: string) => boolean,
): WrappedStates {
  const dicts = new BitSet();
  const builds = new BitSet();
  const plain = new Map<GlobalValue, boolean>();
  let count = 0;
  walk(scanner, use, (owner, state, build) => {
    const { class: of } = owner;
    const may = plain.get(of) ?? isPlain(of.module, of.name);
    plain.set(of, may);
    if (!may) return;
    dicts.add(state.number);
    builds.add(build);
    count++;
  });
  return { dicts, builds, count };
}

function isName(value: Value): boolean {
  return typeof value === 'string' || value instanceof GlobalValue;
}

type OnState = (owner: InstanceValue, state: StateDict, build: number) => void;

/** Calls back for every BUILD of an instance from a dict of texts that began right behind it. */
function walk(scanner: PickleScanner, use: MemoUse, onState: OnState): void {
  const rules: NamesRules = {
    knowsText: () => true,
    keepsEntry: (value, index) => isName(value) && use.fetched.has(index),
    onBuild(target: Value, state: Value, build: number): void {
      if (!(target instanceof InstanceValue) || !(state instanceof StateDict) || state.owner !== target) return;
      if (isOfJoblib(target.class)) return; // its loader replaces them, and there is nothing to gain
      if (state.hasOnlyTexts && state.keys.length > 0) onState(target, state, build);
    },
  };
  scanner.moveTo(use.start);
  const machine = new NamesMachine(scanner, rules);
  for (;;) {
    const op = scanner.next();
    if (op === END) throw damaged(scanner.at, 'the file ends before the pickle does: STOP is missing');
    if (machine.step()) return;
    if (op === OP.BUILD) skipSplice(use.splices, scanner);
  }
}

/** Tells, opcode by opcode, what comes before it: a byte, or -1. */
export class WrappingWalk {
  readonly #states: WrappedStates;
  #dicts = 0;
  #builds = 0;

  constructor(states: WrappedStates) {
    this.#states = states;
  }

  before(op: number): number {
    if (op === OP.EMPTY_DICT) return this.#states.dicts.has(this.#dicts++) ? OP.NONE : -1;
    if (op === OP.BUILD) return this.#states.builds.has(this.#builds++) ? OP.TUPLE2 : -1;
    return -1;
  }
}
