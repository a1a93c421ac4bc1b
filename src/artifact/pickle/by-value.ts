// Functions and classes that are in the file themselves, as cloudpickle writes what is defined in a script or a notebook: made from
// their code while loading, and not imported. They are named as they were where they came from.
//
//     _make_function(code, globals, ...)      code is what code objects are made of; its name stands at place 11
//     _make_skeleton_class(type, name, bases, {"__module__": ...}, id, ...)      the same of enums, with its members
import type { GlobalUse } from '../types.ts';
import { KIND, type PickleGraph } from './graph.ts';
import type { LoadedPickle } from './machine.ts';
import { ObjectView } from './object-view.ts';
import type { NodeId, Value } from './values.ts';

const MAKER =
  /^cloudpickle\.cloudpickle(?:_fast)?\.(_make_function|_make_skeleton_class|_make_skeleton_enum|_builtin_type)$/;
/** Of a code object. */
const NAME_OF_CODE = 11;
const ENUM_MODULE = 4;
const MOST_ROWS = 200;

/** What calling the object gives, in words for the class table; '' for an object that is no class of the file's own. */
export function classMadeBy(graph: PickleGraph, callable: NodeId): string {
  if (graph.kind[callable] !== KIND.object) return '';
  const view = new ObjectView(graph).at(callable);
  switch (makerOf(view)) {
    case '_make_skeleton_class':
    case '_make_skeleton_enum':
      return nameOfClass(view).full;
    case '_builtin_type':
      return view.text(view.argument(0)) === 'CodeType' ? 'code' : '';
    default:
      return '';
  }
}

/** A row for each name: of functions, and of classes with how many objects are made of them. */
export function findByValue({ graph }: LoadedPickle, base: number): GlobalUse[] {
  if (!graph.globals.rows.some(({ full }) => MAKER.test(full))) return [];
  const found = new Map<NodeId, GlobalUse>();
  const view = new ObjectView(graph);
  for (let node = 0; node < graph.nodeCount && found.size < MOST_ROWS; node++) {
    if (graph.kind[node] !== KIND.object) continue;
    const owner = found.get(graph.aux[node]!);
    if (owner) found.set(graph.aux[node]!, { ...owner, called: true });
    const made = describeMade(view.at(node));
    if (made) found.set(node, { ...made, at: base + made.at });
  }
  return [...found.values()];
}

function describeMade(view: ObjectView): GlobalUse | undefined {
  const maker = makerOf(view);
  const isFunction = maker === '_make_function';
  if (!isFunction && !maker.startsWith('_make_skeleton')) return undefined;
  const { full, at } = isFunction ? nameOfFunction(view) : nameOfClass(view);
  const why = `by value: the code of this ${isFunction ? 'function' : 'class'} is in the file`;
  return { name: full, verdict: 'unknown', called: false, count: 1, at, why };
}

interface Named {
  readonly full: string;
  /** Where its name stands. */
  readonly at: number;
}

function makerOf(view: ObjectView): string {
  return MAKER.exec(view.globalName(view.graph.aux[view.node]!))?.[1] ?? '';
}

function nameOfClass(view: ObjectView): Named {
  const isEnum = makerOf(view) === '_make_skeleton_enum';
  const module = isEnum ? view.argument(ENUM_MODULE) : view.entry(view.argument(3), '__module__');
  return nameOf(view, module, view.argument(1));
}

function nameOfFunction(view: ObjectView): Named {
  const module = view.entry(view.argument(1), '__name__');
  const code = view.argument(0);
  const isCode = view.kindOf(code) === KIND.object;
  const name = isCode ? new ObjectView(view.graph).at(code).argument(NAME_OF_CODE) : view.argument(2);
  return nameOf(view, module, name);
}

function nameOf(view: ObjectView, module: Value, name: Value): Named {
  const text = view.text(name) ?? '(unnamed)';
  const where = view.text(module);
  const at = view.kindOf(name) === KIND.string ? view.graph.contents.at(view.graph.aux[name]!) : 0;
  return { full: where === undefined ? text : `${where}.${text}`, at };
}
