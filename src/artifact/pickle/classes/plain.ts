// Instances of Python classes, as Python's default protocol makes them: an empty instance by __new__, then the state as
// attributes. Right for every class without a __setstate__ of its own, which is nearly all of them.

import { FLAG, KIND } from '../graph.ts';
import type { LoadSink } from '../load-rule.ts';
import type { ObjectView } from '../object-view.ts';
import type { Value } from '../values.ts';
import { adoptOwn, listBuffer } from './stdlib.ts';

/** An instance of a subclass of list or dict, without its items; a little less on some versions. */
const CONTAINER_OBJECT = 80;

/** What copyreg._reconstructor and NEWOBJ give to a subclass of a built-in class as its value. */
export function loadPlain(object: ObjectView, sink: LoadSink): void {
  loadState(object, sink);
  loadOwnItems(object, sink);
  if (isReconstructor(object)) sink.keep(object.argument(2));
  else sink.adopt(object.args);
}

function isReconstructor(object: ObjectView): boolean {
  const name = object.globalName(object.graph.aux[object.node]!);
  return name === 'copyreg._reconstructor' || name === 'copy_reg._reconstructor';
}

function loadState(object: ObjectView, sink: LoadSink): void {
  const { state } = object;
  const { sizes } = sink;
  const kind = object.kindOf(state);
  if (kind === KIND.dict) {
    sink.adoptAttributes(state);
    sizes.instance(object.lengthOf(state), true, (bytes) => sink.object(bytes));
  } else if (kind === KIND.tuple && isSlotState(object, state)) {
    loadSlots(object, state, sink);
  } else if (kind === KIND.tuple && object.ownLength === 0 && object.argumentCount === 0) {
    // A __setstate__ that makes attributes of its parts, most likely.
    sink.adopt(state);
    sizes.instance(object.lengthOf(state), false, (bytes) => sink.object(bytes));
  } else {
    sink.keep(state);
    if (object.ownLength > 0) return; // see loadOwnItems
    if (object.argumentCount > 0)
      sink.object(48 + 8 * object.argumentCount); // a named tuple, most likely
    else sizes.instance(0, false, (bytes) => sink.object(bytes));
  }
}

/** A subclass gets its items by extend(), which from 3.11 on makes room for them alone. */
function extendedBuffer(items: number, { sizes }: LoadSink): number {
  return sizes.minor >= 11 ? 8 * (items + (items % 2)) : listBuffer(items);
}

/** (attributes or None, slots): what a class with __slots__ gives, and what a file rewritten with slot states has. */
export function isSlotState(object: ObjectView, state: Value): boolean {
  const first = object.item(state, 0);
  const isFirst = object.isNone(first) || object.kindOf(first) === KIND.dict;
  return object.lengthOf(state) === 2 && isFirst && object.kindOf(object.item(state, 1)) === KIND.dict;
}

/** A tuple that the memo never held was not written by Python's pickler, but by a rewriter for a class with a __dict__. */
function loadSlots(object: ObjectView, state: Value, sink: LoadSink): void {
  const attributes = object.item(state, 0);
  const slots = object.item(state, 1);
  const count = object.lengthOf(slots);
  sink.adoptAttributes(slots);
  const isRewritten = object.isNone(attributes) && (object.graph.flags[state]! & FLAG.memoized) === 0;
  if (isRewritten) sink.sizes.instance(count, false, (bytes) => sink.object(bytes));
  else if (object.isNone(attributes)) sink.object(sink.sizes.slotted(count));
  else {
    sink.adoptAttributes(attributes);
    sink.sizes.instance(object.lengthOf(attributes), true, (bytes) => sink.object(bytes));
    sink.object(8 * count);
  }
}

/** Subclasses of list and dict: their items. */
function loadOwnItems(object: ObjectView, sink: LoadSink): void {
  const length = object.ownLength;
  if (length === 0) return;
  adoptOwn(object, sink);
  sink.object(CONTAINER_OBJECT);
  sink.object(object.hasOwnPairs ? sink.sizes.dictKeys(length, object.hasStringKeys) : extendedBuffer(length, sink));
}
