// HOW A CLASS LOADS: what an object of it keeps of the arguments and the state that the file gives it, and which blocks of
// memory it owns. What is not kept dissolves: it was made only to be read, and is garbage once it was. Rules stand in
// classes/, one file a family; registry.ts finds them by the full dotted name of what is called.
import type { Bytes } from '#base/units.ts';
import type { ObjectSizes } from './object-sizes.ts';
import type { ObjectView } from './object-view.ts';
import type { Value } from './values.ts';

export interface LoadRule {
  /** Full dotted names of what the file calls: classes and functions. */
  readonly names: readonly string[];
  /** What comes out of it, where that is not the name itself. */
  readonly className?: string;
  /** Where the rule is no more than a guess. Default: known. */
  readonly certainty?: Certainty;
  load(object: ObjectView, sink: LoadSink): void;
  /** What is there beside it for as long as its state is applied. */
  passing?(object: ObjectView): Bytes;
  /** What the library touches of its own memory when it makes its first object. */
  readonly firstUse?: Bytes;
  /** Where it is a block of numbers: which. */
  array?(object: ObjectView): ArrayFacts | undefined;
  /** Of such a block: the node that holds its numbers, or stands for them. */
  data?(object: ObjectView): Value;
}

export interface ArrayFacts {
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: Bytes;
}

/** What a rule says of one object. */
export interface LoadSink {
  readonly sizes: ObjectSizes;
  /** Refers to this value from now on. */
  keep(value: Value): void;
  /** Refers to all that the container holds, but not to the container. */
  adopt(container: Value): void;
  /** The same for a state dict: its values, and its keys as attribute names, which are interned. */
  adoptAttributes(dict: Value): void;
  /** A block of Python's object allocator. */
  object(bytes: Bytes): void;
  /** A block of malloc. */
  raw(bytes: Bytes): void;
}

/** How far a class's load behaviour is known. */
export const CERTAINTY = {
  unknown: 0,
  /** The default protocol: an empty instance that takes its state as attributes. Classes with __setstate__ may differ. */
  protocol: 1,
  known: 2,
} as const;
export type Certainty = (typeof CERTAINTY)[keyof typeof CERTAINTY];
