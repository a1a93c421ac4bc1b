// Which class each object of a graph is of, and the rule by which it loads. Classes are numbers; names are kept once.
import { classMadeBy } from './by-value.ts';
import { isSlotState } from './classes/plain.ts';
import { certaintyOf, findRule, PLAIN } from './classes/registry.ts';
import { KIND, type PickleGraph } from './graph.ts';
import { CERTAINTY, type Certainty, type LoadRule } from './load-rule.ts';
import { ObjectView } from './object-view.ts';
import type { NodeId, Value } from './values.ts';

/** Classes with a number that is known beforehand: by KIND, and of values that are no nodes. */
const BUILT_IN = [
  'unknown',
  'str',
  'bytes',
  'bytearray',
  'tuple',
  'list',
  'dict',
  'set',
  'frozenset',
  'type',
  'unknown',
  'int',
  'persistent object',
  'extension',
  'buffer',
] as const;
export const CLASS_INT = KIND.atom;
export const CLASS_FLOAT = BUILT_IN.length;

/** What is called, and the rule of what comes out. */
export interface ClassEntry {
  readonly id: number;
  readonly rule: LoadRule;
}

const MOST_GLOBALS = 2 ** 26;

/** Called with the class as first argument: the object is of that class. */
const MAKERS = new Set([
  'copyreg._reconstructor',
  'copy_reg._reconstructor',
  'copyreg.__newobj__',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray._reconstruct',
  'pandas.core.indexes.base._new_Index',
  'sklearn.neighbors._kd_tree.newObj',
  'sklearn.neighbors._ball_tree.newObj',
  'sklearn.metrics._dist_metrics.newObj',
]);

export class ClassTable {
  readonly names: string[] = [...BUILT_IN, 'float'];
  readonly certainties: Certainty[] = this.names.map(() => CERTAINTY.known);
  readonly view: ObjectView;
  readonly #graph: PickleGraph;
  readonly #ids = new Map<string, number>(this.names.map((name, id) => [name, id]));
  readonly #byGlobal: (ClassEntry | undefined)[] = [];
  readonly #isMaker: boolean[] = [];
  /** By rows of globals: of the maker, and of the class that it is called with (-1: none). */
  readonly #byMaker = new Map<number, ClassEntry>();
  readonly #byMade = new Map<NodeId, ClassEntry>();
  /** Apart from `view`, which callers are looking through when they ask. */
  readonly #own: ObjectView;
  readonly #unknown: ClassEntry;

  constructor(graph: PickleGraph) {
    this.#graph = graph;
    this.view = new ObjectView(graph);
    this.#own = new ObjectView(graph);
    this.certainties[0] = CERTAINTY.unknown;
    this.#unknown = { id: 0, rule: PLAIN };
  }

  classOf(node: NodeId): number {
    const kind = this.#graph.kind[node]!;
    if (kind === KIND.object) return this.entryOf(node).id;
    if (kind !== KIND.atom) return kind;
    return this.#graph.integerOf(this.#graph.aux[node]!) === undefined ? CLASS_FLOAT : CLASS_INT;
  }

  /** Of an object. */
  ruleOf(node: NodeId): LoadRule {
    return this.entryOf(node).rule;
  }

  /** Of an object. */
  entryOf(node: NodeId): ClassEntry {
    const graph = this.#graph;
    const callable = graph.aux[node]!;
    if (graph.kind[callable] !== KIND.global) return this.#entryOfMade(node, callable);
    const row = graph.aux[callable]!;
    const known = this.#byGlobal[row];
    if (known) return known;
    if (this.#isMaker[row]) return this.#entryOfMaker(node, row);
    const { full } = graph.globals.rows[row]!;
    this.#isMaker[row] = MAKERS.has(full);
    if (this.#isMaker[row]) return this.#entryOfMaker(node, row);
    const rule = findRule(full) ?? PLAIN;
    const entry = this.#define(rule.className ?? full, rule, full, node);
    this.#byGlobal[row] = entry;
    return entry;
  }

  /** What is called was made while loading: a class that is in the file itself, or nothing that can be named. */
  #entryOfMade(node: NodeId, callable: NodeId): ClassEntry {
    const known = this.#byMade.get(callable);
    if (known) return known;
    const name = classMadeBy(this.#graph, callable);
    const entry = name === '' ? this.#unknown : this.#define(name, PLAIN, name, node);
    this.#byMade.set(callable, entry);
    return entry;
  }

  #entryOfMaker(node: NodeId, row: number): ClassEntry {
    const { kind, aux, globals } = this.#graph;
    const first = this.#own.at(node).argument(0);
    const made = first >= 0 && kind[first] === KIND.global ? aux[first]! : -1;
    const key = row * MOST_GLOBALS + made + 1;
    let entry = this.#byMaker.get(key);
    if (!entry) {
      const maker = globals.rows[row]!.full;
      const name = this.#own.globalName(first);
      const rule = findRule(maker) ?? findRule(name) ?? PLAIN;
      entry = this.#define(name || (rule.className ?? maker), rule, name || maker, node);
      this.#byMaker.set(key, entry);
    }
    return entry;
  }

  #define(name: string, rule: LoadRule, full: string, node: NodeId): ClassEntry {
    const shown = name.replace(/^(?:builtins|__builtin__)\./, '');
    let id = this.#ids.get(shown);
    if (id === undefined) {
      id = this.names.push(shown) - 1;
      this.#ids.set(shown, id);
      this.certainties[id] = certaintyOf(rule, full, followsProtocol(this.#own.at(node)));
    }
    return { id, rule };
  }
}

/** An empty instance with a state of attributes, or a value that is a tuple of its arguments (named tuples). */
function followsProtocol(object: ObjectView): boolean {
  const maker = object.globalName(object.graph.aux[object.node]!);
  if (!object.isNewobj && !maker.startsWith('copy')) return false;
  return isAttributes(object, object.state);
}

function isAttributes(object: ObjectView, state: Value): boolean {
  const kind = object.kindOf(state);
  return state < 0 || kind === KIND.dict || (kind === KIND.tuple && isSlotState(object, state));
}
