"""A forest shaped like river's adaptive random forest: trees of nodes, a splitter for each feature, a Gaussian for each class.

With random generators each Gaussian owns a random.Random, as river's distributions do: 2.5 KB alive, 24.5 KB of state in a
pickle. Own code: nothing of river is needed.
"""
import random


class Var:
    def __init__(self):
        self.mean = random.random()
        self.n = 1.0
        self._S = random.random()


class Gaussian:
    def __init__(self, seed):
        self.seed = seed
        self._var = Var()
        if seed is not None:
            self._rng = random.Random(seed)


class GaussianSplitter:
    def __init__(self, classes, seed):
        self.n_splits = 10
        self._min_per_class = {c: random.random() for c in range(classes)}
        self._max_per_class = {c: random.random() for c in range(classes)}
        self._att_dist_per_class = {c: Gaussian(seed) for c in range(classes)}


class Leaf:
    def __init__(self, depth, features, classes, rng, seed):
        self.depth = depth
        self.stats = {c: random.random() for c in range(classes)}
        self.rng = rng
        self.max_features = features
        self._last_split_attempt_at = 0.0
        self.splitters = {"x%d" % f: GaussianSplitter(classes, seed) for f in range(features)}


class Branch:
    def __init__(self, feature, children):
        self.feature = feature
        self.threshold = random.random()
        self.children = children
        self.stats = {0: 1.0, 1: 2.0}


def grow(leaves, depth, features, classes, rng, seed):
    if leaves == 1:
        return Leaf(depth, features, classes, rng, seed)
    half = leaves // 2
    parts = [grow(half, depth + 1, features, classes, rng, seed), grow(leaves - half, depth + 1, features, classes, rng, seed)]
    return Branch("x%d" % random.randrange(features), parts)


class Tree:
    def __init__(self, leaves, features, classes, rng, seed):
        self.grace_period = 50
        self.delta = 0.01
        self._root = grow(leaves, 0, features, classes, rng, seed)


class Forest:
    def __init__(self, trees, leaves, features, classes=2, generators=True):
        self.rng = random.Random(1)
        seed = 7 if generators else None
        self.models = [Tree(leaves, features, classes, self.rng, seed) for _ in range(trees)]
