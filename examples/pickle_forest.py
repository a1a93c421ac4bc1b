"""Pickle a forest of small Python objects and load it again: loading needs far more than the file, and than the forest.

What to look for in the report:

* The file is a fraction of the size of the objects: a node is a dozen bytes in the file, and an object with a
  dictionary of attributes in memory.
* While `pickle.load` runs, its memo keeps every object that the pickle might refer to again, so the peak of the load lies
  above the forest that stays.
* What was loaded is larger than what was saved: instances that `__init__` makes share the keys of their attribute
  dictionaries, and instances that pickle makes have a dictionary each.
* `pickle.dump` has a memo too: saving costs memory although nothing new is made.
"""

import pickle
import random
import tempfile
from pathlib import Path

NUM_TREES = 60
DEPTH = 11


class Split:
    def __init__(self, feature, threshold, left, right):
        self.feature = feature
        self.threshold = threshold
        self.left = left
        self.right = right


class Leaf:
    def __init__(self, value, weight):
        self.value = value
        self.weight = weight
        self.statistics = {"mean": value, "variance": value * value, "count": weight}


def grow(rng, depth):
    if depth == 0:
        return Leaf(rng.random(), rng.randrange(1000))
    return Split(rng.randrange(64), rng.random(), grow(rng, depth - 1), grow(rng, depth - 1))


def predict(node, row):
    while isinstance(node, Split):
        node = node.left if row[node.feature] < node.threshold else node.right
    return node.value


def make_forest():
    rng = random.Random(0)
    return [grow(rng, DEPTH) for _ in range(NUM_TREES)]


def save(forest, path):
    with path.open("wb") as file:
        pickle.dump(forest, file, protocol=4)


def load(path):
    with path.open("rb") as file:
        return pickle.load(file)


def main():
    row = [0.5] * 64
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forest.pickle"

        forest = make_forest()
        expected = sum(predict(tree, row) for tree in forest)
        save(forest, path)
        del forest

        loaded = load(path)
        assert sum(predict(tree, row) for tree in loaded) == expected
        print(f"{NUM_TREES} trees; {path.stat().st_size / 2**20:.1f} MiB on disk; prediction {expected / NUM_TREES:.4f}")


if __name__ == "__main__":
    main()
