// scikit-learn's compiled classes. Its estimators are Python classes and need no rule.
import type { LoadRule } from '../load-rule.ts';
import { readArrayBytes } from './array-bytes.ts';

/** __setstate__ copies the arrays of nodes and values into memory of its own: while loading, every tree is there twice. */
const tree: LoadRule = {
  names: ['sklearn.tree._tree.Tree'],
  load(object, sink) {
    sink.object(176);
    sink.raw(16);
    sink.raw(readArrayBytes(object.graph, object.entry(object.state, 'nodes')));
    sink.raw(readArrayBytes(object.graph, object.entry(object.state, 'values')));
  },
  array(object) {
    const count = object.integer(object.entry(object.state, 'node_count')) ?? -1;
    const nodes = readArrayBytes(object.graph, object.entry(object.state, 'nodes'));
    const values = readArrayBytes(object.graph, object.entry(object.state, 'values'));
    return { type: 'tree nodes and values', shape: [count], bytes: nodes + values };
  },
};

/** KD and ball trees: views over the arrays of their state, which stay. */
const neighbours: LoadRule = {
  names: ['sklearn.neighbors._kd_tree.newObj', 'sklearn.neighbors._ball_tree.newObj'],
  className: 'sklearn.neighbors.BinaryTree',
  load(object, sink) {
    sink.object(1900);
    sink.adopt(object.state);
  },
};

const metric: LoadRule = {
  names: ['sklearn.metrics._dist_metrics.newObj'],
  className: 'sklearn.metrics.DistanceMetric',
  load(object, sink) {
    sink.object(400);
    sink.adopt(object.state);
  },
};

export const SCIKIT_LEARN: readonly LoadRule[] = [tree, neighbours, metric];
