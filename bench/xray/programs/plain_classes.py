"""Classes of the plain cases, where a loading process can import them."""
import collections

Point = collections.namedtuple("Point", "x y label")


class Record:
    """Attributes by name: few, a dozen, or more than a class shares."""

    def __init__(self, count, i):
        for j in range(count):
            setattr(self, "field_%d" % j, i + j + 0.5)


class Slotted:
    __slots__ = ("left", "right", "value")

    def __init__(self, i):
        self.left = None
        self.right = None
        self.value = float(i)


class Rows(list):
    pass


class Settings(dict):
    pass


class Counted:
    """Gives a tuple as its state, and makes attributes of it."""

    def __init__(self, i):
        self.total = i * 1.5
        self.names = ["n%d" % (i % 50), "m%d" % i]

    def __getstate__(self):
        return (self.total, self.names)

    def __setstate__(self, state):
        self.total, self.names = state
