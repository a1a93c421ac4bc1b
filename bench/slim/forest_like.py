"""A forest in the shape of river's: trees of nodes with dicts of statistics, one distribution per class, feature and leaf.
`make(size, True)` gives each distribution a random generator of its own, as river does; all leaves share one more."""
import random


class Gaussian:
    def __init__(self, mean, generator):
        self.n = 17.0
        self.mean = mean
        self.m2 = mean * mean
        if generator:
            self.seed = None
            self._rng = random.Random(mean)


class Splitter:
    def __init__(self, classes, draw, generator):
        self.minimum = {c: draw.gauss(0, 1) for c in classes}
        self.maximum = {c: draw.gauss(0, 1) for c in classes}
        self.by_class = {c: Gaussian(draw.gauss(0, 1), generator) for c in classes}


class Leaf:
    def __init__(self, features, depth, shared, draw, generator):
        self.stats = {0: draw.random() * 100, 1: draw.random() * 100}
        self.depth = depth
        self.splitters = {name: Splitter((0, 1), draw, generator) for name in features}
        self.last_split_attempt_at = 0.0
        self.rng = shared


class Branch:
    def __init__(self, feature, threshold, left, right):
        self.feature, self.threshold = feature, threshold
        self.children = [left, right]
        self.stats = {0: 1.0, 1: 2.0}


class Tree:
    def __init__(self, features, leaves, shared, draw, generator):
        nodes = [Leaf(features, 4, shared, draw, generator) for _ in range(leaves)]
        while len(nodes) > 1:
            pair = [nodes.pop(0), nodes.pop(0)]
            nodes.append(Branch(draw.choice(features), draw.random(), *pair))
        self.root = nodes[0]
        self.grace_period, self.delta, self.tie_threshold = 50, 0.01, 0.05
        self.rng = shared


class Forest:
    def __init__(self, trees, generator):
        draw = random.Random(11)
        features = ["feature_%d" % i for i in range(32)]
        self.rng = random.Random(1)
        self.models = [Tree(features, 16, self.rng, draw, generator) for _ in range(trees)]
