"""Save a forest that learns online, whose leaves draw random numbers of their own: loading it takes many times the file.

    python3 online_forest.py [FILE]

What to look for in `highwater xray FILE`:

* Every statistic owns a `random.Random`. In memory that is 2.5 KB; in the file its state is a tuple of 625 integers, which
  become 25 KB of objects while the file is loaded.
* The unpickler's memo keeps every such tuple until `load` returns: most of the peak is garbage that is pinned.
* `highwater slim FILE -o NEW` writes the same objects without the memo entries that nothing fetches.
"""

import pickle
import random
import sys

NUM_TREES = 4
NUM_LEAVES = 16
NUM_FEATURES = 32


class Gaussian:
    def __init__(self, seed):
        self.mean = 0.0
        self.variance = 1.0
        self.count = 0
        self.rng = random.Random(seed)


class Leaf:
    def __init__(self, seed):
        self.stats = {"x%d" % i: Gaussian(seed + i) for i in range(NUM_FEATURES)}


class Tree:
    def __init__(self, seed):
        self.leaves = [Leaf(seed + i * NUM_FEATURES) for i in range(NUM_LEAVES)]


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else "online_forest.pkl"
    forest = [Tree(i * NUM_LEAVES * NUM_FEATURES) for i in range(NUM_TREES)]
    with open(path, "wb") as file:
        pickle.dump(forest, file, protocol=4)
        size = file.tell()
    print("%d trees; %.1f MiB on disk" % (len(forest), size / 2**20))


if __name__ == "__main__":
    main()
