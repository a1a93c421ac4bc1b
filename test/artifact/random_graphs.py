"""Random object graphs, pickled: `random_graphs.py FOLDER FIRST COUNT` writes graph-N.pkl for N from FIRST on.

The number is the seed: graph N is the same whoever makes it, on one version of Python. The graphs have what goes wrong in
rewriters: cycles through every container, one object in many places, equal objects that are not one, equal values of other
types (1, 1.0, True), -0.0, NaN, long and empty strings, surrogates, tuples in tuples, __slots__, __reduce__ with every one of
its parts, __setstate__, subclasses of builtins, classes, functions, bytearrays, big integers.
"""
import array
import collections
import datetime
import decimal
import enum
import fractions
import io
import os
import pickle
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import graph_classes as classes  # noqa: E402

TEXTS = ["", "a", "ab", "name", "value", "\u00e9", "\u65e5\u672c\u8a9e", "\U0001f680", "\ud800", "x" * 300, "line\nbreak", "back\\slash", "nul\0nul", "name "]
FLOATS = [0.0, -0.0, 1.0, 0.5, 1e308, 5e-324, float("inf"), float("-inf"), float("nan"), 3.14159]
INTS = [0, 1, -1, 255, 256, 257, 65535, 65536, -(2**31), 2**31, 2**63, -(2**63), 2**200, -(2**70)]
BYTES = [b"", b"a", b"ab", b"name", b"\0\xff" * 20, b"z" * 300]


class Maker:
    def __init__(self, seed, protocol):
        self.protocol = protocol
        self.random = random.Random(seed)
        self.made = []  # anything that may be referred to again
        self.left = self.random.choice([5, 20, 60, 200, 600])

    def fresh(self, value):
        """An equal value that is another object, where Python allows it."""
        if isinstance(value, str) and len(value) > 1:
            return "".join(list(value))
        if isinstance(value, bytes) and len(value) > 1:
            return bytes(bytearray(value))
        if isinstance(value, float):
            return float.fromhex(value.hex()) if value == value else float("nan")
        return value

    def constant(self):
        pick = self.random
        kind = pick.randrange(10)
        if kind < 3:
            return self.fresh(pick.choice(TEXTS))
        if kind < 5:
            return self.fresh(pick.choice(FLOATS))
        if kind < 7:
            return pick.choice(INTS)
        if kind == 7:
            return self.fresh(pick.choice(BYTES))
        if kind == 8:
            return pick.choice([None, True, False, ()])
        return self.constant_tuple()

    def constant_tuple(self):
        pick = self.random
        if pick.random() < 0.5:
            return tuple(self.fresh(v) for v in pick.choice([(1, 2), (1.0, 2), (True, 2), ("name", 0.0), ("name", -0.0), (b"ab", ("x", 1.5)), (None,), (1, 2, 3, 4), ("a", "ab", "a", "ab"), ((1, 2), (1, 2))]))
        return tuple(self.constant() for _ in range(pick.randrange(6)))

    def value(self, depth=0):
        pick = self.random
        self.left -= 1
        if self.made and pick.random() < 0.18:
            return pick.choice(self.made)
        if self.left <= 0 or depth > 12 or pick.random() < 0.4:
            value = self.constant()
            if pick.random() < 0.2:
                self.made.append(value)
            return value
        value = pick.choice(self.KINDS)(self, depth + 1)
        if pick.random() < 0.5:
            self.made.append(value)
        return value

    def some(self, depth, most=6):
        count = self.random.randrange(most)
        if self.random.random() < 0.01:
            count = 1100  # more than one batch
            return [self.constant() for _ in range(count)]
        return [self.value(depth) for _ in range(count)]

    def key(self):
        return self.constant()

    def list_(self, depth):
        value = []
        self.made.append(value)  # before it is filled: cycles
        value.extend(self.some(depth))
        return value

    def tuple_(self, depth):
        if self.random.random() < 0.2:  # a cycle through a tuple
            inner = []
            value = (inner, self.value(depth))
            inner.append(value)
            return value
        return tuple(self.some(depth))

    def dict_(self, depth):
        value = self.random.choice([dict, dict, dict, collections.OrderedDict])()
        self.made.append(value)
        for item in self.some(depth):
            value[self.key()] = item
        return value

    def set_(self, depth):
        value = self.random.choice([set, frozenset])(self.key() for _ in range(self.random.randrange(5)))
        return value

    def hashable_cycle(self, depth):
        node = classes.Plain()
        node.members = {node, self.random.randrange(9)}
        return node

    def plain(self, depth):
        value = self.random.choice([classes.Plain, classes.Other, classes.WithClassAttributes])()
        self.made.append(value)
        for name in self.random.sample(["name", "value", "left", "right", "items", "a"], self.random.randrange(5)):
            setattr(value, name, self.value(depth))
        return value

    def slotted(self, depth):
        if self.protocol < 2:  # __slots__ cannot be pickled there
            return self.plain(depth)
        value = self.random.choice([classes.Slotted, classes.SlottedAndDict])()
        self.made.append(value)
        value.left = self.value(depth)
        if self.random.random() < 0.6:
            value.right = self.value(depth)
        if isinstance(value, classes.SlottedAndDict) and self.random.random() < 0.7:
            value.extra = self.value(depth)
        return value

    def with_state(self, depth):
        value = self.random.choice([classes.SetState, classes.OddState, classes.TrueState])()
        self.made.append(value)
        value.inner = self.value(depth)
        return value

    def reduced(self, depth):
        value = classes.Reduced(self.constant(), self.constant())
        self.made.append(value)
        value.extra = self.value(depth)
        value.extend(self.some(depth, 4))
        for _ in range(self.random.randrange(3)):
            value[self.random.choice(TEXTS)] = self.value(depth)
        return value

    def keyword(self, depth):
        if self.protocol < 2:
            return self.plain(depth)
        return classes.NeedsKeyword(self.constant(), size=self.constant())

    def subclass(self, depth):
        pick = self.random
        kind = pick.randrange(6)
        if kind == 0:
            value = classes.ListChild(self.some(depth))
        elif kind == 1:
            value = classes.DictChild((self.key(), item) for item in self.some(depth))
        elif kind == 2:
            value = classes.TextChild(pick.choice(TEXTS))
        elif kind == 3:
            value = classes.FloatChild(pick.choice(FLOATS))
        elif kind == 4:
            value = classes.Pair(self.constant(), self.value(depth))
            return value
        else:
            value = classes.TupleChild(self.some(depth))
        if pick.random() < 0.5:
            value.note = self.value(depth)
        return value

    def library(self, depth):
        pick = self.random
        return pick.choice([
            lambda: datetime.datetime(2000 + pick.randrange(9), 1, 1, 3, 4, 5),
            lambda: datetime.timedelta(days=pick.randrange(3)),
            lambda: decimal.Decimal("1.50"),
            lambda: fractions.Fraction(1, 3),
            lambda: collections.deque(self.some(depth), maxlen=5),
            lambda: collections.Counter("abca"),
            lambda: collections.defaultdict(list, {self.key(): self.value(depth)}),
            lambda: array.array("d", [1.0, -0.0]),
            lambda: complex(0.0, -0.0),
            lambda: range(pick.randrange(5)),
            lambda: slice(1, pick.randrange(5)),
            lambda: bytearray(b"ab" * pick.randrange(200)),
            lambda: random.Random(pick.randrange(3)),
            lambda: classes.Colour.RED,
            lambda: pick.choice([len, classes.Plain, classes.function, dict, classes.Plain.Inner]),
        ])()

    def big(self, depth):
        return self.random.choice([b"q" * 70000, "w" * 70000, b"v" * 1001, bytearray(b"u" * 70000)])

    KINDS = [list_, list_, tuple_, tuple_, dict_, dict_, set_, hashable_cycle, plain, plain, slotted, with_state, reduced, keyword, subclass, library]


def make_graph(seed, protocol):
    maker = Maker(seed, protocol)
    root = maker.list_(0)
    while maker.left > 0 and len(root) < 400:
        root.append(maker.value())
    if maker.random.random() < 0.1:
        root.append(maker.big(0))
    root.append(maker.made[maker.random.randrange(len(maker.made))])
    return root


def dump_graph(seed):
    """By the protocol and the pickler that the seed says: C, pure Python, and without frames or after pickletools.optimize."""
    protocol = seed % 6
    pickler = (seed // 6) % 4
    root = make_graph(seed, protocol)
    out = io.BytesIO()
    if pickler == 1:
        pickle._Pickler(out, protocol).dump(root)
    else:
        pickle.Pickler(out, protocol).dump(root)
    if pickler == 2 and len(out.getvalue()) < 100000:
        import pickletools

        return pickletools.optimize(out.getvalue())
    return out.getvalue()


def main():
    folder, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sys.setrecursionlimit(20000)
    for seed in range(first, first + count):
        with open(os.path.join(folder, "graph-%d.pkl" % seed), "wb") as file:
            file.write(dump_graph(seed))


if __name__ == "__main__":
    main()
